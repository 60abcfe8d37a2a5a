using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class AssignmentProjectionTests_Sqlite(SqliteDatabase<MonitoringDatabase> database)
    : AssignmentProjectionTests<SqliteDatabase<MonitoringDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class AssignmentProjectionTests_Postgres(PostgresDatabase<MonitoringDatabase> database)
    : AssignmentProjectionTests<PostgresDatabase<MonitoringDatabase>>(database);

public abstract class AssignmentProjectionTests<TDatabase> : IClassFixture<TDatabase>, IAsyncLifetime
    where TDatabase : TestDatabase<MonitoringDatabase>
{
    readonly MonitoringReplica _monitoring = null!;

    protected AssignmentProjectionTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _monitoring = new(database.Database.Options);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _monitoring.TakeAsync(Published(), CalendarId);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _monitoring.DisposeAsync();
    }

    /// <summary>One that was left out would leave the projection behind until the next.</summary>
    [Fact]
    public void EveryEventOfAnAssignment_IsTaken()
    {
        var taken = _monitoring.Get<Subscriptions<MonitoringDatabase>>().All.Select(one => one.EventType);
        Assert.Empty(EventCatalog.All.Where(type => type.IsAssignableTo(typeof(IAssignmentEvent))).Except(taken));
    }

    [Fact]
    public async Task Take_InAnyOrderAndRepeated_GivesTheSameProjection()
    {
        var random = new Random(631);
        string? expected = null;
        for (var round = 0; round < 40; round++)
        {
            var (id, life) = Life();
            var events = life.Select(e => (Id: Guid.CreateVersion7(), Event: e)).ToArray();
            var delivered = round == 0 ? events : [.. events, .. random.GetItems(events, 5)];
            if (round > 0)
            {
                random.Shuffle(delivered);
            }

            foreach (var (eventId, e) in delivered)
            {
                await _monitoring.TakeAsync(e, eventId);
            }

            var projected = await ShowAsync(id);
            expected ??= projected;
            Assert.Equal(expected, projected);
            Assert.Equal(events.Length, await CountActivityAsync(id));
        }

        Assert.Contains("10 Rework", expected, StringComparison.Ordinal);
        Assert.Equal(0, await CountRepeatedAsync());
    }

    [Fact]
    public async Task Take_SameEventUnderAnotherId_ChangesNothingAndIsCounted()
    {
        var assignment = Some.Assignment(At("2026-03-31"));
        var issued = assignment.Issued();
        await _monitoring.TakeAsync(issued, assignment.Acknowledged(At("2026-01-06")));
        var before = await ShowAsync(assignment.Id);
        var repeated = await CountRepeatedAsync();

        await _monitoring.TakeAsync(issued);

        Assert.Equal(before, await ShowAsync(assignment.Id));
        Assert.Equal(repeated + 1, await CountRepeatedAsync());
        await _monitoring.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "DELETE FROM activity WHERE subject = @subject", new { subject = $"assignments/{assignment.Id}" }), Ct);
    }

    [Fact]
    public async Task Take_UnitOutOfOrder_KeepsTheNewestName()
    {
        await _monitoring.TakeAsync(Some.Unit("xa-mau-c", "Xã Mẫu C (mới)", 2), Some.Unit("xa-mau-c", "Xã Mẫu C"));

        Assert.Equal("Xã Mẫu C (mới)", await _monitoring.Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT display_name FROM units WHERE id = 'xa-mau-c'"), Ct));
    }

    static (Guid Id, IEvent[] Events) Life()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        IEvent[] events =
        [
            assignment.Issued(), assignment.Acknowledged(At("2026-01-06")), assignment.Reported(20, At("2026-01-20")),
            assignment.Hindered(At("2026-01-21")), assignment.Extended(At("2026-02-26"), At("2026-01-22")),
            assignment.Suspended(At("2026-01-23")), assignment.Resumed(At("2026-01-26")), assignment.Reported(90, At("2026-02-02")),
            assignment.Submitted(At("2026-02-03")), assignment.SentBack(At("2026-02-04")),
        ];
        return (assignment.Id, events);
    }

    /// <summary>Row and watch in words, without the id.</summary>
    Task<string> ShowAsync(Guid id) => _monitoring.Database.ReadAsync(async session =>
    {
        var row = await session.SingleAsync<Row>(
            """
            SELECT version, state, lead_unit, revision, due_at, original_due_at, due_soon_at, due_day_at, frozen_at,
                return_count, extension_count, open_obstacle_count, snapshot FROM assignments WHERE id = @id
            """, new { id });
        var watch = await session.SingleAsync<WatchRow>(
            "SELECT revision, due_at, is_open, armed, next_rung, next_fire_at, published FROM watches WHERE assignment_id = @id", new { id });
        var snapshot = System.Text.RegularExpressions.Regex.Replace(row.Snapshot, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id");
        return $"{row.Version} {row.State} {row with { Snapshot = snapshot }}\n{watch}";
    }, Ct);

    Task<long> CountActivityAsync(Guid id) => _monitoring.Database.ReadAsync(session => session.SingleAsync<long>(
        "SELECT COUNT(*) FROM activity WHERE subject = @subject", new { subject = $"assignments/{id}" }), Ct);

    Task<long> CountRepeatedAsync() => _monitoring.Database.ReadAsync(session => session.SingleAsync<long>(
        ActivityLog.CountRepeated, new { source = "city" }), Ct);

    sealed record Row
    {
        public long Version { get; init; }
        public required string State { get; init; }
        public required string LeadUnit { get; init; }
        public int Revision { get; init; }
        public DateTimeOffset? DueAt { get; init; }
        public DateTimeOffset? OriginalDueAt { get; init; }
        public DateTimeOffset? DueSoonAt { get; init; }
        public DateTimeOffset? DueDayAt { get; init; }
        public DateTimeOffset? FrozenAt { get; init; }
        public int ReturnCount { get; init; }
        public int ExtensionCount { get; init; }
        public int OpenObstacleCount { get; init; }
        public required string Snapshot { get; init; }
    }

    sealed record WatchRow
    {
        public int Revision { get; init; }
        public DateTimeOffset? DueAt { get; init; }
        public bool IsOpen { get; init; }
        public bool Armed { get; init; }
        public int? NextRung { get; init; }
        public DateTimeOffset? NextFireAt { get; init; }
        public long Published { get; init; }
    }
}
