using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Ward.Assignments;

namespace CanThoGov.Ward.WorkItems;

public sealed class WorkItemStore
{
    const string Columns =
        """
        id, unit, assignment_id, number, title, official, official_role, collective, allocated_at, former, due_date, late_reason, weight,
        progress_percent, note, illustrative, created_at, updated_at, version
        """;

    /// <returns>Null if there is none.</returns>
    public Task<WorkItem?> FindAsync(Session session, AssignmentName assignment, Guid id) => FindAsync(session, assignment, id, "");

    /// <summary>Held until the end of the transaction.</summary>
    public Task<WorkItem?> FindForUpdateAsync(Transaction transaction, AssignmentName assignment, Guid id) =>
        FindAsync(transaction, assignment, id, transaction.Dialect.ForUpdate);

    /// <summary>In the order of their creation.</summary>
    public Task<IReadOnlyList<WorkItem>> ListAsync(Session session, AssignmentName assignment, int after, int limit) =>
        session.ListAsync<WorkItem>(
            $"""
            SELECT {Columns} FROM work_items
            WHERE unit = @Unit AND assignment_id = @Assignment AND number > @after ORDER BY number LIMIT @limit
            """, new { assignment.Unit, assignment.Assignment, after, limit });

    /// <summary>Saves it and its event together. The assignment's row has to be locked, which gives the numbers their order.</summary>
    public async Task AddAsync(Transaction transaction, WorkItem item)
    {
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO work_items ({Columns})
            VALUES (@Id, @Unit, @AssignmentId,
                (SELECT COALESCE(MAX(number), 0) + 1 FROM work_items WHERE unit = @Unit AND assignment_id = @AssignmentId),
                @Title, @Official, @OfficialRole, @Collective, @AllocatedAt, @Former, @DueDate, @LateReason, @Weight, @ProgressPercent, @Note, @Illustrative, @CreatedAt, @UpdatedAt, @Version)
            """, item);
        transaction.Publish(item.Allocated());
    }

    /// <summary>Saves a change and its event together. The row has to be locked.</summary>
    public async Task UpdateAsync(Transaction transaction, WorkItem item, IEvent e)
    {
        await transaction.ExecuteAsync(
            """
            UPDATE work_items SET official = @Official, official_role = @OfficialRole, collective = @Collective, allocated_at = @AllocatedAt,
                former = @Former, due_date = @DueDate, late_reason = @LateReason, progress_percent = @ProgressPercent, note = @Note,
                updated_at = @UpdatedAt, version = @Version
            WHERE id = @Id
            """, item);
        transaction.Publish(e);
    }

    static Task<WorkItem?> FindAsync(Session session, AssignmentName assignment, Guid id, string locking) =>
        session.FindAsync<WorkItem>(
            $"SELECT {Columns} FROM work_items WHERE unit = @Unit AND assignment_id = @Assignment AND id = @id {locking}",
            new { assignment.Unit, assignment.Assignment, id });
}
