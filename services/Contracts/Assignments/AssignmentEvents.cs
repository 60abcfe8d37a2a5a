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

/// <summary>A coordinating unit gave its answer, or another one in its place.</summary>
/// <param name="Text">The answer itself; the assignment tells only that there is one.</param>
public sealed record ContributionSubmitted(AssignmentSnapshot Assignment, string Unit, string Text, DateTimeOffset OccurredAt, long Version)
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

/// <summary>The lead unit asked to have the work given to another one: the last of the transfers.</summary>
public sealed record TransferRequested(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent;

/// <summary>The assigner granted or refused the last of the transfers. If it was granted, another unit leads, and who led before learns it by this.</summary>
public sealed record TransferDecided(AssignmentSnapshot Assignment, bool Granted, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent
{
    IReadOnlyList<string> IEvent.Units() =>
        Concerned.Of([.. Assignment.UnitIds(), .. Assignment.Transfers.TakeLast(1).Select(transfer => transfer.From)]);
}

/// <summary>A unit was dissolved; its successor goes on where it stood.</summary>
/// <param name="From">Id of the unit that was dissolved.</param>
/// <param name="To">Id of its successor.</param>
public sealed record AssignmentSucceeded(
    AssignmentSnapshot Assignment, string From, string To, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent
{
    /// <summary>The answers for the parts that the successor goes on with: it was not there to hear those of the unit that was dissolved.</summary>
    public IReadOnlyList<ContributionWords> Words { get; init; } = [];

    IReadOnlyList<string> IEvent.Units() => Concerned.Of([.. Assignment.UnitIds(), From, To]);
}

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

/// <summary>Another version of the working-day calendar moved the due time.</summary>
/// <param name="From">The due time by the calendar before.</param>
public sealed record DueTimeMoved(AssignmentSnapshot Assignment, DateTimeOffset From, DateTimeOffset OccurredAt, long Version)
    : IAssignmentEvent;

/// <summary>The lead unit has another head, or none: the last of the accountabilities.</summary>
public sealed record AccountableHeadChanged(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IAssignmentEvent;
