using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Platform.Contract;

/// <summary>
/// <see cref="TimelinessRule"/> for whoever filters rows: the columns that a table of assignments keeps for it, and the conditions over them.
/// A test holds the two against each other.
/// </summary>
/// <param name="JudgedAt">The due time by which it is judged; the one in force unless more time was asked for too late.</param>
/// <param name="DueDayAt">Local midnight with which that day begins.</param>
/// <param name="FrozenAt">Where the clock stands still; of a completed one the receipt of its result. Null while it runs.</param>
public sealed record TimelinessColumns(
    DateTimeOffset? JudgedAt, DateTimeOffset? DueSoonAt, DateTimeOffset? DueDayAt, DateTimeOffset? FrozenAt)
{
    static readonly TimeSpan LocalOffset = TimeSpan.FromHours(7);

    public static TimelinessColumns Of(AssignmentSnapshot assignment) => new(
        assignment.Deadline.JudgedDueAt ?? assignment.Deadline.DueAt,
        assignment.Deadline.DueSoonAt,
        (assignment.Deadline.JudgedDueAt ?? assignment.Deadline.DueAt) is { } due
            ? new DateTimeOffset(due.ToOffset(LocalOffset).Date, LocalOffset).ToUniversalTime()
            : null,
        assignment.State == AssignmentState.Completed ? assignment.Submissions[^1].ReceivedAt : assignment.StandsAt());

    /// <summary>Holds for the rows with one of these; needs <c>state, judged_at, due_soon_at, due_day_at, frozen_at</c> and <c>@now</c>.</summary>
    public static string Condition(IEnumerable<Timeliness> any) => "(" + string.Join(" OR ", any.Select(Condition)) + ")";

    public static string Condition(Timeliness timeliness) => timeliness switch
    {
        Timeliness.NoDeadline => "(judged_at IS NULL OR state IN ('Returned', 'Cancelled'))",
        Timeliness.CompletedEarly => "(judged_at IS NOT NULL AND state = 'Completed' AND frozen_at < due_day_at)",
        Timeliness.CompletedOnTime => "(judged_at IS NOT NULL AND state = 'Completed' AND frozen_at >= due_day_at AND frozen_at <= judged_at)",
        Timeliness.CompletedLate => "(judged_at IS NOT NULL AND state = 'Completed' AND frozen_at > judged_at)",
        Timeliness.Overdue => $"({Open} AND {Moment} > judged_at)",
        Timeliness.DueSoon => $"({Open} AND {Moment} <= judged_at AND {Moment} >= due_soon_at)",
        Timeliness.OnTrack => $"({Open} AND {Moment} <= judged_at AND (due_soon_at IS NULL OR {Moment} < due_soon_at))",
        _ => throw new ArgumentOutOfRangeException(nameof(timeliness)),
    };

    const string Moment = "COALESCE(frozen_at, @now)";
    const string Open = "judged_at IS NOT NULL AND state NOT IN ('Completed', 'Returned', 'Cancelled')";
}
