using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Scorecards;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class TransferTests_Sqlite(SqliteDatabase<MonitoringDatabase> database) : TransferTests<SqliteDatabase<MonitoringDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class TransferTests_Postgres(PostgresDatabase<MonitoringDatabase> database)
    : TransferTests<PostgresDatabase<MonitoringDatabase>>(database);

/// <summary>Work that was given to another unit, with its due time.</summary>
public abstract class TransferTests<TDatabase> : IClassFixture<TDatabase>, IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>
{
    readonly MonitoringReplica _monitoring = null!;

    protected TransferTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _monitoring = new(database.Database.Options);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _monitoring.UseShortLadderAsync();
        await _monitoring.TakeAsync(Published(), CalendarId);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _monitoring.DisposeAsync();
    }

    [Fact]
    public async Task R35_GrantedTransfer_MovesTheWatchAndTheScorecardToTheNewLead()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _monitoring.TakeAsync(
            Some.Unit(Some.Commune, "Xã Mẫu A"), Some.Unit(Some.Ward, "Phường Mẫu B"), assignment.Issued(), assignment.Acknowledged(At("2026-01-06")));
        await _monitoring.FireAsync(At("2026-02-10"));

        await _monitoring.TakeAsync(assignment.Transferred(Some.Ward, At("2026-02-11")));
        await _monitoring.FireAsync(At("2026-02-13"));

        Assert.Equal(
            [(Some.Commune, -3, At("2026-02-13")), (Some.Ward, 0, At("2026-02-13"))],
            (await _monitoring.PublishedAsync(assignment.Id)).Cast<IDeadlineEvent>().Select(e => (e.LeadUnit, e.Rung, e.DueAt)));
        var scores = await new ScorecardStore(_monitoring.Database).ListAsync([Some.Commune, Some.Ward], "", 10, At("2026-02-13", "18:00"), Ct);
        Assert.Equal(
            [(Some.Ward, 1, 1, 1), (Some.Commune, 0, 0, 0)],
            scores.Select(score => (score.Unit.Id, score.Tally.Assigned, score.Tally.Unacknowledged, score.Tally.Overdue)));
    }
}
