using System.Text.Json;
using CanThoGov.City.Finding;
using CanThoGov.City.Obstacles;
using CanThoGov.City.Occurrences;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Assignments;

/// <summary>One line of an assignment's history as it is stored.</summary>
public sealed record HistoryRow
{
    public Guid Id { get; init; }

    public long Version { get; init; }

    public string Verb { get; init; } = "";

    public string Actor { get; init; } = "";

    public string ActorRole { get; init; } = "";

    public string Unit { get; init; } = "";

    public string Note { get; init; } = "";

    public int ProgressPercent { get; init; }

    public DateTimeOffset EventAt { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    public string RequestId { get; init; } = "";

    /// <summary>Ids of attachments, separated by commas.</summary>
    public string Attachments { get; init; } = "";
}

public sealed class AssignmentStore(ContributionStore contributions, AssignmentFinder finder, OverlapStore overlaps)
{
    sealed class Row
    {
        public long Version { get; init; }

        public string Snapshot { get; init; } = "";

        public Assignment ToAssignment() => new(JsonSerializer.Deserialize<AssignmentSnapshot>(Snapshot, ContractJson.Options)!, Version);
    }

    public async Task<Assignment?> FindAsync(Session session, Guid id) =>
        (await session.FindAsync<Row>("SELECT version, snapshot FROM assignments WHERE id = @id", new { id }))?.ToAssignment();

    /// <summary>Holds the row until the end of the transaction: a verb without an etag decides on what it read.</summary>
    public async Task<Assignment?> FindForChangeAsync(Transaction transaction, Guid id) =>
        (await transaction.FindAsync<Row>(
            $"SELECT version, snapshot FROM assignments WHERE id = @id {transaction.Dialect.ForUpdate}", new { id }))?.ToAssignment();

    public async Task AddAsync(Transaction transaction, Assignment assignment, Act act)
    {
        await transaction.ExecuteAsync(
            """
            INSERT INTO assignments (id, version, state, issued_once, lead_unit, document_id, provision_id, parent_id, due_at, judged_at,
                due_soon_at, due_day_at, frozen_at, calendar, snapshot, assigner, deadline_kind, illustrative, obstacle_open,
                extension_pending, created_at, due_order, issue_order, batch_id)
            VALUES (@Id, @Version, @State, @IssuedOnce, @LeadUnit, @DocumentId, @ProvisionId, @ParentId, @DueAt, @JudgedAt,
                @DueSoonAt, @DueDayAt, @FrozenAt, @Calendar, @Snapshot, @Assigner, @DeadlineKind, @Illustrative, @ObstacleOpen,
                @ExtensionPending, @CreatedAt, @DueOrder, @IssueOrder, @BatchId)
            """, Columns(assignment));
        await SetUnitsAsync(transaction, assignment.Snapshot, assignment.Snapshot.UnitIds());
        await SetNamedUnitsAsync(transaction, assignment.Snapshot);
        await finder.SetUnitKeysAsync(transaction, assignment.Snapshot);
        await finder.AddTextsAsync(transaction, assignment.Snapshot, await overlaps.AddWorkAsync(transaction, assignment.Snapshot));
        await AddHistoryAsync(transaction, assignment.Snapshot.Id, assignment.Version, act);
    }

    /// <summary>Saves the change, its history and its event together, or nothing.</summary>
    /// <param name="e">Null for a change of a draft, of which nobody but the city knows.</param>
    public async Task UpdateAsync(Transaction transaction, Assignment assignment, IAssignmentEvent? e, Act act)
    {
        var updated = await transaction.ExecuteAsync(
            """
            UPDATE assignments SET version = @Version, state = @State, lead_unit = @LeadUnit, assigner = @Assigner, issued_once = @IssuedOnce, due_at = @DueAt,
                judged_at = @JudgedAt, due_soon_at = @DueSoonAt, due_day_at = @DueDayAt, frozen_at = @FrozenAt, calendar = @Calendar,
                snapshot = @Snapshot, obstacle_open = @ObstacleOpen, extension_pending = @ExtensionPending, due_order = @DueOrder,
                issue_order = @IssueOrder
            WHERE id = @Id AND version = @Version - 1
            """, Columns(assignment));
        if (updated == 0)
        {
            throw Changed();
        }

        await AddHistoryAsync(transaction, assignment.Snapshot.Id, assignment.Version, act);
        switch (e)
        {
            case AssignmentIssued { Assignment.Deadline.Recurrence: not Recurrence.Unspecified } issued:
                await OccurrenceStore.ScheduleAsync(transaction, issued.Assignment.Id, issued.OccurredAt);
                break;
            case AssignmentAcknowledged acknowledged:
                await SetUnitsAsync(transaction, assignment.Snapshot, [acknowledged.Unit]);
                break;
            case ContributionSubmitted contributed:
                await SetUnitsAsync(transaction, assignment.Snapshot, [contributed.Unit]);
                await contributions.SaveAsync(transaction, contributed);
                break;
            case TransferDecided { Granted: true }:
                await transaction.ExecuteAsync(
                    "DELETE FROM assignment_units WHERE assignment_id = @Id AND unit = @From",
                    new { assignment.Snapshot.Id, assignment.Snapshot.Transfers[^1].From });
                await SetUnitsAsync(transaction, assignment.Snapshot, assignment.Snapshot.UnitIds());
                await SetNamedUnitsAsync(transaction, assignment.Snapshot);
                await finder.SetWordsAsync(transaction, assignment.Snapshot);
                break;
            case TransferRequested or TransferDecided:
                await SetNamedUnitsAsync(transaction, assignment.Snapshot);
                break;
            case IObstacleEvent obstacle:
                await ObstacleStore.SaveAsync(transaction, obstacle, act);
                break;
        }

        await finder.SetUnitKeysAsync(transaction, assignment.Snapshot);

        if (e is not null)
        {
            transaction.Publish(e);
        }
    }

