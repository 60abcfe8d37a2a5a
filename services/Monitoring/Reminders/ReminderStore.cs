using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Reminders;

/// <summary>A reminder as it is kept.</summary>
public sealed record StoredReminder
{
    public required Guid AssignmentId { get; init; }
    public required long Number { get; init; }
    public required int Revision { get; init; }

    /// <summary>Working days from the due time; null for an officer's.</summary>
    public int? Rung { get; init; }

    /// <summary>Names of <see cref="Recipient"/>, separated by commas.</summary>
    public required string Told { get; init; }

    public required string Text { get; init; }
    public string IssuedBy { get; init; } = "";
    public DateTimeOffset? DueAt { get; init; }
    public required DateTimeOffset FireAt { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public bool Late { get; init; }

    public IEnumerable<Recipient> Recipients() => Told.Split(',').Select(Enum.Parse<Recipient>);
}

/// <summary>The deadline that a reminder is about.</summary>
public sealed record RemindedDeadline
{
    public required Guid AssignmentId { get; init; }
    public required int Revision { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public required string Title { get; init; }
    public required string LeadUnit { get; init; }
    public bool Illustrative { get; init; }
    public bool IsOpen { get; init; }
}

/// <summary>What was said about deadlines. A sweeper writes the rungs, see <see cref="Firing.LadderStore"/>; here officers write.</summary>
public sealed class ReminderStore
{
    const string Columns = "assignment_id, number, revision, rung, told, text, issued_by, due_at, fire_at, issued_at, late";

    /// <summary>Held until the end of the transaction, which a <see cref="Transaction"/> needs to number a reminder; null if it is not watched.</summary>
    public Task<RemindedDeadline?> FindDeadlineAsync(Session session, Guid assignmentId) => session.FindAsync<RemindedDeadline>(
        $"""
        SELECT assignment_id, revision, due_at, title, lead_unit, illustrative, is_open FROM watches
        WHERE assignment_id = @assignmentId {(session is Transaction ? session.Dialect.ForUpdate : "")}
        """, new { assignmentId });

    /// <summary>Oldest first, after that number.</summary>
    public Task<IReadOnlyList<StoredReminder>> ListAsync(Session session, Guid assignmentId, long after, int limit) =>
        session.ListAsync<StoredReminder>(
            $"SELECT {Columns} FROM reminders WHERE assignment_id = @assignmentId AND number > @after ORDER BY number LIMIT @limit",
            new { assignmentId, after, limit });

    /// <summary>Writes an officer's reminder and publishes it, together.</summary>
    public async Task<StoredReminder> AddAsync(
        Transaction transaction, RemindedDeadline deadline, IReadOnlyList<Recipient> told, string text, string officer, DateTimeOffset now)
    {
        var number = await transaction.SingleAsync<long>(
            "UPDATE watches SET published = published + 1 WHERE assignment_id = @AssignmentId RETURNING published", deadline);
        var reminder = new StoredReminder
        {
            AssignmentId = deadline.AssignmentId,
            Number = number,
            Revision = deadline.Revision,
            Told = string.Join(',', told),
            Text = text,
            IssuedBy = officer,
            DueAt = deadline.DueAt,
            FireAt = now,
            IssuedAt = now,
        };
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO reminders ({Columns})
            VALUES (@AssignmentId, @Number, @Revision, NULL, @Told, @Text, @IssuedBy, @DueAt, @FireAt, @IssuedAt, @Late)
            """, reminder);
        transaction.Publish(new ReminderIssued(
            deadline.AssignmentId, deadline.Title, deadline.LeadUnit, text, told, officer, now, deadline.Illustrative, number));
        return reminder;
    }
}
