using System.Globalization;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Deadlines;

/// <summary>A rung with when it fired, which is null until then.</summary>
public sealed record FiredRung(RungKind Kind, DateTimeOffset FireAt, DateTimeOffset? FiredAt);

/// <summary>A watched deadline as it is shown.</summary>
/// <param name="Rungs">Of the current revision, in order.</param>
public sealed record WatchedDeadline(AssignmentSnapshot Assignment, string LeadUnitDisplayName, IReadOnlyList<FiredRung> Rungs)
{
    /// <summary>Where the page behind this one begins.</summary>
    public DeadlineCursor Cursor => new(Assignment.Deadline.DueAt!.Value, Assignment.Id);
}

public readonly record struct DeadlineCursor(DateTimeOffset DueAt, Guid Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DueAt.UtcTicks}/{Id}");

    public static DeadlineCursor? TryParse(string? text) =>
        text?.Split('/') is [var ticks, var id]
        && long.TryParse(ticks, CultureInfo.InvariantCulture, out var utcTicks) && utcTicks is >= 0 and <= 3155378975999999999
        && Guid.TryParse(id, out var assignment)
            ? new(new DateTimeOffset(utcTicks, TimeSpan.Zero), assignment)
            : null;
}

/// <param name="Units">Only with one of these in the lead; all if null.</param>
/// <param name="Timeliness">Only with one of these; all if empty.</param>
public sealed record DeadlineFilter(string[]? Units, IReadOnlyCollection<Timeliness> Timeliness);

/// <summary>The deadlines as the projection has them.</summary>
public sealed class DeadlineStore(MonitoringDatabase database)
{
    const string Select =
        """
        SELECT snapshot, display_name
        FROM assignments LEFT JOIN units ON units.id = assignments.lead_unit
        WHERE due_at IS NOT NULL
        """;

    sealed record Row(string Snapshot, string? DisplayName);

    sealed class RungRow
    {
        public Guid AssignmentId { get; init; }
        public int Revision { get; init; }
        public RungKind Kind { get; init; }
        public DateTimeOffset FireAt { get; init; }
        public DateTimeOffset? FiredAt { get; init; }
    }

    /// <returns>Null if there is no such assignment, or it has no due time.</returns>
    public Task<WatchedDeadline?> FindAsync(Guid assignmentId, CancellationToken ct) => database.ReadAsync(async session =>
    {
        var rows = await session.ListAsync<Row>($"{Select} AND assignments.id = @assignmentId", new { assignmentId });
        return (await WithRungsAsync(session, rows)).SingleOrDefault();
    }, ct);

    /// <summary>By due time, nearest first.</summary>
    /// <param name="now">Business time: the timeliness is as of then.</param>
    public Task<IReadOnlyList<WatchedDeadline>> ListAsync(
        DeadlineFilter filter, DeadlineCursor? after, int limit, DateTimeOffset now, CancellationToken ct) => database.ReadAsync(async session =>
    {
        var rows = await session.ListAsync<Row>(
            $"""
            {Select}
            {(filter.Units is null ? "" : $"AND {session.Dialect.In("lead_unit", "@units")}")}
            {(filter.Timeliness.Count == 0 ? "" : $"AND {TimelinessColumns.Condition(filter.Timeliness)}")}
            {(after is null ? "" : "AND (due_at, assignments.id) > (@dueAt, @id)")}
            ORDER BY due_at, assignments.id LIMIT @limit
            """, new { units = filter.Units, dueAt = after?.DueAt, id = after?.Id, limit, now });
        return await WithRungsAsync(session, rows);
    }, ct);

    static async Task<IReadOnlyList<WatchedDeadline>> WithRungsAsync(Session session, IReadOnlyList<Row> rows)
    {
        var assignments = rows.Select(row => JsonSerializer.Deserialize<AssignmentSnapshot>(row.Snapshot, ContractJson.Options)!).ToArray();
        var rungs = (await session.ListAsync<RungRow>(
            $"""
            SELECT assignment_id, revision, kind, fire_at, fired_at FROM rungs
            WHERE {session.Dialect.In("assignment_id", "@ids")} ORDER BY fire_at
            """, new { ids = session.Dialect.Ids(assignments.Select(assignment => assignment.Id)) }))
            .ToLookup(row => (row.AssignmentId, row.Revision), row => new FiredRung(row.Kind, row.FireAt, row.FiredAt));
        return [.. assignments.Zip(rows, (assignment, row) => new WatchedDeadline(
            assignment, row.DisplayName ?? "", [.. rungs[(assignment.Id, assignment.Deadline.Revision)]]))];
    }
}
