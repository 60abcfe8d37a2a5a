using System.Diagnostics;
using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Ladders;
using CanThoGov.Monitoring.Reminders;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Monitoring.Firing;

/// <summary>
/// The watches, and the firing of their rungs. Locks are taken in one order: a handler the assignment's row, then its watch; a sweeper
/// watches only, passing over those that are held; the head of the event log comes last. So none waits for another crosswise.
/// </summary>
public sealed class LadderStore(MonitoringDatabase database, PlanStore plans, DeadlineMetrics metrics, IOptions<DeadlineOptions> options)
{
    const string WatchColumns =
        "assignment_id, deadline_kind, revision, due_at, issued_at, revised_at, title, lead_unit, illustrative, is_open, armed, armed_at";

    const string StoredColumns = WatchColumns + ", published, next_rung, next_fire_at";

    sealed record StoredWatch : Watch
    {
        public DateTimeOffset ArmedAt { get; init; }
        public long Published { get; init; }
        public int? NextRung { get; init; }
        public DateTimeOffset? NextFireAt { get; init; }
    }

    static readonly ActivitySource Source = new(PlatformTelemetry.SourceName);

    /// <summary>Set when there may be something to do for the sweeper earlier than it knows.</summary>
    public Signal Changed { get; } = new();

    /// <summary>Watches an assignment as it now is; what has fired of its due time's revision stays fired.</summary>
    /// <param name="at">Business time of the change: from then on its clock runs, if it stood before.</param>
    public async Task SetUpAsync(Transaction transaction, Watch watch, DateTimeOffset at)
    {
        var plan = await plans.FindAsync(transaction);
        await LockAsync(transaction, watch.AssignmentId);
        var next = plan?.Next(watch, await LastFiredAsync(transaction, watch));
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO watches ({WatchColumns}, plan, next_rung, next_fire_at)
            VALUES (@AssignmentId, @kind, @Revision, @DueAt, @IssuedAt, @RevisedAt, @Title, @LeadUnit, @Illustrative, @IsOpen, @Armed, @at,
                @plan, @rung, @fireAt)
            ON CONFLICT (assignment_id) DO UPDATE
            SET deadline_kind = excluded.deadline_kind, revision = excluded.revision, due_at = excluded.due_at, issued_at = excluded.issued_at,
                revised_at = excluded.revised_at, title = excluded.title, lead_unit = excluded.lead_unit, illustrative = excluded.illustrative,
                is_open = excluded.is_open, armed = excluded.armed, plan = excluded.plan, next_rung = excluded.next_rung,
                next_fire_at = excluded.next_fire_at,
                armed_at = CASE WHEN excluded.armed AND NOT watches.armed THEN excluded.armed_at ELSE watches.armed_at END
            """,
            new
            {
                watch.AssignmentId,
                kind = watch.DeadlineKind.ToString(),
                watch.Revision,
                watch.DueAt,
                watch.IssuedAt,
                watch.RevisedAt,
                watch.Title,
                watch.LeadUnit,
                watch.Illustrative,
                watch.IsOpen,
                watch.Armed,
                at,
                plan = plan?.Number ?? 0,
                rung = next?.Rung.WorkingDays,
                fireAt = next?.FireAt,
            });
        transaction.OnCommitted(Changed.Set);
    }

    /// <summary>No sweeper fires it before the end of the transaction, and what one has fired can be read.</summary>
    static Task LockAsync(Transaction transaction, Guid assignmentId) => transaction.FindAsync<long?>(
        $"SELECT published FROM watches WHERE assignment_id = @assignmentId {transaction.Dialect.ForUpdate}", new { assignmentId });

    static Task<int?> LastFiredAsync(Session session, Watch watch) => session.FindAsync<int?>(
        "SELECT MAX(rung) FROM reminders WHERE assignment_id = @AssignmentId AND revision = @Revision", watch);

    /// <summary>Finds anew the next rungs that another plan, or none, gave.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        while (await database.ReadAsync(IsAnyStaleAsync, ct) && await database.InTransactionAsync(RefreshBatchAsync, ct) > 0)
        {
        }
    }

    // The least of them is the first of an index; a search for one that is less would look at every watch when there is none.
    static Task<bool> IsAnyStaleAsync(Session session) => session.SingleAsync<bool>(
        "SELECT COALESCE((SELECT MIN(plan) FROM watches WHERE is_open) < (SELECT MAX(number) FROM plans), 1 = 0)");

    async Task<int> RefreshBatchAsync(Transaction transaction)
    {
        if (await plans.FindAsync(transaction) is not { } plan)
        {
            return 0;
        }

        var watches = await transaction.ListAsync<StoredWatch>(
            $"SELECT {StoredColumns} FROM watches WHERE is_open AND plan < @Number ORDER BY plan LIMIT @limit {transaction.Dialect.SkipLocked}",
            new { plan.Number, limit = options.Value.BatchSize });
        var fired = (await transaction.ListAsync<(Guid Id, int Revision, int Rung)>(
            $"""
            SELECT assignment_id, revision, MAX(rung) FROM reminders
            WHERE rung IS NOT NULL AND {transaction.Dialect.In("assignment_id", "@ids")} GROUP BY assignment_id, revision
            """, new { ids = transaction.Dialect.Ids(watches.Select(watch => watch.AssignmentId)) }))
            .ToDictionary(row => (row.Id, row.Revision), row => row.Rung);
        await AdvanceAsync(transaction, plan, watches.Select(watch => new Advance(
            watch.AssignmentId, plan.Next(watch, fired.TryGetValue((watch.AssignmentId, watch.Revision), out var rung) ? rung : null), watch.Published)));
        return watches.Count;
    }

    /// <summary>When the next rung fires, or was to fire; null if there is none.</summary>
    public Task<DateTimeOffset?> NextAsync(CancellationToken ct) => database.ReadAsync(session => session.FindAsync<DateTimeOffset?>(
        "SELECT next_fire_at FROM watches WHERE armed AND next_fire_at IS NOT NULL ORDER BY next_fire_at LIMIT 1"), ct);

    /// <summary>Rungs whose time has come and that have not fired, and since when the oldest of them waits.</summary>
    public Task<(long Pending, DateTimeOffset? Oldest)> CountPendingAsync(DateTimeOffset now, CancellationToken ct) =>
        database.ReadAsync(session => session.SingleAsync<(long, DateTimeOffset?)>(
            "SELECT COUNT(*), MIN(next_fire_at) FROM watches WHERE armed AND next_fire_at <= @now", new { now }), ct);

    /// <summary>Fires everything due by then, in order of time, a batch in each transaction.</summary>
    /// <param name="marksLate">False for a simulated clock, which was moved over the time of the rungs: none of them is late.</param>
    /// <returns>How many fired here; other replicas may have fired others.</returns>
    public async Task<int> FireAsync(DateTimeOffset now, CancellationToken ct, bool marksLate = true)
    {
        using var activity = Source.StartActivity("fire deadlines");
        var fired = 0;
        while (await database.InTransactionAsync(transaction => FireBatchAsync(transaction, now, marksLate), ct) is { Found: > 0 } batch)
        {
            fired += batch.Fired;
        }

        return fired;
    }

    async Task<(int Found, int Fired)> FireBatchAsync(Transaction transaction, DateTimeOffset now, bool marksLate)
    {
        if (await plans.FindAsync(transaction) is not { } plan)
        {
            return (0, 0);
        }

        // Held: nothing about these deadlines changes before the commit. What another plan gave is found anew first.
        var limit = options.Value.BatchSize;
        var due = await transaction.ListAsync<StoredWatch>(
            $"""
            {transaction.Dialect.InIndexOrder}
            SELECT {StoredColumns} FROM watches WHERE armed AND next_fire_at <= @now AND plan = @Number
            ORDER BY next_fire_at, assignment_id LIMIT @limit {transaction.Dialect.SkipLocked}
            """, new { now, plan.Number, limit });
        if (due.Count == 0)
        {
            return (0, 0);
        }

        // Of a full batch only what comes before the watches that are left out, so that everything fires in order of time.
        var horizon = due.Count < limit ? now : due[^1].NextFireAt!.Value;
        var events = new List<IDeadlineEvent>();
        var advanced = new List<Advance>();
        foreach (var watch in due)
        {
            var published = watch.Published;
            var next = plan.Find(watch, watch.NextRung!.Value);
            while (next is not null && next.FireAt <= horizon)
            {
                events.Add(EventOf(watch, next, ++published, now, marksLate, plan.Calendar));
                next = plan.Next(watch, next.Rung.WorkingDays);
            }

            advanced.Add(new(watch.AssignmentId, next, published));
        }

        var claimed = await ClaimAsync(transaction, events);
        await AdvanceAsync(transaction, plan, advanced);
        foreach (var e in events.Where(e => claimed.Contains((e.AssignmentId, e.Rung))).OrderBy(e => e.FireAt).ThenBy(e => e.Version))
        {
            transaction.Publish(e);
            transaction.OnCommitted(() => metrics.Fired(e.OccurredAt - e.FireAt));
        }

        return (due.Count, claimed.Count);
    }

    IDeadlineEvent EventOf(
        StoredWatch watch, PlannedRung planned, long number, DateTimeOffset now, bool marksLate, WorkingCalendar calendar)
    {
        var (rung, dueAt) = (planned.Rung.WorkingDays, watch.DueAt!.Value);
        // Not late, if its clock stood still when its time came.
        var since = planned.FireAt > watch.ArmedAt ? planned.FireAt : watch.ArmedAt;
        var late = marksLate && now - since > options.Value.LateAfter;
        // A simulated clock that was moved over the time of a rung has it said then.
        var text = ReminderText.Of(planned, dueAt, marksLate ? now : since, calendar);
        return rung switch
        {
            < 0 => new DeadlineDueSoon(
                watch.AssignmentId, watch.Title, watch.LeadUnit, dueAt, watch.Revision, rung, planned.Rung.Told, text, planned.FireAt, now, late,
                watch.Illustrative, number),
            0 => new DeadlineMissed(
                watch.AssignmentId, watch.Title, watch.LeadUnit, dueAt, watch.Revision, rung, planned.Rung.Told, text, planned.FireAt, now, late,
                watch.Illustrative, number),
            _ => new DeadlineEscalated(
                watch.AssignmentId, watch.Title, watch.LeadUnit, dueAt, watch.Revision, rung, planned.Rung.Told, text, planned.FireAt, now, late,
                watch.Illustrative, number),
        };
    }

    /// <summary>Writes each rung down, unless it stands there: only who wrote it may say it.</summary>
    static async Task<HashSet<(Guid AssignmentId, int Rung)>> ClaimAsync(Transaction transaction, IReadOnlyList<IDeadlineEvent> events) =>
        [.. await transaction.ListAsync<(Guid, int)>(
            $"""
            INSERT INTO reminders (assignment_id, number, revision, rung, told, text, issued_by, due_at, fire_at, issued_at, late)
            SELECT assignment_id, number, revision, rung, told, text, '', due_at, fire_at, issued_at, late FROM {transaction.Dialect.Rows("n", "@rows",
                "assignment_id uuid, number bigint, revision integer, rung integer, told text, text text, due_at timestamptz, fire_at timestamptz, " +
                "issued_at timestamptz, late boolean")}
            WHERE true
            ON CONFLICT (assignment_id, revision, rung) DO NOTHING
            RETURNING assignment_id, rung
            """, new
            {
                rows = SqlRows.Json(events.Select(e => new
                {
                    e.AssignmentId,
                    Number = e.Version,
                    e.Revision,
                    e.Rung,
                    Told = string.Join(',', e.Told),
                    e.Text,
                    e.DueAt,
                    e.FireAt,
                    IssuedAt = e.OccurredAt,
                    e.Late,
                })),
            })];

    /// <param name="Next">Null if nothing more fires.</param>
    /// <param name="Published">Number of the last thing that was said.</param>
    readonly record struct Advance(Guid AssignmentId, PlannedRung? Next, long Published);

    static Task AdvanceAsync(Transaction transaction, Plan plan, IEnumerable<Advance> watches) =>
        transaction.ExecuteAsync(
            $"""
            UPDATE watches SET plan = @Number, next_rung = n.next_rung, next_fire_at = n.next_fire_at, published = n.published
            FROM {transaction.Dialect.Rows("n", "@rows", "assignment_id uuid, next_rung integer, next_fire_at timestamptz, published bigint")}
            WHERE watches.assignment_id = n.assignment_id
            """, new
            {
                plan.Number,
                rows = SqlRows.Json(watches.Select(one => new
                {
                    one.AssignmentId,
                    NextRung = one.Next?.Rung.WorkingDays,
                    NextFireAt = one.Next?.FireAt,
                    one.Published,
                })),
            });
}
