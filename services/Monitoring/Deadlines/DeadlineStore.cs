using System.Globalization;
using System.Text.Json;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Monitoring.Ladders;
using CanThoGov.Monitoring.Reminders;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Deadlines;

/// <summary>A rung with when it fired, which is null until then.</summary>
public sealed record ShownRung(int WorkingDays, IReadOnlyList<Recipient> Told, DateTimeOffset FireAt, DateTimeOffset? FiredAt = null, bool Late = false);

/// <summary>A watched deadline as it is shown.</summary>
/// <param name="Rungs">Of the current revision, in order: what fired, and what is to come.</param>
public sealed record WatchedDeadline(AssignmentSnapshot Assignment, string LeadUnitDisplayName, IReadOnlyList<ShownRung> Rungs)
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
public sealed class DeadlineStore(MonitoringDatabase database, PlanStore plans)
{
    const string Select =
        """
        SELECT snapshot, display_name
        FROM assignments LEFT JOIN units ON units.id = assignments.lead_unit
        WHERE due_at IS NOT NULL
        """;

    sealed record Row(string Snapshot, string? DisplayName);

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

    async Task<IReadOnlyList<WatchedDeadline>> WithRungsAsync(Session session, IReadOnlyList<Row> rows)
    {
        var assignments = rows.Select(row => JsonSerializer.Deserialize<AssignmentSnapshot>(row.Snapshot, ContractJson.Options)!).ToArray();
        var plan = await plans.FindAsync(session);
        var fired = (await session.ListAsync<StoredReminder>(
            $"""
            SELECT assignment_id, number, revision, rung, told, text, issued_by, due_at, fire_at, issued_at, late FROM reminders
            WHERE rung IS NOT NULL AND {session.Dialect.In("assignment_id", "@ids")} ORDER BY rung
            """, new { ids = session.Dialect.Ids(assignments.Select(assignment => assignment.Id)) }))
            .ToLookup(reminder => (reminder.AssignmentId, reminder.Revision));
        return [.. assignments.Zip(rows, (assignment, row) => new WatchedDeadline(
            assignment, row.DisplayName ?? "", [.. Rungs(Watch.Of(assignment), [.. fired[(assignment.Id, assignment.Deadline.Revision)]], plan)]))];
    }

    static IEnumerable<ShownRung> Rungs(Watch watch, IReadOnlyList<StoredReminder> fired, Plan? plan)
    {
        var coming = !watch.IsOpen || plan is null ? [] : plan.RungsOf(watch);
        return fired.Select(reminder => new ShownRung(
                reminder.Rung!.Value, [.. reminder.Recipients()], reminder.FireAt, reminder.IssuedAt, reminder.Late))
            .Concat(coming.Where(planned => fired.Count == 0 || planned.Rung.WorkingDays > fired[^1].Rung)
                .Select(planned => new ShownRung(planned.Rung.WorkingDays, planned.Rung.Told, planned.FireAt)));
    }
}
