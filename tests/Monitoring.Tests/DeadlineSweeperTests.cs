using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class DeadlineSweeperTests_Sqlite : DeadlineSweeperTests<SqliteDatabase<MonitoringDatabase>>;

[Trait("Category", "Postgres")]
public sealed class DeadlineSweeperTests_Postgres : DeadlineSweeperTests<PostgresDatabase<MonitoringDatabase>>;

/// <summary>The whole service, each test with a new one.</summary>
public abstract class DeadlineSweeperTests<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly RunningMonitoring<TDatabase> _service = new();

    protected DeadlineSweeperTests() => Assert.SkipWhen(_service.Missing is not null, _service.Missing ?? "");

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        await using var replica = new MonitoringReplica(_service.Options);
        await replica.UseShortLadderAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _service.DisposeAsync();
    }

    [Fact]
    public async Task ClockAdvancedOverWeeks_KnowsTheCityFirst_FiresAllInOrder_ThenSaysThatItFollowed()
    {
        await _service.StartCityAsync();
        await _service.StartAsync();
        var late = Some.Assignment(At("2026-02-13"));
        var later = Some.Assignment(At("2026-02-26"));
        var submitted = Some.Assignment(At("2026-02-12"));
        await _service.PublishAsync(
            Published(), new ClockAdvanced(At("2026-01-05"), 1), late.Issued(), later.Issued(), submitted.Issued(),
            submitted.Acknowledged(At("2026-01-06")));
        await _service.FollowedAsync(1);
        Assert.Single(await _service.LogAsync());

        await _service.PublishAsync(submitted.Submitted(At("2026-02-06")), new ClockAdvanced(At("2026-03-02"), 2));
        await _service.FollowedAsync(2);

        var log = await _service.LogAsync();
        Assert.Equal(["clock", .. Enumerable.Repeat("deadlines", 5), "clock"], log.Select(e => e.Subject.Split('/')[0]));
        Assert.Equal(
            [
                (late.Id, At("2026-02-10")), (late.Id, At("2026-02-13")), (later.Id, At("2026-02-23")), (late.Id, At("2026-02-25")),
                (later.Id, At("2026-02-26")),
            ],
            log.Where(e => e.Subject != "clock").Select(Deadline).Select(e => (e.AssignmentId, e.FireAt)));
        Assert.All(log.Where(e => e.Subject != "clock").Select(Deadline), e => Assert.Equal((At("2026-03-02"), false), (e.OccurredAt, e.Late)));
    }

    [Fact]
    public async Task Start_AfterItWasKilledBetweenClockAndFiring_FiresAndFollows()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _service.StartCityAsync();
        // Projected, and the clock moved, by a process that ended then.
        await using (var killed = new MonitoringReplica(_service.Options))
        {
            await killed.TakeAsync(Published(), assignment.Issued(), new ClockAdvanced(At("2026-02-13"), 7));
        }

        await _service.StartAsync();
        await _service.FollowedAsync(7);
        await _service.StopAsync();
        await _service.StartAsync();
        await _service.PublishAsync(new ClockAdvanced(At("2026-02-14"), 8));
        await _service.FollowedAsync(8);

        Assert.Equal([7L, 8L], (await _service.LogAsync()).Where(e => e.Subject == "clock").Select(e => e.Sequence));
        Assert.Equal([At("2026-02-10"), At("2026-02-13")], (await _service.LogAsync()).Where(e => e.Subject != "clock").Select(e => Deadline(e).FireAt));
    }

    [Fact]
    public async Task RealTime_FiresWhenItIsDue()
    {
        await _service.StartCityAsync();
        await _service.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var due = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)).AddSeconds(4);
        var assignment = Some.Assignment(due, issued: now);
        await _service.PublishAsync(new CalendarPublished("now", now.Year - 1, now.Year + 1, [], now, 1), assignment.Issued());

        await Eventually.HoldsAsync(async () => (await _service.LogAsync()).Count > 0, "it is said that the deadline was missed");

        var missed = Assert.IsType<DeadlineMissed>(Deadline(Assert.Single(await _service.LogAsync())));
        Assert.Equal(due, missed.FireAt);
        Assert.InRange(missed.OccurredAt, due, due.AddSeconds(3));
    }

    [Fact]
    public async Task CityAway_NobodyIsSaidToBeLateBeforeItIsKnownWhatTheCityReceived()
    {
        var submitted = Some.Assignment(At("2026-02-13"));
        var late = Some.Assignment(At("2026-02-13"));
        await using (var before = new MonitoringReplica(_service.Options))
        {
            await before.TakeAsync(
                Published(), submitted.Issued(), submitted.Acknowledged(At("2026-01-06")), late.Issued(),
                new ClockAdvanced(At("2026-02-01"), 1));
        }

        await _service.PublishAsync(submitted.Submitted(At("2026-02-09")));
        await using (var before = new MonitoringReplica(_service.Options))
        {
            await before.TakeAsync(new ClockAdvanced(At("2026-02-14"), 2));
        }

        await _service.StartAsync();
        await _service.StopAsync();
        Assert.Empty(await _service.LogAsync());
        await _service.StartAsync();
        await _service.StartCityAsync();
        await _service.FollowedAsync(2);

        Assert.Equal([late.Id, late.Id], (await _service.LogAsync()).Where(e => e.Subject != "clock").Select(e => Deadline(e).AssignmentId));
    }

    static IDeadlineEvent Deadline(LoggedEvent e) =>
        (IDeadlineEvent)JsonSerializer.Deserialize(e.Body, EventCatalog.FindType(e.Type)!, ContractJson.Options)!;
}
