using CanThoGov.Monitoring.Firing;
using CanThoGov.Platform.Errors;
using CanThoGov.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class ClockGuardTests_Sqlite : ClockGuardTests<SqliteDatabase<MonitoringDatabase>>;

[Trait("Category", "Postgres")]
public sealed class ClockGuardTests_Postgres : ClockGuardTests<PostgresDatabase<MonitoringDatabase>>
{
    [Fact]
    public async Task MachineAheadOfTheDatabaseFromItsStart_StopsUntilConfirmed()
    {
        Time.Wall += TimeSpan.FromMinutes(9);

        Assert.False(await Guard.IsTrustedAsync(Ct));
        Assert.Matches(@"^The clock is 0\.00:0[89]:\d\d ahead of the database's\.$", (await Guard.FindAsync(Ct)).Reason);

        await ConfirmAsync();
        Assert.True(await Guard.IsTrustedAsync(Ct));
        Time.Wall += TimeSpan.FromMinutes(6);
        Assert.False(await Guard.IsTrustedAsync(Ct));
    }
}

/// <summary>Each test with a database and a machine of its own.</summary>
public abstract class ClockGuardTests<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly TDatabase _database = new();
    MonitoringReplica? _monitoring;

    protected ClockGuardTests() => Assert.SkipWhen(_database.Missing is not null, _database.Missing ?? "");

    private protected TwoClocks Time { get; } = new();

    private protected ClockGuard Guard => _monitoring!.Get<ClockGuard>();

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _monitoring = new(_database.Database.Options, Time);
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
    public async Task WallJumpsAhead_StopsEveryReplicaUntilAnOperatorConfirms()
    {
        Assert.True(await Guard.IsTrustedAsync(Ct));
        Time.Pass(TimeSpan.FromSeconds(30));
        Time.Wall += TimeSpan.FromMinutes(6);

        Assert.False(await Guard.IsTrustedAsync(Ct));

        Assert.Equal("The clock jumped ahead by 0.00:06:00 against the monotonic clock.", (await Guard.FindAsync(Ct)).Reason);
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
        await using var other = new MonitoringReplica(_database.Database.Options, TimeProvider.System);
        Assert.False(await other.Get<ClockGuard>().IsTrustedAsync(Ct));
        // As often as it is asked.
        Assert.False(await Guard.IsTrustedAsync(Ct));

        await ConfirmAsync();
        Assert.True(await Guard.IsTrustedAsync(Ct));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
        Assert.Equal("van-hanh-01", (await Guard.FindAsync(Ct)).ConfirmedBy);
    }

    [Fact]
    public async Task WallJumpsBack_OrALittleAhead_IsNoReasonToStop()
    {
        foreach (var jump in new[] { TimeSpan.FromHours(-3), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(-4) })
        {
            Time.Pass(TimeSpan.FromSeconds(10));
            Time.Wall += jump;

            Assert.True(await Guard.IsTrustedAsync(Ct));
        }
    }

    [Fact]
    public async Task Confirm_NotStopped_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<DomainException>(ConfirmAsync);

        Assert.Equal("FIRING_NOT_STOPPED", refusal.Reason);
        Assert.Equal("", (await Guard.FindAsync(Ct)).ConfirmedBy);
    }

    [Fact]
    public async Task Canary_FiresEveryHourOfRealTimeOnceForAllReplicas_AndNobodyIsTold()
    {
        await using var other = new MonitoringReplica(_database.Database.Options, Time);
        Canary[] canaries = [_monitoring!.Get<Canary>(), other.Get<Canary>()];
        var start = Time.Wall;
        for (var hour = 0; hour < 3; hour++)
        {
            await Task.WhenAll(canaries.Select(canary => canary.FireAsync(Ct)));
            var state = await canaries[0].FindAsync(Ct);
            Assert.Equal(Micro(start.AddHours(hour + 1)), state!.FireAt);
            Assert.Equal(hour == 0 ? null : Micro(start.AddHours(hour)), state.FiredAt);
            Time.Pass(TimeSpan.FromMinutes(59));
            await Task.WhenAll(canaries.Select(canary => canary.FireAsync(Ct)));
            Assert.Equal(state, await canaries[1].FindAsync(Ct));
            Time.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, await _monitoring.Database.ReadAsync(session => session.SingleAsync<long>("SELECT COUNT(*) FROM event_log"), Ct));
    }

    [Fact]
    public async Task Canary_Missed_TurnsHealthRedUntilItFires()
    {
        var canary = _monitoring!.Get<Canary>();
        await canary.FireAsync(Ct);
        Time.Pass(TimeSpan.FromMinutes(64));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());

        Time.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());

        await canary.FireAsync(Ct);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
    }

    private protected Task ConfirmAsync() =>
        _monitoring!.Database.InTransactionAsync(transaction => Guard.ConfirmAsync(transaction, "van-hanh-01"), Ct);

    async Task<HealthStatus> HealthAsync() => (await _monitoring!.Get<HealthCheckService>()
        .CheckHealthAsync(check => check.Name == "monitoring-firing", Ct)).Entries.Single().Value.Status;

    static DateTimeOffset Micro(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
