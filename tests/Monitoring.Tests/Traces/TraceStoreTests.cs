using CanThoGov.Monitoring.Traces;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.Traces.Spans;

namespace CanThoGov.Monitoring.Tests.Traces;

[Trait("Category", "Sqlite")]
public sealed class TraceStoreTests_Sqlite(SqliteDatabase<MonitoringDatabase> database)
    : TraceStoreTests<SqliteDatabase<MonitoringDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class TraceStoreTests_Postgres(PostgresDatabase<MonitoringDatabase> database)
    : TraceStoreTests<PostgresDatabase<MonitoringDatabase>>(database);

public abstract class TraceStoreTests<TDatabase> : IClassFixture<TDatabase> where TDatabase : TestDatabase<MonitoringDatabase>
{
    readonly TraceStore _store;

    protected TraceStoreTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _store = new(database.Database);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_InAnyOrderAndTwice_CountsEachSpanOnce()
    {
        var trace = NewTraceId();
        await _store.AddAsync([Span(trace, 3, parent: Id(1), failed: true), Span(trace, 2, parent: Id(1))], Ct);
        await _store.AddAsync([Span(trace, 1), Span(trace, 3, parent: Id(1))], Ct);

        var stored = await _store.FindAsync(trace, Ct);

        Assert.Equal(new StoredTrace(trace, "step 1", Start.AddMilliseconds(1), Start.AddMilliseconds(8), 3, 1), stored);
        Assert.Equal(["step 1", "step 2", "step 3"], (await _store.ListSpansAsync(trace, Ct)).Select(span => span.Name));
    }

    [Fact]
    public async Task AddAsync_ManySpansAtOnce_KeepsAll()
    {
        var trace = NewTraceId();
        await _store.AddAsync([.. Enumerable.Range(1, 1234).Select(i => Span(trace, i))], Ct);

        Assert.Equal(1234, (await _store.FindAsync(trace, Ct))!.SpanCount);
        Assert.Equal(1234, (await _store.ListSpansAsync(trace, Ct)).Count);
    }

    [Fact]
    public async Task ListSpansAsync_Vietnamese_ComesBackAsItWas()
    {
        var span = Span(NewTraceId(), 1, attributes: """{"canthogov.title":"Dọn kênh Rạch Bần"}""");
        await _store.AddAsync([span], Ct);

        Assert.Equal(span, Assert.Single(await _store.ListSpansAsync(span.TraceId, Ct)));
    }

    [Fact]
    public async Task ListAsync_ByAssignment_FindsTheTracesOfItAndOfItsDeadline()
    {
        var assignment = Guid.NewGuid().ToString();
        var (call, watch, other) = (NewTraceId(), NewTraceId(), NewTraceId());
        await _store.AddAsync([
            Span(call, 1), Span(call, 2, Id(1), attributes: About($"assignments/{assignment}")),
            Span(watch, 1, start: Start.AddHours(1), attributes: About($"deadlines/{assignment}")),
            Span(other, 1, attributes: About($"assignments/{Guid.NewGuid()}")),
        ], Ct);

        Assert.Equal([watch, call], (await _store.ListAsync(assignment, null, 10, Ct)).Select(trace => trace.TraceId));
    }

    [Fact]
    public async Task ListAsync_OfAnyAssignment_LeavesOutTheRest()
    {
        var (about, idle) = (NewTraceId(), NewTraceId());
        await _store.AddAsync([Span(about, 1, attributes: About($"assignments/{Guid.NewGuid()}")), Span(idle, 1)], Ct);

        var found = (await _store.ListAsync("-", null, 1000, Ct)).Select(trace => trace.TraceId).ToArray();

        Assert.Contains(about, found);
        Assert.DoesNotContain(idle, found);
        Assert.Contains(idle, (await _store.ListAsync(null, null, 1000, Ct)).Select(trace => trace.TraceId));
    }

    [Fact]
    public async Task ListAsync_PageByPage_GivesEachTraceOnceNewestFirst()
    {
        var assignment = Guid.NewGuid().ToString();
        // Two begin at the same instant: the page ends between them.
        var starts = new[] { 0, 1, 1, 2 };
        await _store.AddAsync([.. starts.Select(second =>
            Span(NewTraceId(), 1, start: Start.AddSeconds(second), attributes: About($"assignments/{assignment}")))], Ct);

        var found = new List<StoredTrace>();
        IReadOnlyList<StoredTrace> page;
        do
        {
            page = await _store.ListAsync(assignment, found is [.., var last] ? (last.StartedAt, last.TraceId) : null, 2, Ct);
            found.AddRange(page);
        }
        while (page.Count == 2);

        Assert.Equal([2, 1, 1, 0], found.Select(trace => (int)(trace.StartedAt - Start).TotalSeconds));
        Assert.Equal(4, found.Select(trace => trace.TraceId).Distinct().Count());
    }
}
