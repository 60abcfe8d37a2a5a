using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.City.Assignments;

/// <summary>
/// More time for the work: the lead asks, who gave it or is empowered by him decides. Who asks after the due time gets a new date but stays
/// judged by the one that was missed.
/// </summary>
static class Extensions
{
    /// <param name="maxGranted">How often more time may be granted.</param>
    public static AssignmentSnapshot Ask(AssignmentSnapshot assignment, DateOnly proposed, int maxGranted, Schedule schedule, Act act)
    {
        var due = assignment.Deadline.DueAt
            ?? throw DomainException.Precondition("NO_DUE_DATE", "The assignment has no due date that could be moved.");
        if (PendingOf(assignment) is not null)
        {
            throw DomainException.Precondition("EXTENSION_PENDING", "A request for more time waits for its decision already.");
        }

        if (assignment.Extensions.Count(extension => extension.State == ExtensionState.Granted) >= maxGranted)
        {
            throw DomainException.Precondition("EXTENSIONS_EXHAUSTED", $"More time was granted {maxGranted} times, which is as often as it may be.")
                .With("max_granted", maxGranted);
        }

        var (dueDate, today) = (LocalTime.DateOf(due), LocalTime.DateOf(act.At));
        schedule.RequireWorkingDay("proposed_date", proposed, after: dueDate > today ? dueDate : today);
        var asked = new Extension(
            assignment.Extensions.Count + 1, ExtensionState.Requested, act.Note, proposed, act.At, act.Actor,
            AskedLate: (assignment.StandsAt() ?? act.At) > due);
        return assignment with { Extensions = [.. assignment.Extensions, asked] };
    }

    /// <param name="units">Ids of the units that the caller speaks for.</param>
    public static void RequireDecider(AssignmentSnapshot assignment, IReadOnlyList<string> units)
    {
        if (!units.Any(unit => unit == assignment.Assigner || assignment.ExtensionDeciders.Contains(unit)))
        {
            throw new DomainException(StatusCode.PermissionDenied, "NOT_ASSIGNER",
                "Only the unit that gave the work, or one that it empowers, decides about more time.").With("assigner", assignment.Assigner);
        }
    }

    public static Extension RequirePending(AssignmentSnapshot assignment) =>
        PendingOf(assignment) ?? throw DomainException.Precondition("NO_EXTENSION_PENDING", "No request for more time waits for a decision.");

    public static AssignmentSnapshot Grant(AssignmentSnapshot assignment, Extension pending, Schedule schedule, Act act)
    {
        if (LocalTime.At(pending.ProposedDate, LocalTime.EndOfBusiness) <= act.At)
        {
            throw DomainException.Precondition("EXTENSION_DATE_PASSED", $"The proposed date {pending.ProposedDate:yyyy-MM-dd} has passed by now.")
                .With("proposed_date", pending.ProposedDate);
        }

        var granted = Decided(assignment, pending, ExtensionState.Granted, act);
        var judged = pending.AskedLate
            ? granted with { Deadline = granted.Deadline with { JudgedDueAt = granted.Deadline.JudgedDueAt ?? granted.Deadline.DueAt } }
            : granted;
        return schedule.DueIfRunningOn(judged, act.At) > schedule.DueIfRunningOn(assignment, act.At)
            ? judged with { Deadline = schedule.Reckon(judged, act.At) }
            : throw DomainException.Precondition("EXTENSION_NOT_LATER",
                $"With the time that the clock stood still, it is due no earlier than {pending.ProposedDate:yyyy-MM-dd} anyway: that gives no more time.")
                .With("proposed_date", pending.ProposedDate).With("due_time", schedule.DueIfRunningOn(assignment, act.At));
    }

    public static AssignmentSnapshot Refuse(AssignmentSnapshot assignment, Extension pending, Schedule schedule, Act act)
    {
        var refused = Decided(assignment, pending, ExtensionState.Refused, act);
        return refused with { Deadline = schedule.Reckon(refused, act.At) };
    }

    static Extension? PendingOf(AssignmentSnapshot assignment) =>
        assignment.Extensions.LastOrDefault() is { State: ExtensionState.Requested } pending ? pending : null;

    static AssignmentSnapshot Decided(AssignmentSnapshot assignment, Extension pending, ExtensionState state, Act act) => assignment with
    {
        Extensions =
        [
            .. assignment.Extensions.Take(assignment.Extensions.Count - 1),
            pending with { State = state, DecidedAt = act.At, DecidedBy = act.Actor, DecisionNote = act.Note },
        ],
    };
}
