using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.CoordinationDuties;

/// <summary>What a list of duties is narrowed to; empty or null means all.</summary>
/// <param name="Units">Only of these.</param>
public sealed record DutyFilter(string[]? Units, string[] CounterpartKinds, Guid? Assignment, bool OpenOnly);

public sealed class CoordinationDutyStore
{
    const string Columns =
        """
        id, unit, organ, counterpart_kind, counterpart, matter, assignment_id, document_id, illustrative, exchange_count, last_exchange_on,
        created_at, created_by, closed_at, outcome, version
        """;

    const string ExchangeColumns = "duty_id, number, kind, date, summary, printed_number, recorded_at, recorded_by";

    public Task<CoordinationDuty?> FindAsync(Session session, Guid id) =>
        session.FindAsync<CoordinationDuty>($"SELECT {Columns} FROM coordination_duties WHERE id = @id", new { id });

    /// <summary>Holds the row until the end of the transaction: what is added to the log is numbered by it.</summary>
    public Task<CoordinationDuty?> FindForChangeAsync(Transaction transaction, Guid id) => transaction.FindAsync<CoordinationDuty>(
        $"SELECT {Columns} FROM coordination_duties WHERE id = @id {transaction.Dialect.ForUpdate}", new { id });

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public Task<IReadOnlyList<CoordinationDuty>> ListAsync(Session session, DutyFilter filter, Guid? before, int limit)
    {
        string[] conditions =
        [
            before is null ? "" : "id < @before",
            filter.Units is null ? "" : session.Dialect.In("unit", "@units"),
            filter.CounterpartKinds.Length == 0 ? "" : session.Dialect.In("counterpart_kind", "@kinds"),
            filter.Assignment is null ? "" : "assignment_id = @assignment",
            filter.OpenOnly ? "closed_at IS NULL" : "",
        ];
        var where = string.Join(" AND ", conditions.Where(condition => condition.Length > 0).DefaultIfEmpty("1 = 1"));
        return session.ListAsync<CoordinationDuty>(
            $"SELECT {Columns} FROM coordination_duties WHERE {where} ORDER BY id DESC LIMIT @limit",
            new { before, units = filter.Units, kinds = filter.CounterpartKinds, assignment = filter.Assignment, limit });
    }

    public Task AddAsync(Transaction transaction, CoordinationDuty duty) => transaction.ExecuteAsync(
        $"""
        INSERT INTO coordination_duties ({Columns})
        VALUES (@Id, @Unit, @organ, @kind, @Counterpart, @Matter, @AssignmentId, @DocumentId, @Illustrative, @ExchangeCount, @LastExchangeOn,
            @CreatedAt, @CreatedBy, @ClosedAt, @Outcome, @Version)
        """,
        new
        {
            duty.Id,
            duty.Unit,
            organ = duty.Organ.ToString(),
            kind = duty.CounterpartKind.ToString(),
            duty.Counterpart,
            duty.Matter,
            duty.AssignmentId,
            duty.DocumentId,
            duty.Illustrative,
            duty.ExchangeCount,
            duty.LastExchangeOn,
            duty.CreatedAt,
            duty.CreatedBy,
            duty.ClosedAt,
            duty.Outcome,
            duty.Version,
        });

    public async Task UpdateAsync(Transaction transaction, CoordinationDuty duty)
    {
        var updated = await transaction.ExecuteAsync(
            """
            UPDATE coordination_duties
            SET exchange_count = @ExchangeCount, last_exchange_on = @LastExchangeOn, closed_at = @ClosedAt, outcome = @Outcome, version = @Version
            WHERE id = @Id AND version = @Version - 1
            """, duty);
        if (updated == 0)
        {
            throw Changed();
        }
    }

    public Task AddExchangeAsync(Transaction transaction, Exchange exchange) => transaction.ExecuteAsync(
        $"""
        INSERT INTO exchanges ({ExchangeColumns})
        VALUES (@DutyId, @Number, @kind, @Date, @Summary, @PrintedNumber, @RecordedAt, @RecordedBy)
        """,
        new
        {
            exchange.DutyId,
            exchange.Number,
            kind = exchange.Kind.ToString(),
            exchange.Date,
            exchange.Summary,
            exchange.PrintedNumber,
            exchange.RecordedAt,
            exchange.RecordedBy,
        });

    /// <summary>In their order, after <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<Exchange>> ListExchangesAsync(Session session, Guid duty, int after, int limit) =>
        session.ListAsync<Exchange>(
            $"SELECT {ExchangeColumns} FROM exchanges WHERE duty_id = @duty AND number > @after ORDER BY number LIMIT @limit",
            new { duty, after, limit });

    public static DomainException Changed() =>
        DomainException.Changed("COORDINATION_DUTY_CHANGED", "The duty changed meanwhile. Read it again, then decide.");
}