    /// <summary>How far each of these units is with its part, so that a list can ask for it; of two parts, that which is less far.</summary>
    static Task SetUnitsAsync(Transaction transaction, AssignmentSnapshot assignment, IEnumerable<string> units) => transaction.ExecuteAsync(
        """
        INSERT INTO assignment_units (unit, assignment_id, part_state) VALUES (@unit, @Id, @part)
        ON CONFLICT (unit, assignment_id) DO UPDATE SET part_state = excluded.part_state
        """,
        units.Select(unit => new
        {
            unit,
            assignment.Id,
            part = assignment.Coordinators.Where(one => one.Assignee.Unit == unit).Min(one => (CoordinatorState?)one.StateOf())?.ToString(),
        }).ToArray());

    /// <summary>The units that it names beside those that it concerns.</summary>
    static async Task SetNamedUnitsAsync(Transaction transaction, AssignmentSnapshot assignment)
    {
        await transaction.ExecuteAsync("DELETE FROM assignment_named_units WHERE assignment_id = @Id", new { assignment.Id });
        await transaction.ExecuteAsync(
            "INSERT INTO assignment_named_units (unit, assignment_id) VALUES (@unit, @Id)",
            Succession.NamedUnitsOf(assignment).Select(unit => new { unit, assignment.Id }).ToArray());
    }

    /// <summary>SQL for an open deadline; also the condition of an index.</summary>
    const string OpenDeadline = "due_at IS NOT NULL AND state NOT IN ('Completed', 'Returned', 'Cancelled')";

    /// <summary>Open deadlines that were reckoned by a calendar before this one, held until the end of the transaction; not those held by others.</summary>
    public async Task<IReadOnlyList<Assignment>> TakeOutdatedAsync(Transaction transaction, long calendar, int limit) =>
        [.. (await transaction.ListAsync<Row>(
            $"""
            SELECT version, snapshot FROM assignments WHERE {OpenDeadline} AND calendar < @calendar
            ORDER BY calendar LIMIT @limit {transaction.Dialect.SkipLocked}
            """, new { calendar, limit })).Select(row => row.ToAssignment())];

    /// <summary>What the unit leads and has in hand, held until the end of the transaction; neither drafts nor what was handed back.</summary>
    public async Task<IReadOnlyList<Assignment>> TakeLedByAsync(Transaction transaction, string unit) =>
        [.. (await transaction.ListAsync<Row>(
            $"""
            SELECT version, snapshot FROM assignments
            WHERE id IN (SELECT assignment_id FROM assignment_units WHERE unit = @unit) AND lead_unit = @unit
                AND state NOT IN ('Draft', 'Completed', 'Returned', 'Cancelled')
            ORDER BY id {transaction.Dialect.ForUpdate}
            """, new { unit })).Select(row => row.ToAssignment())];

    /// <summary>
    /// What the unit leads, helps with, gave, decides about or must answer, held until the end of the transaction; without what has ended.
    /// </summary>
    public async Task<IReadOnlyList<Assignment>> TakeOfUnitAsync(Transaction transaction, string unit) =>
        [.. (await transaction.ListAsync<Row>(
            $"""
            SELECT version, snapshot FROM assignments
            WHERE id IN (
                SELECT id FROM assignments WHERE assigner = @unit
                UNION SELECT assignment_id FROM assignment_units WHERE unit = @unit
                UNION SELECT assignment_id FROM assignment_named_units WHERE unit = @unit
                UNION SELECT assignment_id FROM obstacles WHERE answering_unit = @unit AND state <> 'Resolved'
                UNION SELECT assignment_id FROM obstacles WHERE unit = @unit AND state <> 'Resolved')
                AND state NOT IN ('Completed', 'Cancelled')
            ORDER BY id {transaction.Dialect.ForUpdate}
            """, new { unit })).Select(row => row.ToAssignment())];

