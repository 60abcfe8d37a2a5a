using CanThoGov.Calendar;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Calendars;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Deadlines;

/// <summary>
/// The rungs of every ladder. Whoever changes or fires an assignment's rungs holds the assignment's row: a handler by its update, a
/// sweeper by its lock, which passes over rows that are held. So none waits for the other crosswise, and each rung fires once.
/// </summary>
public sealed class LadderStore(MonitoringDatabase database, CurrentCalendar calendars)
{
    const int BatchSize = 300;

    sealed class DueRung
    {
        public Guid AssignmentId { get; init; }
        public int Revision { get; init; }
        public RungKind Kind { get; init; }
        public DateTimeOffset FireAt { get; init; }
        public required string Title { get; init; }
        public required string LeadUnit { get; init; }
        public DateTimeOffset DueAt { get; init; }
        public bool Illustrative { get; init; }
    }

    /// <summary>Set when there may be something to do for the sweeper earlier than it knows.</summary>
    public Signal Changed { get; } = new();

    /// <summary>
    /// What has not fired is set up anew, by the newest due date, state and calendar; nothing for a closed assignment. What has fired stays.
    /// </summary>
    /// <param name="calendar">Null if none has arrived: then <see cref="RefreshAsync"/> sets it up once it has.</param>
    public async Task SetUpAsync(Transaction transaction, Watch watch, WorkingCalendar? calendar)
    {
        await transaction.ExecuteAsync("DELETE FROM rungs WHERE assignment_id = @Id AND fired_at IS NULL", new { watch.Id });
        if (!watch.IsOpen || calendar is null)
        {
            return;
        }

        var rungs = Ladder.Of(watch.DueAt!.Value, watch.IssuedAt ?? DateTimeOffset.MinValue, calendar);
        await transaction.ExecuteAsync(
            """
            INSERT INTO rungs (assignment_id, revision, kind, fire_at, armed) VALUES (@Id, @Revision, @kind, @FireAt, @armed)
            ON CONFLICT (assignment_id, revision, kind) DO NOTHING
            """, rungs.Select(rung => new { watch.Id, watch.Revision, kind = rung.Kind.ToString(), rung.FireAt, armed = watch.IsRunning }));
        transaction.OnCommitted(Changed.Set);
    }

    /// <summary>Sets up the ladders that were made without the newest calendar.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        while (await database.ReadAsync(IsAnyStaleAsync, ct) && await database.InTransactionAsync(RefreshBatchAsync, ct) > 0)
        {
        }
    }

    static async Task<bool> IsAnyStaleAsync(Session session) => await session.FindAsync<long?>(
        $"SELECT 1 FROM assignments WHERE {Watch.IsOpenSql} AND calendar < (SELECT MAX(number) FROM calendars) LIMIT 1") is not null;

    async Task<int> RefreshBatchAsync(Transaction transaction)
    {
        if (await calendars.FindAsync(transaction) is not { } calendar)
        {
            return 0;
        }

        var watches = await transaction.ListAsync<Watch>(
            $"""
            SELECT id, state, revision, due_at, issued_at FROM assignments
            WHERE {Watch.IsOpenSql} AND calendar < @Number LIMIT @limit {transaction.Dialect.SkipLocked}
            """, new { calendar.Number, limit = BatchSize });
        foreach (var watch in watches)
        {
            await SetUpAsync(transaction, watch, calendar.Days);
        }

        await transaction.ExecuteAsync(
            $"UPDATE assignments SET calendar = @Number WHERE {transaction.Dialect.In("id", "@ids")}",
            new { calendar.Number, ids = transaction.Dialect.Ids(watches.Select(watch => watch.Id)) });
        return watches.Count;
    }

    /// <summary>When the next armed rung fires, or was to fire; null if there is none.</summary>
    public Task<DateTimeOffset?> NextAsync(CancellationToken ct) => database.ReadAsync(session => session.FindAsync<DateTimeOffset?>(
        "SELECT fire_at FROM rungs WHERE armed AND fired_at IS NULL ORDER BY fire_at LIMIT 1"), ct);

    /// <summary>Fires everything due by then, in order of time, a batch in each transaction.</summary>
    /// <returns>How many fired here; other replicas may have fired others.</returns>
    public async Task<int> FireAsync(DateTimeOffset now, CancellationToken ct)
    {
        var fired = 0;
        while (await database.InTransactionAsync(transaction => FireBatchAsync(transaction, now), ct) is { Found: > 0 } batch)
        {
            fired += batch.Fired;
        }

        return fired;
    }

    static async Task<(int Found, int Fired)> FireBatchAsync(Transaction transaction, DateTimeOffset now)
    {
        var due = await transaction.ListAsync<DueRung>(
            $"""
            SELECT r.assignment_id, r.revision, r.kind, r.fire_at, a.title, a.lead_unit, a.due_at, a.illustrative
            FROM rungs r JOIN assignments a ON a.id = r.assignment_id
            WHERE r.armed AND r.fired_at IS NULL AND r.fire_at <= @now
            ORDER BY r.fire_at, r.assignment_id LIMIT @limit {transaction.Dialect.SkipLocked}
            """, new { now, limit = BatchSize });
        var fired = 0;
        foreach (var rung in due)
        {
            if (await ClaimAsync(transaction, rung, now) is not { } version)
            {
                continue;
            }

            fired++;
            transaction.Publish(rung.Kind switch
            {
                RungKind.DueSoon => new DeadlineDueSoon(
                    rung.AssignmentId, rung.Title, rung.LeadUnit, rung.DueAt, rung.Revision, -Ladder.WorkingDays, [], rung.FireAt, now, false, rung.Illustrative,
                    version),
                RungKind.Missed => new DeadlineMissed(
                    rung.AssignmentId, rung.Title, rung.LeadUnit, rung.DueAt, rung.Revision, 0, [], rung.FireAt, now, false, rung.Illustrative,
                    version),
                _ => (IDeadlineEvent)new DeadlineEscalated(
                    rung.AssignmentId, rung.Title, rung.LeadUnit, rung.DueAt, rung.Revision, Ladder.WorkingDays, [], rung.FireAt, now, false, rung.Illustrative,
                    version),
            });
        }

        return (due.Count, fired);
    }

    /// <returns>The event's version; null if an earlier rung comes first.</returns>
    static async Task<long?> ClaimAsync(Transaction transaction, DueRung rung, DateTimeOffset now)
    {
        // Another replica may have held the assignment when its earlier rung was read, and have let it go before this one was: then
        // this one has to wait for the next batch.
        var claimed = await transaction.ExecuteAsync(
            """
            UPDATE rungs SET fired_at = @now
            WHERE assignment_id = @AssignmentId AND revision = @Revision AND kind = @kind AND fired_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM rungs earlier
                WHERE earlier.assignment_id = @AssignmentId AND earlier.fired_at IS NULL AND earlier.fire_at < rungs.fire_at)
            """, new { now, rung.AssignmentId, rung.Revision, kind = rung.Kind.ToString() });
        return claimed == 1
            ? await transaction.SingleAsync<long>(
                "UPDATE assignments SET deadline_events = deadline_events + 1 WHERE id = @AssignmentId RETURNING deadline_events", rung)
            : null;
    }
}
