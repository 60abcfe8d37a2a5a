using System.Text.Json;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Google.Protobuf;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Batches;

public sealed class BatchStore
{
    const string Columns =
        "id, assignment, working_deadline, note, caller, caller_role, caller_units, request_id, traceparent, item_count, created_at";

    const string ItemColumns = "batch_id, number, state, receiver, assignment_id, refusal, finished_at";

    sealed class Row
    {
        public Guid Id { get; init; }
        public string Assignment { get; init; } = "";
        public string? WorkingDeadline { get; init; }
        public string Note { get; init; } = "";
        public string Caller { get; init; } = "";
        public string CallerRole { get; init; } = "";
        public string CallerUnits { get; init; } = "";
        public string RequestId { get; init; } = "";
        public string? Traceparent { get; init; }
        public int ItemCount { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public int IssuedCount { get; init; }
        public int RefusedCount { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }

        public Batch ToBatch() => new()
        {
            Id = Id,
            Assignment = Pb.Assignment.Parser.ParseFrom(ByteString.FromBase64(Assignment)),
            WorkingDeadline = WorkingDeadline is null ? null : JsonSerializer.Deserialize<WorkingDeadline>(WorkingDeadline, ContractJson.Options),
            Note = Note,
            Caller = new(Caller, CallerRole, CallerUnits.Split(',', StringSplitOptions.RemoveEmptyEntries)),
            RequestId = RequestId,
            Traceparent = Traceparent,
            CreatedAt = CreatedAt,
        };

        public BatchProgress ToProgress() => new(ToBatch(), ItemCount, IssuedCount, RefusedCount, FinishedAt);
    }

    sealed class ItemRow
    {
        public Guid BatchId { get; init; }
        public int Number { get; init; }
        public string State { get; init; } = "";
        public string Receiver { get; init; } = "";
        public Guid? AssignmentId { get; init; }
        public string? Refusal { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }

        public BatchItem ToItem() => new(BatchId, Number, Pb.Receiver.Parser.ParseFrom(ByteString.FromBase64(Receiver)))
        {
            State = Enum.Parse<BatchItemState>(State),
            AssignmentId = AssignmentId,
            Refusal = Refusal is null ? null : Google.Rpc.Status.Parser.ParseFrom(ByteString.FromBase64(Refusal)),
            FinishedAt = FinishedAt,
        };
    }

    public async Task AddAsync(Transaction transaction, Batch batch, IReadOnlyList<Pb.Receiver> receivers)
    {
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO batches ({Columns})
            VALUES (@Id, @assignment, @workingDeadline, @Note, @caller, @role, @units, @RequestId, @Traceparent, @itemCount, @CreatedAt)
            """,
            new
            {
                batch.Id,
                assignment = batch.Assignment.ToByteString().ToBase64(),
                workingDeadline = batch.WorkingDeadline is { } deadline ? JsonSerializer.Serialize(deadline, ContractJson.Options) : null,
                batch.Note,
                caller = batch.Caller.Subject,
                role = batch.Caller.Role,
                units = string.Join(',', batch.Caller.Units),
                batch.RequestId,
                batch.Traceparent,
                itemCount = receivers.Count,
                batch.CreatedAt,
            });
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO batch_items (batch_id, number, state, receiver)
            SELECT @Id, number, 'Pending', receiver FROM {transaction.Dialect.Rows("n", "@rows", "number integer, receiver text")}
            """,
            new { batch.Id, rows = SqlRows.Json(receivers.Select((one, i) => new { Number = i + 1, Receiver = one.ToByteString().ToBase64() })) });
    }

    /// <summary>With how far it is, which is counted, so that those who carry it out share no row.</summary>
    public async Task<BatchProgress> GetAsync(Session session, Guid id) =>
        (await session.FindAsync<Row>($"{Progress} WHERE b.id = @id", new { id }))?.ToProgress()
        ?? throw DomainException.NotFound("BATCH_NOT_FOUND", "batch", $"batches/{id}");

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<BatchProgress>> ListAsync(Session session, Guid? before, int limit) =>
        [.. (await session.ListAsync<Row>(
            $"{Progress} {(before is null ? "" : "WHERE b.id < @before")} ORDER BY b.id DESC LIMIT @limit", new { before, limit }))
            .Select(row => row.ToProgress())];

    const string Progress =
        """
        SELECT b.*,
            (SELECT COUNT(*) FROM batch_items i WHERE i.batch_id = b.id AND i.state = 'Issued') AS issued_count,
            (SELECT COUNT(*) FROM batch_items i WHERE i.batch_id = b.id AND i.state = 'Refused') AS refused_count,
            (SELECT MAX(i.finished_at) FROM batch_items i WHERE i.batch_id = b.id) AS finished_at
        FROM batches b
        """;

    /// <summary>By number, after <paramref name="after"/>; in all states if none is given.</summary>
    public async Task<IReadOnlyList<BatchItem>> ListItemsAsync(
        Session session, Guid id, IReadOnlyList<BatchItemState> states, int after, int limit) =>
        [.. (await session.ListAsync<ItemRow>(
            $"""
            SELECT {ItemColumns} FROM batch_items
            WHERE batch_id = @id AND number > @after {(states.Count == 0 ? "" : $"AND {session.Dialect.In("state", "@states")}")}
            ORDER BY number LIMIT @limit
            """, new { id, after, states = states.Select(state => state.ToString()).ToArray(), limit })).Select(row => row.ToItem())];

    /// <summary>Items that wait, oldest batch first, held until the end of the transaction; not those that another replica holds.</summary>
    public async Task<IReadOnlyList<BatchItem>> TakePendingAsync(Transaction transaction, int limit) =>
        [.. (await transaction.ListAsync<ItemRow>(
            $"""
            SELECT {ItemColumns} FROM batch_items WHERE state = 'Pending'
            ORDER BY batch_id, number LIMIT @limit {transaction.Dialect.SkipLocked}
            """, new { limit })).Select(row => row.ToItem())];

    public Task FinishAsync(Transaction transaction, IEnumerable<BatchItem> items) => transaction.ExecuteAsync(
        $"""
        UPDATE batch_items SET state = n.state, assignment_id = n.assignment_id, refusal = n.refusal, finished_at = n.finished_at
        FROM {transaction.Dialect.Rows("n", "@rows",
            "batch_id uuid, number integer, state text, assignment_id uuid, refusal text, finished_at timestamptz")}
        WHERE batch_items.batch_id = n.batch_id AND batch_items.number = n.number
        """,
        new
        {
            rows = SqlRows.Json(items.Select(item => new
            {
                item.BatchId,
                item.Number,
                State = item.State.ToString(),
                item.AssignmentId,
                Refusal = item.Refusal?.ToByteString().ToBase64(),
                item.FinishedAt,
            })),
        });
}