    /// <summary>Takes the dissolved unit out of the lists of an assignment that was passed on.</summary>
    public async Task PassOnAsync(Transaction transaction, AssignmentSnapshot assignment, string from)
    {
        await transaction.ExecuteAsync(
            "DELETE FROM assignment_units WHERE assignment_id = @Id AND unit = @from", new { assignment.Id, from });
        await SetUnitsAsync(transaction, assignment, assignment.UnitIds());
        await SetNamedUnitsAsync(transaction, assignment);
        await finder.SetUnitKeysAsync(transaction, assignment);
        await ObstacleStore.PassOnAsync(transaction, assignment, from);
    }

    public Task<int> CountOutdatedAsync(Session session, long calendar) =>
        session.SingleAsync<int>($"SELECT COUNT(*) FROM assignments WHERE {OpenDeadline} AND calendar < @calendar", new { calendar });

    /// <summary>Open deadlines by id, after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<Assignment>> ListOpenAsync(Session session, Guid after, int limit) =>
        [.. (await session.ListAsync<Row>(
            $"SELECT version, snapshot FROM assignments WHERE {OpenDeadline} AND id > @after ORDER BY id LIMIT @limit", new { after, limit }))
            .Select(row => row.ToAssignment())];

    /// <summary>The same assignment, known to be right by another calendar: no change that anybody has to learn of.</summary>
    public Task MarkReckonedAsync(Transaction transaction, Assignment assignment) => transaction.ExecuteAsync(
        "UPDATE assignments SET calendar = @Calendar, snapshot = @Snapshot WHERE id = @Id AND version = @Version", Columns(assignment));

    /// <param name="deadlineSubject">What monitoring found out, as one text, so that an event handled twice can be seen; empty for a verb.</param>
    public Task AddHistoryAsync(Transaction transaction, Guid assignmentId, long version, Act act, string deadlineSubject = "") =>
        transaction.ExecuteAsync(
            """
            INSERT INTO assignment_history (id, assignment_id, version, verb, actor, actor_role, unit, note, progress_percent, event_at,
                claimed_at, request_id, deadline_subject, attachments)
            VALUES (@id, @assignmentId, @version, @Verb, @Actor, @ActorRole, @Unit, @Note, @ProgressPercent, @At,
                @ClaimedAt, @RequestId, @deadlineSubject, @attachments)
            """,
            new
            {
                id = TimeOrderedId.Next(),
                assignmentId,
                version,
                act.Verb,
                act.Actor,
                act.ActorRole,
                act.Unit,
                act.Note,
                act.ProgressPercent,
                act.At,
                act.ClaimedAt,
                act.RequestId,
                deadlineSubject,
                attachments = string.Join(',', act.Attachments),
            });

    /// <summary>Oldest first, after <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<HistoryRow>> ListHistoryAsync(Session session, Guid assignmentId, Guid after, int limit) =>
        session.ListAsync<HistoryRow>(
            """
            SELECT id, version, verb, actor, actor_role, unit, note, progress_percent, event_at, claimed_at, request_id, attachments
            FROM assignment_history WHERE assignment_id = @assignmentId AND id > @after ORDER BY id LIMIT @limit
            """, new { assignmentId, after, limit });

    /// <param name="etag">Of the assignment as the caller read it; empty says nothing.</param>
    public static void RequireUnchanged(Assignment assignment, string etag)
    {
        if (etag.Length > 0 && etag != AssignmentProto.Etag(assignment.Version))
        {
            throw Changed().With("etag", AssignmentProto.Etag(assignment.Version));
        }
    }

    public static DomainException Changed() =>
        DomainException.Changed("ASSIGNMENT_CHANGED", "The assignment changed meanwhile. Read it again, then decide.");

    static object Columns(Assignment assignment)
    {
        var snapshot = assignment.Snapshot;
        var timeliness = TimelinessColumns.Of(snapshot);
        return new
        {
            snapshot.Id,
            assignment.Version,
            State = snapshot.State.ToString(),
            IssuedOnce = snapshot.IssuedAt is not null,
            LeadUnit = snapshot.Lead.Unit,
            snapshot.DocumentId,
            snapshot.ProvisionId,
            snapshot.ParentId,
            snapshot.Deadline.DueAt,
            timeliness.JudgedAt,
            timeliness.DueSoonAt,
            timeliness.DueDayAt,
            timeliness.FrozenAt,
            snapshot.Deadline.Calendar,
            snapshot.Assigner,
            DeadlineKind = snapshot.Deadline.Kind.ToString(),
            snapshot.Illustrative,
            ObstacleOpen = snapshot.Obstacles.Any(obstacle => obstacle.WaitsForAnswer()),
            // Nobody decides about more time for what has ended.
            ExtensionPending = !assignment.IsClosed && snapshot.Extensions.Any(extension => extension.State == ExtensionState.Requested),
            snapshot.CreatedAt,
            snapshot.BatchId,
            DueOrder = AssignmentOrder.DueKey(snapshot),
            IssueOrder = AssignmentOrder.IssueKey(snapshot),
            Snapshot = JsonSerializer.Serialize(snapshot, ContractJson.Options),
        };
    }
}
