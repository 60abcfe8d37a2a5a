namespace CanThoGov.Contracts.Assignments;

/// <summary>Whether an assignment is in time; derived, never stored. See <c>canthogov.city.v1.Assignment.Timeliness</c>.</summary>
public enum Timeliness { NoDeadline = 1, OnTrack, DueSoon, Overdue, CompletedEarly, CompletedOnTime, CompletedLate }

public static class TimelinessRule
{
    static readonly TimeSpan LocalOffset = TimeSpan.FromHours(7);

    /// <summary>
    /// Judged by the city's receipt of the submission that is accepted in the end. While a result waits for judgement, the work is
    /// suspended or an accepted obstacle waits for somebody else, the clock stands at that moment; rework keeps the due date. Handed back
    /// or cancelled, nobody has a date to meet.
    /// </summary>
    /// <param name="now">Business time of the read.</param>
    public static Timeliness TimelinessAt(this AssignmentSnapshot assignment, DateTimeOffset now)
    {
        if ((assignment.Deadline.JudgedDueAt ?? assignment.Deadline.DueAt) is not { } due || assignment.State is AssignmentState.Returned or AssignmentState.Cancelled)
        {
            return Timeliness.NoDeadline;
        }

        if (assignment.State == AssignmentState.Completed)
        {
            return Completed(assignment.Submissions[^1].ReceivedAt, due);
        }

        var moment = assignment.StandsAt() ?? now;
        return moment > due ? Timeliness.Overdue
            : moment >= assignment.Deadline.DueSoonAt ? Timeliness.DueSoon
            : Timeliness.OnTrack;
    }

    /// <returns>The moment at which the clock of an open assignment stands still; null while it runs.</returns>
    public static DateTimeOffset? StandsAt(this AssignmentSnapshot assignment)
    {
        var stopped = assignment.State switch
        {
            AssignmentState.Submitted => assignment.Submissions[^1].ReceivedAt,
            AssignmentState.Suspended => assignment.SuspendedAt,
            _ => null,
        };
        var paused = assignment.OpenPause()?.StartedAt;
        return stopped < paused || paused is null ? stopped : paused;
    }

    static Timeliness Completed(DateTimeOffset received, DateTimeOffset due) =>
        received > due ? Timeliness.CompletedLate
        : received.ToOffset(LocalOffset).Date < due.ToOffset(LocalOffset).Date ? Timeliness.CompletedEarly
        : Timeliness.CompletedOnTime;
}
