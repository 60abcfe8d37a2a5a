using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Platform.Contract;

/// <summary>
/// <see cref="TimelinessRule"/> for whoever filters rows: the columns that a table of assignments keeps for it, and the conditions over them.
/// A test holds the two against each other.
/// </summary>
/// <param name="DueDayAt">Local midnight with which the due day begins.</param>
/// <param name="FrozenAt">Where the clock stands still: receipt of the last result, or the suspension; null while it runs.</param>
public sealed record TimelinessColumns(
    DateTimeOffset? DueAt, DateTimeOffset? DueSoonAt, DateTimeOffset? DueDayAt, DateTimeOffset? FrozenAt)
{
    static readonly TimeSpan LocalOffset = TimeSpan.FromHours(7);

    public static TimelinessColumns Of(AssignmentSnapshot assignment) => new(
        assignment.Deadline.DueAt,
        assignment.Deadline.DueSoonAt,
        assignment.Deadline.DueAt is { } due ? new DateTimeOffset(due.ToOffset(LocalOffset).Date, LocalOffset).ToUniversalTime() : null,
        assignment.State switch
        {
            AssignmentState.Submitted or AssignmentState.Completed => assignment.Submissions[^1].ReceivedAt,
            AssignmentState.Suspended => assignment.SuspendedAt,
            _ => null,
        });

    /// <summary>Holds for the rows with one of these; needs <c>state, due_at, due_soon_at, due_day_at, frozen_at</c> and <c>@now</c>.</summary>
    public static string Condition(IEnumerable<Timeliness> any) => "(" + string.Join(" OR ", any.Select(Condition)) + ")";

    public static string Condition(Timeliness timeliness) => timeliness switch
    {
        Timeliness.NoDeadline => "(due_at IS NULL OR state IN ('Returned', 'Cancelled'))",
        Timeliness.CompletedEarly => "(due_at IS NOT NULL AND state = 'Completed' AND frozen_at < due_day_at)",
        Timeliness.CompletedOnTime => "(due_at IS NOT NULL AND state = 'Completed' AND frozen_at >= due_day_at AND frozen_at <= due_at)",
        Timeliness.CompletedLate => "(due_at IS NOT NULL AND state = 'Completed' AND frozen_at > due_at)",
        Timeliness.Overdue => $"({Open} AND {Moment} > due_at)",
        Timeliness.DueSoon => $"({Open} AND {Moment} <= due_at AND {Moment} >= due_soon_at)",
        Timeliness.OnTrack => $"({Open} AND {Moment} <= due_at AND (due_soon_at IS NULL OR {Moment} < due_soon_at))",
        _ => throw new ArgumentOutOfRangeException(nameof(timeliness)),
    };

    const string Moment = "COALESCE(frozen_at, @now)";
    const string Open = "due_at IS NOT NULL AND state NOT IN ('Completed', 'Returned', 'Cancelled')";
}
