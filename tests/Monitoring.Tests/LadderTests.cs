using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Monitoring.Ladders;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using static CanThoGov.Contracts.Deadlines.Recipient;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class LadderTests_Sqlite : LadderTests<SqliteDatabase<MonitoringDatabase>>;

[Trait("Category", "Postgres")]
public sealed class LadderTests_Postgres : LadderTests<PostgresDatabase<MonitoringDatabase>>;

/// <summary>Each test with a database of its own, and the ladder that ships.</summary>
public abstract class LadderTests<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly TDatabase _database = new();
    MonitoringReplica? _monitoring;

    protected LadderTests() => Assert.SkipWhen(_database.Missing is not null, _database.Missing ?? "");

    MonitoringReplica Monitoring => _monitoring!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        // In batches of two, so that whatever fires together fires in several transactions.
        _monitoring = new(_database.Database.Options, batchSize: 2);
        await _monitoring.TakeAsync(Published());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_monitoring is not null)
        {
            await _monitoring.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task TheLadderThatShips_TellsMoreAndHigherTheLaterItIs()
    {
        // Between Tết and the holidays of 30 April 2026 every Monday to Friday is worked.
        var assignment = Some.Assignment(At("2026-04-10"));
        await Monitoring.TakeAsync(assignment.Issued());
        await Monitoring.FireAsync(At("2026-12-01"));

        (int, string, Recipient[])[] expected =
        [
            (-14, "2026-03-23", [ResponsiblePerson]),
            (-7, "2026-04-01", [ResponsiblePerson]),
            (-3, "2026-04-07", [ResponsiblePerson, HeadOfUnit]),
            (-1, "2026-04-09", [ResponsiblePerson, HeadOfUnit]),
            (0, "2026-04-10", [ResponsiblePerson, HeadOfUnit]),
            (1, "2026-04-13", [HeadOfUnit, PortfolioLeader]),
            (3, "2026-04-15", [HeadOfUnit, PortfolioLeader, CityOffice]),
            (7, "2026-04-21", [HeadOfUnit, PortfolioLeader, CityOffice]),
        ];
        var fired = await Monitoring.PublishedAsync(assignment.Id);
        Assert.Equal(
            expected.Select(rung => (rung.Item1, At(rung.Item2), string.Join(',', rung.Item3))),
            fired.Select(e => (e.Rung, e.FireAt, string.Join(',', e.Told))));
        Assert.Equal(Enumerable.Range(1, 8).Select(number => (long)number), fired.Select(e => e.Version));
    }

    [Fact]
    public async Task Fire_MoreThanABatch_KeepsTheOrderOfTime()
    {
        foreach (var day in new[] { "2026-04-10", "2026-04-07", "2026-04-14", "2026-04-08", "2026-04-09" })
        {
            await Monitoring.TakeAsync(Some.Assignment(At(day)).Issued());
        }

        Assert.Equal(40, await Monitoring.FireAsync(At("2026-12-01")));

        var times = await Monitoring.Database.ReadAsync(session => session.ListAsync<DateTimeOffset>(
            """
            SELECT fire_at FROM reminders JOIN event_log ON subject = 'deadlines/' || assignment_id AND sequence = number ORDER BY position
            """), Ct);
        Assert.Equal(40, times.Count);
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task Fire_BeginsATrace()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PlatformTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await Monitoring.TakeAsync(Some.Assignment(At("2026-04-10")).Issued());
        await Monitoring.FireAsync(At("2026-12-01"));

        var traces = await Monitoring.Database.ReadAsync(session => session.ListAsync<string?>("SELECT traceparent FROM event_log"), Ct);
        Assert.Equal(8, traces.Count);
        Assert.Single(traces.Select(trace => trace?.Split('-')[1]).Distinct(), trace => trace is not null);
    }

    [Fact]
    public async Task Fire_MeasuresHowLateEachRungWas()
    {
        var late = new ConcurrentBag<double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name == DeadlineMetrics.Lateness)
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => late.Add(value));
        listener.Start();
        await Monitoring.TakeAsync(Some.Assignment(At("2026-04-10")).Issued());
        await Monitoring.FireAsync(At("2026-03-23").AddSeconds(1.5));

        // Services of other tests may measure at the same time.
        Assert.Single(late, 1.5);
    }

    [Fact]
    public async Task PublishLadders_FindsAnewWhatHasNotFired_RepeatsNothing()
    {
        var assignment = Some.Assignment(At("2026-04-10"));
        await Monitoring.TakeAsync(assignment.Issued());
        await Monitoring.FireAsync(At("2026-04-07"));
        Assert.Equal([-14, -7, -3], await FiredAsync(assignment));

        await PublishAsync(MonitoringReplica.Ladder(-7, -5, -3, -2, 4));
        await Monitoring.Watches.RefreshAsync(Ct);
        Assert.Equal(
            [(-14, true), (-7, true), (-3, true), (-2, false), (4, false)],
            (await Monitoring.RungsAsync(assignment.Id)).Select(rung => (rung.WorkingDays, rung.FiredAt is not null)));
        await Monitoring.FireAsync(At("2026-12-01"));

        Assert.Equal([-14, -7, -3, -2, 4], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Fire_WatchesOfAnOlderPlan_WaitUntilTheyAreFoundAnew()
    {
        var assignment = Some.Assignment(At("2026-04-10"));
        await Monitoring.TakeAsync(assignment.Issued());
        await PublishAsync(MonitoringReplica.Ladder(0));

        Assert.Equal(0, await Monitoring.FireAsync(At("2026-12-01")));
        await Monitoring.Watches.RefreshAsync(Ct);
        Assert.Equal(1, await Monitoring.FireAsync(At("2026-12-01")));

        Assert.Equal([0], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Fire_ClaimedAlready_IsNotSaidAgainAndTheLadderGoesOn()
    {
        var assignment = Some.Assignment(At("2026-04-10"));
        await Monitoring.TakeAsync(assignment.Issued());
        await Monitoring.FireAsync(At("2026-04-10"));

        // As if a watch had been set back to a rung that has fired.
        await Monitoring.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE watches SET next_rung = -3, next_fire_at = @at", new { at = At("2026-04-07") }), Ct);
        Assert.Equal(0, await Monitoring.FireAsync(At("2026-04-10")));
        await Monitoring.FireAsync(At("2026-04-13"));

        Assert.Equal([-14, -7, -3, -1, 0, 1], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Fire_ClockSetBack_RepeatsNothing()
    {
        var assignment = Some.Assignment(At("2026-04-10"));
        await Monitoring.TakeAsync(assignment.Issued());
        foreach (var now in new[] { "2026-04-07", "2026-03-01", "2026-04-01", "2026-04-07", "2026-04-09" })
        {
            await Monitoring.FireAsync(At(now));
        }

        Assert.Equal([-14, -7, -3, -1], await FiredAsync(assignment));
    }

    [Fact]
    public async Task CountPending_CountsWhatIsDueAndHasNotFired()
    {
        await Monitoring.TakeAsync(Some.Assignment(At("2026-04-10")).Issued());

        Assert.Equal(At("2026-03-23"), await Monitoring.Watches.NextAsync(Ct));
        Assert.Equal((0, null), await Monitoring.Watches.CountPendingAsync(At("2026-03-20"), Ct));
        Assert.Equal((1, At("2026-03-23")), await Monitoring.Watches.CountPendingAsync(At("2026-03-24"), Ct));
    }

    Task PublishAsync(Ladders.Ladders ladders) => Monitoring.Database.InTransactionAsync(
        transaction => Monitoring.Get<PlanStore>().PublishLaddersAsync(transaction, ladders, "test"), Ct);

    async Task<IEnumerable<int>> FiredAsync(Some assignment) => (await Monitoring.PublishedAsync(assignment.Id)).Select(e => e.Rung);
}
