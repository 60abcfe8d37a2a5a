namespace CanThoGov.Contracts.Assignments;

/// <summary>How far a coordinating unit is with its part; derived, never stored. See <c>canthogov.city.v1.Coordinator.State</c>.</summary>
public enum CoordinatorState { Waiting = 1, Acknowledged, Answered }

/// <summary>A unit that helps the lead, with a part of its own.</summary>
/// <param name="ResponsiblePerson">Who answers for the part within the unit; null until the city or the unit has named somebody.</param>
/// <param name="Due">Null if the part is due with the assignment.</param>
/// <param name="Contribution">The answer of the unit; null until there is one.</param>
public sealed record Coordinator(
    Assignee Assignee, string Part, DateTimeOffset? AcknowledgedAt,
    Person? ResponsiblePerson = null, PartDue? Due = null, Contribution? Contribution = null);

/// <summary>The due time of a part.</summary>
/// <param name="Reason">Why it is later than that of the assignment; empty if it is not.</param>
public sealed record PartDue(DateTimeOffset At, string Reason);

/// <summary>That a coordinating unit answered. Its words came with <see cref="ContributionSubmitted"/>: a hundred of them do not fit in one event.</summary>
/// <param name="ReceivedAt">When the city received it.</param>
public sealed record Contribution(DateTimeOffset ReceivedAt, string SubmittedBy)
{
    /// <summary>Ids of the units whose words it is, if they are not the assignee's: of units that were dissolved since, which it goes on for.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];
}

/// <param name="Unit">Id of the unit that said them.</param>
public sealed record ContributionWords(string Unit, string Text);

public static class CoordinationRule
{
    /// <returns>Ids of the units whose words the answer is.</returns>
    public static IReadOnlyList<string> UnitsOf(this Contribution contribution, Assignee assignee) =>
        contribution.Units.Count > 0 ? contribution.Units : [assignee.Unit];

    public static CoordinatorState StateOf(this Coordinator coordinator) =>
        coordinator.Contribution is not null ? CoordinatorState.Answered
        : coordinator.AcknowledgedAt is not null ? CoordinatorState.Acknowledged
        : CoordinatorState.Waiting;

    /// <returns>Null where neither the part nor the assignment has a date to meet.</returns>
    public static DateTimeOffset? DueAtOf(this AssignmentSnapshot assignment, Coordinator coordinator) =>
        coordinator.Due?.At ?? assignment.Deadline.DueAt;

    /// <summary>
    /// No answer although the due time has passed. The clock stands still with that of the assignment, and nobody is asked for an answer
    /// to work that has ended or was handed back.
    /// </summary>
    /// <param name="now">Business time of the read.</param>
    public static bool IsOverdueAt(this AssignmentSnapshot assignment, Coordinator coordinator, DateTimeOffset now) =>
        coordinator.Contribution is null
        && assignment.State is not (AssignmentState.Draft or AssignmentState.Completed or AssignmentState.Returned or AssignmentState.Cancelled)
        && (assignment.StandsAt() ?? now) > assignment.DueAtOf(coordinator);
}
