using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class FollowingTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : FollowingTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class FollowingTests_Postgres(PostgresDatabase<WardDatabase> fixture) : FollowingTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>What the ward learns from the others: its units, its assignments, the clock. Here without a broker, from their logs alone.</summary>
public abstract class FollowingTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    static readonly (string, string) AllUnits = ("Ward:Units", "*");

    [Fact]
    public async Task Start_LongAfterTheCity_FindsEverythingInTheLogsWithTheUnitsOwnTokens()
    {
        var assignment = Events.Issued(Events.NinhKieu, [Events.CaiKhe]);
        City.Publish(assignment.IssuedEvent());
        await using var ward = await StartWardAsync(AllUnits, ("Ward:ExceptUnits", Events.AnBinh));

        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return await HasAsync(ward, Events.NinhKieu, assignment.Id) && await HasAsync(ward, Events.CaiKhe, assignment.Id);
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
                {
                    return false;   // The unit itself is not learnt yet.
                }
            },
            "both units have their copy");

        Assert.Contains($"city/{Events.NinhKieu}", City.LogReaders);
        Assert.Contains($"city/{Events.CaiKhe}", City.LogReaders);
        Assert.DoesNotContain($"city/{Events.AnBinh}", City.LogReaders);
        Assert.Equal(0, await ward.Get<SourceLogs<WardDatabase>>().CountMissingAsync(EventCatalog.City, Ct));
        var refusal = await Assert.ThrowsAsync<RpcException>(() => HasAsync(ward, Events.AnBinh, assignment.Id));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    /// <summary>One that was left out would leave the copies behind until the next.</summary>
    [Fact]
    public async Task EveryEventOfAnAssignment_IsTaken()
    {
        await using var ward = await StartWardAsync(AllUnits);
        var taken = ward.Get<Subscriptions<WardDatabase>>().All.Select(one => one.EventType);
        Assert.Empty(EventCatalog.All.Where(type => type.IsAssignableTo(typeof(IAssignmentEvent))).Except(taken));
    }

    [Fact]
    public async Task Unit_WhoseLogsCannotBeRead_HoldsUpNothingAndIsAskedForAlone()
    {
        City.Unwelcome = Events.CaiKhe;
        var (assignment, later) = (Events.Issued(Events.NinhKieu), Events.Issued(Events.CaiKhe));
        City.Publish(later.IssuedEvent());
        City.Publish(assignment.IssuedEvent());
        await using var ward = await StartWardAsync(AllUnits, ("CatchUp:RetryInterval", "00:00:00.100"));

        await Eventually.HoldsAsync(
            () => Task.FromResult(City.Wards.TrueForAll(unit => Readings($"monitoring/{unit}") > 0) && Readings($"city/{Events.CaiKhe}") > 5),
            "both services' logs are read, and those of the unit again and again");
        Assert.True(await HasAsync(ward, Events.NinhKieu, assignment.Id));
        Assert.Equal(1, Readings($"city/{Events.NinhKieu}"));
        Assert.Equal(1, Readings($"monitoring/{Events.NinhKieu}"));

        City.Unwelcome = null;
        await Eventually.HoldsAsync(() => HasAsync(ward, Events.CaiKhe, later.Id), "the unit has its copy");
    }

    [Fact]
    public async Task Unit_RegisteredLater_IsServedWithWhatItWasGivenBefore()
    {
        const string Later = "31999-2026";
        await using var ward = await StartWardAsync(AllUnits);
        var assignment = Events.Issued(Later);
        City.Publish(assignment.IssuedEvent());
        await ward.HandleAsync(assignment.IssuedEvent());
        Assert.Equal(0, await CountRowsAsync("SELECT COUNT(*) FROM assignments WHERE id = @Id", new { assignment.Id }));

        await ward.HandleAsync(new UnitRegistered(
            Later, "Phường Mẫu B", UnitKind.Ward, "31999", "", new(2026, 1, 1), null, Illustrative: true, Events.Monday, 1));
        await ward.HandleAsync(new UnitRegistered(
            "so-noi-vu", "Sở Nội vụ", UnitKind.Department, "", "", new(2025, 7, 1), null, Illustrative: false, Events.Monday, 1));

        await Eventually.HoldsAsync(() => HasAsync(ward, Later, assignment.Id), "the unit has its copy");
        await Assert.ThrowsAsync<RpcException>(() => HasAsync(ward, "so-noi-vu", assignment.Id));
    }

    [Fact]
    public async Task Clock_Advanced_IsFollowedAfterMonitoringAndOnce()
    {
        await using var ward = await StartWardAsync(AllUnits);
        var revision = await NextRevisionAsync();
        var assignment = Events.Issued(Events.NinhKieu);
        var missed = new DeadlineMissed(
            assignment.Id, assignment.Title, Events.NinhKieu, Events.Due, 1, Rung: 0, [], "Đã đến hạn.", Events.Due, Events.Due, Late: false,
            Illustrative: true, 1);

        // What the ward looks through at its start is behind it.
        await Eventually.HoldsAsync(
            () => Task.FromResult(City.Wards.TrueForAll(unit => City.LogReaders.Contains($"monitoring/{unit}"))), "the logs were read");

        // Only the last of these comes by the broker; what stands before it in the logs has to be there when the ward says so.
        City.Publish(new ClockAdvanced(Events.Due.AddMinutes(revision), revision));
        City.Publish(missed);
        await ward.HandleAsync(new MonitoringClockFollowed(revision));
        await ward.HandleAsync(new MonitoringClockFollowed(revision));
        await FollowedAsync(revision);

        Assert.Equal(Events.Due.AddMinutes(revision), ward.Get<BusinessClock<WardDatabase>>().Now);
        Assert.Equal(1, await CountRowsAsync("SELECT COUNT(*) FROM deadline_notices WHERE assignment_id = @Id", new { assignment.Id }));
        Assert.Equal(1, await CountRowsAsync(FollowedEvents, new { revision }));
    }

    [Fact]
    public async Task Clock_ToBeFollowedWhenTheProcessDied_IsFollowedAtTheNextStart()
    {
        var revision = await NextRevisionAsync();
        await City.StopAsync();
        await using (var ward = await StartWardAsync(AllUnits))
        {
            await ward.HandleAsync(new ClockAdvanced(Events.Due.AddMinutes(revision), revision));
            await ward.HandleAsync(new MonitoringClockFollowed(revision));
        }

        Assert.Equal(0, await CountRowsAsync(FollowedEvents, new { revision }));
        await City.StartAsync();
        await using var restarted = await StartWardAsync(AllUnits);
        await FollowedAsync(revision);

        Assert.Equal(Events.Due.AddMinutes(revision), restarted.Get<BusinessClock<WardDatabase>>().Now);
    }

    [Fact]
    public async Task Statistics_EffectThatCameTwice_IsCounted()
    {
        await using var ward = await StartWardAsync();
        var issued = Events.Issued(Events.NinhKieu, [Events.CaiKhe]).IssuedEvent();
        var before = await RepeatedAsync(ward);
        await ward.HandleAsync(issued);
        Assert.Equal(before, await RepeatedAsync(ward));

        // The same event under another id: the inbox cannot know it, the journal does.
        await ward.HandleAsync(issued);
        Assert.Equal(before + 1, await RepeatedAsync(ward));
    }

    /// <summary>What happened to the unit's work is in the logs as long; who did what in the unit is nowhere else.</summary>
    [Fact]
    public async Task Journal_AfterTheRetention_KeepsTheUnitsActsOnly()
    {
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        await ReportAsync(ward, name, 10);
        var (before, all) = ("SELECT COUNT(*) FROM journal WHERE source = 'ward'", "SELECT COUNT(*) FROM journal");
        var acts = await CountRowsAsync(before, new { });
        await Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE journal SET recorded_at = @past", new { past = transaction.RealNow.AddDays(-92) }), Ct);

        await ward.Get<IEnumerable<IHostedService>>().OfType<Housekeeping<WardDatabase>>().Single().RemoveAsync(Ct);

        Assert.NotEqual(0, acts);
        Assert.Equal(acts, await CountRowsAsync(all, new { }));
    }

    static readonly string FollowedEvents =
        $"SELECT COUNT(*) FROM event_log WHERE type = '{EventCatalog.NameOf(typeof(WardClockFollowed))}' AND sequence = @revision";

    static async Task<bool> HasAsync(WardHost ward, string unit, Guid assignment) =>
        (await ward.Assignments.ListWardAssignmentsAsync(
            new() { Parent = $"units/{unit}", PageSize = 1000 }, ward.As(Roles.Ward, unit), cancellationToken: Ct))
        .WardAssignments.Any(copy => copy.Name.EndsWith($"{assignment}", StringComparison.Ordinal));

    static async Task<long> RepeatedAsync(WardHost ward)
    {
        var log = new EventLogService.EventLogServiceClient(ward.Channel);
        var statistics = await log.GetEventStatisticsAsync(new(), ward.As(Roles.Operator), cancellationToken: Ct);
        return statistics.Consumptions.Single(one => one.Source == EventCatalog.City).RepeatedEffects;
    }

    int Readings(string log) => City.LogReaders.Count(one => one == log);

    Task<long> CountRowsAsync(string sql, object parameters) => Database.ReadAsync(session => session.SingleAsync<long>(sql, parameters), Ct);

    async Task<long> NextRevisionAsync() =>
        1 + await Database.ReadAsync(session => session.SingleAsync<long>("SELECT COALESCE(MAX(revision), 0) FROM clock"), Ct);

    Task FollowedAsync(long revision) => Eventually.HoldsAsync(
        async () => await CountRowsAsync(FollowedEvents, new { revision }) > 0, "the ward service says that it has followed");
}
