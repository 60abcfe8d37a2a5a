using CanThoGov.Monitoring.Traces;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.Traces.Spans;

namespace CanThoGov.Monitoring.Tests.Traces;

[Trait("Category", "Sqlite")]
public sealed class TracePruningTests_Sqlite(SqliteDatabase<MonitoringDatabase> database)
    : TracePruningTests<SqliteDatabase<MonitoringDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class TracePruningTests_Postgres(PostgresDatabase<MonitoringDatabase> database)
    : TracePruningTests<PostgresDatabase<MonitoringDatabase>>(database);

/// <summary>Counts everything in the database, so each test begins by emptying it.</summary>
public abstract class TracePruningTests<TDatabase> : IClassFixture<TDatabase> where TDatabase : TestDatabase<MonitoringDatabase>
{
    readonly TraceStore _store;

    protected TracePruningTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _store = new(database.Database);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PruneAsync_TooOld_GoesWithAllThatBelongsToIt()
    {
        await EmptyAsync();
        var assignment = Guid.NewGuid().ToString();
        var (old, young) = (NewTraceId(), NewTraceId());
        await _store.AddAsync([
            Span(old, 1, start: Start, attributes: About($"assignments/{assignment}")), Span(old, 2, Id(1), start: Start.AddDays(2)),
            Span(young, 1, start: Start.AddDays(1), attributes: About($"assignments/{assignment}")),
        ], Ct);

        var removed = await _store.PruneAsync(before: Start.AddSeconds(1), maxSpans: 100, Ct);

        Assert.Equal(1, removed);
        Assert.Null(await _store.FindAsync(old, Ct));
        Assert.Empty(await _store.ListSpansAsync(old, Ct));
        Assert.Equal([young], (await _store.ListAsync(assignment, null, 10, Ct)).Select(trace => trace.TraceId));
    }

    [Fact]
    public async Task PruneAsync_TooMany_RemovesTheOldestUntilTheyFit()
    {
        await EmptyAsync();
        var traces = Enumerable.Range(0, 600).Select(_ => NewTraceId()).ToArray();
        await _store.AddAsync(
            [.. traces.SelectMany((trace, i) => new[] { Span(trace, 1, start: Start.AddSeconds(i)), Span(trace, 2, Id(1), start: Start.AddSeconds(i)) })],
            Ct);

        var removed = await _store.PruneAsync(before: Start, maxSpans: 201, Ct);

        Assert.Equal(500, removed);
        Assert.Equal(traces[500..].Reverse(), (await _store.ListAsync(null, null, 1000, Ct)).Select(trace => trace.TraceId));
    }

    Task EmptyAsync() => _store.PruneAsync(DateTimeOffset.MaxValue, 0, Ct);
}
