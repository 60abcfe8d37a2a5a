using System.Text.Json;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Assignments;

/// <summary>
/// Keeps each assignment as its newest event tells it, and the watch over it. Every event carries the whole state, so an older one that
/// comes late, or a repeat, changes nothing.
/// </summary>
public sealed class AssignmentProjection(LadderStore ladders) : IEventHandler<IAssignmentEvent>
{
    public async Task HandleAsync(IAssignmentEvent e, Transaction transaction)
    {
        await ActivityLog.AppendAsync(transaction, e);
        if (await SaveAsync(transaction, e))
        {
            await ladders.SetUpAsync(transaction, Watch.Of(e.Assignment), e.OccurredAt);
        }
    }

    /// <returns>False if a newer state is known.</returns>
    static async Task<bool> SaveAsync(Transaction transaction, IAssignmentEvent e)
    {
        var assignment = e.Assignment;
        var timeliness = TimelinessColumns.Of(assignment);
        return await transaction.ExecuteAsync(
            """
            INSERT INTO assignments (
                id, version, state, lead_unit, organ, document_id, batch_id, title, illustrative, deadline_kind, revision, issued_at,
                due_at, original_due_at, judged_at, due_soon_at, due_day_at, frozen_at,
                return_count, extension_count, open_obstacle_count, snapshot)
            VALUES (
                @Id, @Version, @state, @leadUnit, @organ, @DocumentId, @BatchId, @Title, @Illustrative, @deadlineKind, @Revision, @IssuedAt,
                @DueAt, @OriginalDueAt, @JudgedAt, @DueSoonAt, @DueDayAt, @FrozenAt,
                @returnCount, @extensionCount, @openObstacleCount, @snapshot)
            ON CONFLICT (id) DO UPDATE
            SET version = excluded.version, state = excluded.state, lead_unit = excluded.lead_unit, organ = excluded.organ, title = excluded.title,
                illustrative = excluded.illustrative, deadline_kind = excluded.deadline_kind, revision = excluded.revision,
                issued_at = excluded.issued_at, due_at = excluded.due_at, original_due_at = excluded.original_due_at,
                judged_at = excluded.judged_at, due_soon_at = excluded.due_soon_at, due_day_at = excluded.due_day_at,
                frozen_at = excluded.frozen_at,
                return_count = excluded.return_count, extension_count = excluded.extension_count,
                open_obstacle_count = excluded.open_obstacle_count, snapshot = excluded.snapshot
            WHERE assignments.version < excluded.version
            """,
            new
            {
                assignment.Id,
                e.Version,
                state = assignment.State.ToString(),
                leadUnit = assignment.Lead.Unit,
                organ = assignment.Lead.Organ.ToString(),
                assignment.DocumentId,
                assignment.BatchId,
                assignment.Title,
                assignment.Illustrative,
                deadlineKind = assignment.Deadline.Kind.ToString(),
                assignment.Deadline.Revision,
                assignment.IssuedAt,
                assignment.Deadline.OriginalDueAt,
                assignment.Deadline.DueAt,
                timeliness.JudgedAt,
                timeliness.DueSoonAt,
                timeliness.DueDayAt,
                timeliness.FrozenAt,
                returnCount = assignment.Returns.Count,
                extensionCount = assignment.Extensions.Count,
                openObstacleCount = assignment.Obstacles.Count(obstacle => obstacle.WaitsForAnswer()),
                snapshot = JsonSerializer.Serialize(assignment, ContractJson.Options),
            }) == 1;
    }
}
