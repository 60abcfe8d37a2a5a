namespace CanThoGov.Contracts.Assignments;

/// <summary>
/// What all events of an assignment have in common: the whole state after it. Published by the city, once for each unit concerned.
/// </summary>
public interface IAssignmentEvent : IEvent
{
    AssignmentSnapshot Assignment { get; }

    /// <summary>Business time.</summary>
    DateTimeOffset OccurredAt { get; }

    string IEvent.Subject() => $"assignments/{Assignment.Id}";

    IReadOnlyList<string> IEvent.Units() => Assignment.UnitIds();
}

/// <summary>A unit was given the work; also when it is given again after a return.</summary>
public sealed record AssignmentIssued(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit took the work on, or a coordinating unit took note.</summary>
public sealed record AssignmentAcknowledged(AssignmentSnapshot Assignment, string Unit, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit said how far it is.</summary>
public sealed record ProgressReported(AssignmentSnapshot Assignment, int Percent, string Report, DateTimeOffset? ClaimedAt, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit handed in a result: the last of the submissions.</summary>
public sealed record ResultSubmitted(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent;

/// <summary>The city accepted the last submission: the assignment is completed.</summary>
public sealed record ResultAccepted(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent;

/// <summary>The city sent the last submission back for rework.</summary>
public sealed record ResultSentBack(AssignmentSnapshot Assignment, string Reason, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit handed the work back: the last of the returns.</summary>
public sealed record AssignmentReturned(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The city ended the work without a result.</summary>
public sealed record AssignmentCancelled(AssignmentSnapshot Assignment, string Reason, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The city stopped the work for a time.</summary>
public sealed record AssignmentSuspended(AssignmentSnapshot Assignment, string Reason, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The suspended work goes on.</summary>
public sealed record AssignmentResumed(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit asked for more time: the last of the extensions.</summary>
public sealed record ExtensionRequested(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The city granted or refused the last of the extensions.</summary>
public sealed record ExtensionDecided(AssignmentSnapshot Assignment, bool Granted, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>A unit said what stands in the way: the last of the obstacles.</summary>
public sealed record ObstacleRaised(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent;

/// <summary>The city answered an obstacle.</summary>
public sealed record ObstacleAnswered(AssignmentSnapshot Assignment, int Number, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The city accepted an obstacle as beyond the unit's competence: the clock stands still until it is answered.</summary>
public sealed record ObstacleAccepted(AssignmentSnapshot Assignment, int Number, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>Another version of the working-day calendar moved the due time.</summary>
/// <param name="From">The due time by the calendar before.</param>
public sealed record DueTimeMoved(AssignmentSnapshot Assignment, DateTimeOffset From, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit has another head, or none: the last of the accountabilities.</summary>
public sealed record AccountableHeadChanged(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent;
