using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Scorecards;

/// <summary>How a unit stands with the assignments that it leads; all zero if it has none.</summary>
public sealed record UnitTally
{
    public string LeadUnit { get; init; } = "";
    public int Assigned { get; init; }
    public int Unacknowledged { get; init; }
    public int Open { get; init; }
    public int Completed { get; init; }
    public int CompletedLate { get; init; }
    public int Overdue { get; init; }
    public int DueSoon { get; init; }
    public int Returns { get; init; }
    public int Extensions { get; init; }
    public int OpenObstacles { get; init; }
    public int Judged { get; init; }
    public int OnTime { get; init; }
    public int Illustrative { get; init; }
}

/// <summary>A unit and its figures.</summary>
public sealed record UnitScore(ScoredUnit Unit, UnitTally Tally);

public sealed record ScoredUnit
{
    public required string Id { get; init; }
    public required string DisplayName { get; init; }
    public bool Illustrative { get; init; }
}

/// <summary>Rungs that fired: before, at and after the due time.</summary>
public sealed record RungTally
{
    public int DueSoon { get; init; }
    public int Missed { get; init; }
    public int Escalated { get; init; }
}

/// <summary>The city at a glance.</summary>
public sealed record CityTally(
    IReadOnlyDictionary<AssignmentState, int> States, IReadOnlyDictionary<Timeliness, int> Timeliness,
    RungTally Rungs, int Judged, int OnTime, int Illustrative);

/// <summary>Counts the assignments when somebody asks, so that the figures are never older than the projection.</summary>
public sealed class ScorecardStore(MonitoringDatabase database)
{
    /// <summary>
    /// Completed or come due. Duties that never end, and those that begin with a request, are reviewed and not judged by a date.
    /// </summary>
    static readonly string Judged = "(deadline_kind NOT IN ('Standing', 'OnRequest') AND " + TimelinessColumns.Condition(
        [Timeliness.CompletedEarly, Timeliness.CompletedOnTime, Timeliness.CompletedLate, Timeliness.Overdue]) + ")";

    static readonly string OnTime =
        $"({Judged} AND {TimelinessColumns.Condition([Timeliness.CompletedEarly, Timeliness.CompletedOnTime])})";

    sealed record CityGroup
    {
        public AssignmentState State { get; init; }
        public Timeliness Timeliness { get; init; }
        public int Number { get; init; }
        public int Judged { get; init; }
        public int OnTime { get; init; }
        public int Illustrative { get; init; }
    }

    /// <param name="units">Only these; all if null.</param>
    /// <param name="after">Id of the unit with which the page before ended; empty for the first page.</param>
    public Task<IReadOnlyList<UnitScore>> ListAsync(string[]? units, string after, int limit, DateTimeOffset now, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<UnitScore>>(async session =>
        {
            var page = await session.ListAsync<ScoredUnit>(
                $"""
                SELECT id, display_name, illustrative FROM units
                WHERE id > @after {(units is null ? "" : $"AND {session.Dialect.In("id", "@units")}")}
                ORDER BY id LIMIT @limit
                """, new { units, after, limit });
            var tallies = (await TallyAsync(session, [.. page.Select(unit => unit.Id)], now)).ToDictionary(tally => tally.LeadUnit);
            return [.. page.Select(unit => new UnitScore(unit, tallies.GetValueOrDefault(unit.Id, new())))];
        }, ct);

    static Task<IReadOnlyList<UnitTally>> TallyAsync(Session session, string[] units, DateTimeOffset now) => session.ListAsync<UnitTally>(
        $"""
        SELECT lead_unit,
            COUNT(*) AS assigned,
            {Number("state = 'Issued'")} AS unacknowledged,
            {Number("state NOT IN ('Completed', 'Returned', 'Cancelled')")} AS open,
            {Number("state = 'Completed'")} AS completed,
            {Number(TimelinessColumns.Condition(Timeliness.CompletedLate))} AS completed_late,
            {Number(TimelinessColumns.Condition(Timeliness.Overdue))} AS overdue,
            {Number(TimelinessColumns.Condition(Timeliness.DueSoon))} AS due_soon,
            SUM(return_count) AS returns,
            SUM(extension_count) AS extensions,
            SUM(open_obstacle_count) AS open_obstacles,
            {Number(Judged)} AS judged,
            {Number(OnTime)} AS on_time,
            {Number("illustrative")} AS illustrative
        FROM assignments WHERE {session.Dialect.In("lead_unit", "@units")} GROUP BY lead_unit
        """, new { units, now });

    public Task<CityTally> GetCityAsync(DateTimeOffset now, CancellationToken ct) => database.ReadAsync(async session =>
    {
        var timeliness = string.Join(' ', Enum.GetValues<Timeliness>().Select(one => $"WHEN {TimelinessColumns.Condition(one)} THEN '{one}'"));
        var groups = await session.ListAsync<CityGroup>(
            $"""
            SELECT state, CASE {timeliness} END AS timeliness, COUNT(*) AS number,
                {Number(Judged)} AS judged, {Number(OnTime)} AS on_time, {Number("illustrative")} AS illustrative
            FROM assignments GROUP BY 1, 2
            """, new { now });
        var rungs = await session.SingleAsync<RungTally>(
            $"""
            SELECT {Number("rung < 0")} AS due_soon, {Number("rung = 0")} AS missed, {Number("rung > 0")} AS escalated
            FROM reminders WHERE rung IS NOT NULL
            """);
        return new CityTally(
            groups.GroupBy(one => one.State).ToDictionary(group => group.Key, group => group.Sum(one => one.Number)),
            groups.GroupBy(one => one.Timeliness).ToDictionary(group => group.Key, group => group.Sum(one => one.Number)),
            rungs, groups.Sum(one => one.Judged), groups.Sum(one => one.OnTime), groups.Sum(one => one.Illustrative));
    }, ct);

    static string Number(string condition) => $"COUNT(CASE WHEN {condition} THEN 1 END)";
}
