using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using Google.Protobuf;

namespace CanThoGov.City.Occurrences;

/// <summary>An occurrence of a duty, and what became of it: the assignment that was issued, or why none could be.</summary>
public sealed record OccurrenceRecord(Guid Id, Guid DutyId, Occurrence Occurrence, DateOnly DueOn, DateTimeOffset CreatedAt)
{
    public Guid? AssignmentId { get; init; }

    public Google.Rpc.Status? Refusal { get; init; }
}

/// <summary>Which duties have another occurrence and when, and the occurrences that there were.</summary>
public sealed class OccurrenceStore
{
    sealed class Row
    {
        public Guid Id { get; init; }

        public Guid DutyId { get; init; }

        public string Period { get; init; } = "";

        public DateOnly DueOn { get; init; }

        public string? RequesterName { get; init; }

        public string? RequesterRole { get; init; }

        public string Reason { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public Guid? AssignmentId { get; init; }

        public string? Refusal { get; init; }

        public OccurrenceRecord ToRecord() => new(
            Id, DutyId,
            RequesterName is null ? new(Period) : new(Period, new Person(RequesterName, RequesterRole!), CreatedAt, Reason), DueOn, CreatedAt)
        {
            AssignmentId = AssignmentId,
            Refusal = Refusal is null ? null : Google.Rpc.Status.Parser.ParseFrom(ByteString.FromBase64(Refusal)),
        };
    }

    /// <summary>When the next occurrence of a duty is to be issued.</summary>
    public static Task ScheduleAsync(Transaction transaction, Guid duty, DateTimeOffset at) => transaction.ExecuteAsync(
        """
        INSERT INTO recurring_duties (duty_id, next_at) VALUES (@duty, @at)
        ON CONFLICT (duty_id) DO UPDATE SET next_at = excluded.next_at
        """, new { duty, at });

    public static Task EndAsync(Transaction transaction, Guid duty) =>
        transaction.ExecuteAsync("DELETE FROM recurring_duties WHERE duty_id = @duty", new { duty });

    /// <summary>Duties whose next occurrence is to be issued by now, the longest waiting first; held until the end of the transaction.</summary>
    public async Task<IReadOnlyList<Guid>> TakeDueAsync(Transaction transaction, DateTimeOffset now, int limit) =>
        await transaction.ListAsync<Guid>(
            $"""
            SELECT duty_id FROM recurring_duties WHERE next_at <= @now ORDER BY next_at, duty_id LIMIT @limit {transaction.Dialect.SkipLocked}
            """, new { now, limit });

    public async Task<bool> HasAsync(Session session, Guid duty, string period) =>
        await session.SingleAsync<long>(
            "SELECT COUNT(*) FROM occurrences WHERE duty_id = @duty AND period = @period", new { duty, period }) > 0;

    public Task AddAsync(Transaction transaction, OccurrenceRecord record) => transaction.ExecuteAsync(
        """
        INSERT INTO occurrences (id, duty_id, period, due_on, requester_name, requester_role, reason, created_at, assignment_id, refusal)
        VALUES (@Id, @DutyId, @Period, @DueOn, @DisplayName, @Role, @Reason, @CreatedAt, @AssignmentId, @refusal)
        """,
        new
        {
            record.Id,
            record.DutyId,
            record.Occurrence.Period,
            record.DueOn,
            record.Occurrence.Requester?.DisplayName,
            record.Occurrence.Requester?.Role,
            record.Occurrence.Reason,
            record.CreatedAt,
            record.AssignmentId,
            refusal = record.Refusal?.ToByteString().ToBase64(),
        });

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<OccurrenceRecord>> ListAsync(Session session, Guid duty, Guid? before, int limit) =>
    [
        .. (await session.ListAsync<Row>(
            $"""
            SELECT id, duty_id, period, due_on, requester_name, requester_role, reason, created_at, assignment_id, refusal FROM occurrences
            WHERE duty_id = @duty {(before is null ? "" : "AND id < @before")} ORDER BY id DESC LIMIT @limit
            """, new { duty, before, limit })).Select(row => row.ToRecord()),
    ];
}
