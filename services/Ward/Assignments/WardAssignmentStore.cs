using System.Globalization;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Ward.Assignments;

public sealed class WardAssignmentStore
{
    const string Select =
        """
        SELECT u.unit, u.assignment_id, u.created_at, a.version, a.snapshot, a.updated_at,
            (SELECT COUNT(*) FROM work_items w WHERE w.unit = u.unit AND w.assignment_id = u.assignment_id) AS work_item_count,
            (SELECT COUNT(*) FROM work_items w
                WHERE w.unit = u.unit AND w.assignment_id = u.assignment_id AND w.progress_percent < 100) AS open_work_item_count,
            (SELECT COALESCE(SUM(w.weight), 0) FROM work_items w
                WHERE w.unit = u.unit AND w.assignment_id = u.assignment_id) AS work_weight,
            (SELECT COALESCE(SUM(w.weight * w.progress_percent) / SUM(w.weight), 0) FROM work_items w
                WHERE w.unit = u.unit AND w.assignment_id = u.assignment_id) AS work_progress_percent,
            (SELECT COUNT(*) FROM outgoing_calls c
                WHERE c.unit = u.unit AND c.assignment_id = u.assignment_id AND c.state = 'Pending') AS pending_call_count
        FROM assignment_units u JOIN assignments a ON a.id = u.assignment_id
        """;

    /// <summary>
    /// The state after an event, unless a newer one is there. It is kept for every unit concerned, whoever is served: another one that is
    /// served only later shares what was handled before.
    /// </summary>
    /// <param name="now">Business time.</param>
    public async Task SaveAsync(Transaction transaction, AssignmentSnapshot assignment, long version, DateTimeOffset now)
    {
        await transaction.ExecuteAsync(
            """
            INSERT INTO assignments (id, version, snapshot, updated_at) VALUES (@Id, @version, @snapshot, @now)
            ON CONFLICT (id) DO UPDATE
            SET version = excluded.version, snapshot = excluded.snapshot, updated_at = excluded.updated_at
            WHERE assignments.version < excluded.version
            """, new { assignment.Id, version, snapshot = JsonSerializer.Serialize(assignment, ContractJson.Options), now });
        await transaction.ExecuteAsync(
            """
            INSERT INTO assignment_units (unit, assignment_id, created_at) VALUES (@unit, @Id, @CreatedAt)
            ON CONFLICT (unit, assignment_id) DO NOTHING
            """,
            assignment.UnitIds().Select(unit => new { unit, assignment.Id, assignment.CreatedAt }));
    }

    /// <summary>The words of the unit, unless newer ones of it are there.</summary>
    public Task ContributeAsync(Transaction transaction, Guid assignment, long version, ContributionWords words) => transaction.ExecuteAsync(
        """
        INSERT INTO contributions (assignment_id, unit, version, text) VALUES (@assignment, @Unit, @version, @Text)
        ON CONFLICT (assignment_id, unit) DO UPDATE SET version = excluded.version, text = excluded.text
        WHERE contributions.version < excluded.version
        """, new { assignment, words.Unit, version, words.Text });

    public Task<IReadOnlyList<Contributed>> ListContributionsAsync(Session session, IEnumerable<Guid> assignments) =>
        session.ListAsync<Contributed>(
            $"SELECT assignment_id, unit, text FROM contributions WHERE {session.Dialect.In("assignment_id", "@assignments")}",
            new { assignments = session.Dialect.Ids(assignments) });

    public Task NoteAsync(Transaction transaction, DeadlineNotice notice) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO deadline_notices (unit, assignment_id, number, kind, due_at, occurred_at, text)
            VALUES (@Unit, @AssignmentId, @Number, @kind, @DueAt, @OccurredAt, @Text)
            ON CONFLICT (unit, assignment_id, number) DO NOTHING
            """,
            new { notice.Unit, notice.AssignmentId, notice.Number, kind = notice.Kind.ToString(), notice.DueAt, notice.OccurredAt, notice.Text });

    public async Task<WardAssignment> GetAsync(Session session, AssignmentName name) =>
        await session.FindAsync<WardAssignment>($"{Select} WHERE u.unit = @Unit AND u.assignment_id = @Assignment", name)
        ?? throw NotFound(name);

    /// <summary>Held until the end of the transaction, so that its work items are numbered one after the other.</summary>
    public Task LockAsync(Transaction transaction, AssignmentName name) =>
        transaction.FindAsync<string>(
            $"SELECT unit FROM assignment_units WHERE unit = @Unit AND assignment_id = @Assignment {transaction.Dialect.ForUpdate}", name);

    /// <summary>Newest first.</summary>
    /// <param name="after">Cursor of the last one on the page before.</param>
    public Task<IReadOnlyList<WardAssignment>> ListAsync(Session session, string[] units, string? after, int limit)
    {
        var (createdAt, assignment, unit) = ParseCursor(after);
        return session.ListAsync<WardAssignment>(
            $"""
            {Select}
            WHERE {session.Dialect.In("u.unit", "@units")}
            {(after is null ? "" : "AND (u.created_at, u.assignment_id, u.unit) < (@createdAt, @assignment, @unit)")}
            ORDER BY u.created_at DESC, u.assignment_id DESC, u.unit DESC LIMIT @limit
            """, new { units, createdAt, assignment, unit, limit });
    }

    public static string Cursor(WardAssignment last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.CreatedAt:O} {last.AssignmentId} {last.Unit}");

    /// <summary>Oldest first.</summary>
    public Task<IReadOnlyList<DeadlineNotice>> ListNoticesAsync(Session session, IEnumerable<Guid> assignments) =>
        session.ListAsync<DeadlineNotice>(
            $"""
            SELECT unit, assignment_id, number, kind, due_at, occurred_at, text FROM deadline_notices
            WHERE {session.Dialect.In("assignment_id", "@assignments")} ORDER BY number
            """, new { assignments = session.Dialect.Ids(assignments) });

    public static DomainException NotFound(AssignmentName name) =>
        DomainException.NotFound("ASSIGNMENT_NOT_FOUND", "assignment", name.ToString());

    static (DateTimeOffset, Guid, string) ParseCursor(string? cursor) => cursor?.Split(' ') is [var createdAt, var assignment, var unit]
        ? (DateTimeOffset.ParseExact(createdAt, "O", CultureInfo.InvariantCulture), Guid.Parse(assignment), unit)
        : default;
}
