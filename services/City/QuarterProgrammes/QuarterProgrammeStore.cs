using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.QuarterProgrammes;

/// <summary>Where the page behind one row begins; it names the programme or the item.</summary>
public readonly record struct QuarterCursor(string Unit, string Key)
{
    public override string ToString() => $"{Unit}/{Key}";

    public static QuarterCursor? Parse(string? text) => text?.Split('/') is [var unit, var key] ? new(unit, key) : null;
}

public sealed class QuarterProgrammeStore
{
    const string ItemColumns =
        """
        id, unit, quarter, number, content, lead_name, lead_role, due_date, status, note, assignments, carried_from, carried_from_quarter,
        first_quarter, carry_count, version
        """;

    const string Unfinished = "status IN ('Planned', 'InProgress')";

    /// <summary>With its counts as of <c>@today</c>.</summary>
    const string Select =
        $"""
        SELECT p.unit, p.quarter, p.state, p.title, p.illustrative, p.created_at, p.closed_at, p.version,
            (SELECT COUNT(*) FROM quarter_items i WHERE i.unit = p.unit AND i.quarter = p.quarter) AS item_count,
            (SELECT COUNT(*) FROM quarter_items i WHERE i.unit = p.unit AND i.quarter = p.quarter AND status = 'Done') AS done_count,
            (SELECT COUNT(*) FROM quarter_items i WHERE i.unit = p.unit AND i.quarter = p.quarter AND {Unfinished}) AS unfinished_count,
            (SELECT COUNT(*) FROM quarter_items i WHERE i.unit = p.unit AND i.quarter = p.quarter AND carry_count > 0) AS carried_count,
            (SELECT COUNT(*) FROM quarter_items i
                WHERE i.unit = p.unit AND i.quarter = p.quarter AND {Unfinished} AND i.due_date < @today) AS overdue_count
        FROM quarter_programmes p
        """;

    public Task<QuarterProgramme?> FindAsync(Session session, string unit, string quarter, DateOnly today) =>
        session.FindAsync<QuarterProgramme>($"{Select} WHERE p.unit = @unit AND p.quarter = @quarter", new { unit, quarter, today });

    /// <summary>Held until the end of the transaction: the tasks of a programme are changed one after the other, and not while it is closed.</summary>
    public async Task<QuarterProgramme?> FindForChangeAsync(Transaction transaction, string unit, string quarter, DateOnly today)
    {
        await transaction.FindAsync<string>(
            $"SELECT unit FROM quarter_programmes WHERE unit = @unit AND quarter = @quarter {transaction.Dialect.ForUpdate}", new { unit, quarter });
        return await FindAsync(transaction, unit, quarter, today);
    }

    /// <summary>By unit, newest quarter first.</summary>
    /// <param name="units">Only of these; of all if null.</param>
    public Task<IReadOnlyList<QuarterProgramme>> ListAsync(
        Session session, string[]? units, string? quarter, QuarterCursor? after, int limit, DateOnly today) =>
        session.ListAsync<QuarterProgramme>(
            $"""
            {Select} WHERE 1 = 1
            {(units is null ? "" : $"AND {session.Dialect.In("p.unit", "@units")}")}
            {(quarter is null ? "" : "AND p.quarter = @quarter")}
            {(after is null ? "" : "AND (p.unit > @unit OR (p.unit = @unit AND p.quarter < @key))")}
            ORDER BY p.unit, p.quarter DESC LIMIT @limit
            """, new { units, quarter, unit = after?.Unit, key = after?.Key, limit, today });

    /// <returns>False if the unit has one for that quarter.</returns>
    public async Task<bool> TryAddAsync(Transaction transaction, QuarterProgramme programme) => await transaction.ExecuteAsync(
        """
        INSERT INTO quarter_programmes (unit, quarter, state, title, illustrative, created_at, closed_at, version)
        VALUES (@Unit, @Quarter, 'Open', @Title, @Illustrative, @CreatedAt, NULL, @Version) ON CONFLICT (unit, quarter) DO NOTHING
        """, programme) == 1;

    /// <summary>The row has to be held.</summary>
    public Task CloseAsync(Transaction transaction, QuarterProgramme programme, DateTimeOffset now) => transaction.ExecuteAsync(
        """
        UPDATE quarter_programmes SET state = 'Closed', closed_at = @now, version = version + 1 WHERE unit = @Unit AND quarter = @Quarter
        """, new { programme.Unit, programme.Quarter, now });

    /// <summary>Adds it behind those of its programme, whose row has to be held.</summary>
    public Task AddItemAsync(Transaction transaction, QuarterItem item) => transaction.ExecuteAsync(
        $"""
        INSERT INTO quarter_items ({ItemColumns})
        VALUES (@Id, @Unit, @Quarter,
            (SELECT COALESCE(MAX(number), 0) + 1 FROM quarter_items WHERE unit = @Unit AND quarter = @Quarter),
            @Content, @LeadName, @LeadRole, @DueDate, @status, @Note, @Assignments, @CarriedFrom, @CarriedFromQuarter, @FirstQuarter,
            @CarryCount, @Version)
        """, Columns(item));

    public Task UpdateItemAsync(Transaction transaction, QuarterItem item) => transaction.ExecuteAsync(
        """
        UPDATE quarter_items SET content = @Content, lead_name = @LeadName, lead_role = @LeadRole, due_date = @DueDate, status = @status,
            note = @Note, assignments = @Assignments, version = @Version
        WHERE id = @Id
        """, Columns(item));

    public Task<QuarterItem?> FindItemAsync(Session session, string unit, string quarter, Guid id) => session.FindAsync<QuarterItem>(
        $"SELECT {ItemColumns} FROM quarter_items WHERE id = @id AND unit = @unit AND quarter = @quarter", new { id, unit, quarter });

    public Task<IReadOnlyList<QuarterItem>> ListUnfinishedAsync(Session session, QuarterProgramme programme) => session.ListAsync<QuarterItem>(
        $"SELECT {ItemColumns} FROM quarter_items WHERE unit = @Unit AND quarter = @Quarter AND {Unfinished} ORDER BY number", programme);

    /// <summary>By unit and number.</summary>
    /// <param name="units">Only of these; of all if null.</param>
    public Task<IReadOnlyList<QuarterItem>> ListItemsAsync(
        Session session, string[]? units, string quarter, IReadOnlyList<QuarterItemStatus> statuses, string afterUnit, int afterNumber, int limit) =>
        session.ListAsync<QuarterItem>(
            $"""
            SELECT {ItemColumns} FROM quarter_items WHERE quarter = @quarter AND (unit, number) > (@afterUnit, @afterNumber)
            {(units is null ? "" : $"AND {session.Dialect.In("unit", "@units")}")}
            {(statuses.Count == 0 ? "" : $"AND {session.Dialect.In("status", "@statuses")}")}
            ORDER BY unit, number LIMIT @limit
            """, new { quarter, afterUnit, afterNumber, units, statuses = statuses.Select(status => status.ToString()).ToArray(), limit });

    public static DomainException NotFound(string unit, string quarter) => DomainException.NotFound(
        "QUARTER_PROGRAMME_NOT_FOUND", "quarterly programme", QuarterProgramme.NameOf(unit, quarter));

    static object Columns(QuarterItem item) => new
    {
        item.Id,
        item.Unit,
        item.Quarter,
        item.Content,
        item.LeadName,
        item.LeadRole,
        item.DueDate,
        status = item.Status.ToString(),
        item.Note,
        item.Assignments,
        item.CarriedFrom,
        item.CarriedFromQuarter,
        item.FirstQuarter,
        item.CarryCount,
        item.Version,
    };
}
