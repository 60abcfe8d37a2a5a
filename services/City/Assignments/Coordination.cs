using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.City.Assignments;

/// <summary>
/// The parts of the coordinating units: "chủ trì, phối hợp". Each takes note and answers for itself; the lifecycle is the lead's, so nothing
/// here changes the state.
/// </summary>
static class Coordination
{
    /// <param name="person">Who answers for the part from now on; null leaves it to who was named before.</param>
    public static AssignmentSnapshot Acknowledge(AssignmentSnapshot assignment, Person? person, Act act)
    {
        var parts = PartsOf(assignment, act);
        if (parts.All(part => part.AcknowledgedAt is not null))
        {
            throw DomainException.Precondition("ALREADY_ACKNOWLEDGED", "The unit acknowledged its part before.").With("unit", act.Unit);
        }

        return With(assignment, act, part => part with
        {
            AcknowledgedAt = part.AcknowledgedAt ?? act.At,
            ResponsiblePerson = person ?? part.ResponsiblePerson,
        });
    }

    /// <summary>A lead that coordinates with its other organ takes note of both at once.</summary>
    public static AssignmentSnapshot TakeNote(AssignmentSnapshot assignment, Act act) =>
        With(assignment, act, part => part with { AcknowledgedAt = part.AcknowledgedAt ?? act.At });

    /// <param name="person">Who answers for the part from now on; null leaves it to who was named before.</param>
    public static AssignmentSnapshot Contribute(AssignmentSnapshot assignment, Person? person, Act act)
    {
        var parts = PartsOf(assignment, act);
        if (person is null && parts.Any(part => part.ResponsiblePerson is null))
        {
            throw DomainException.Precondition("RESPONSIBLE_PERSON_MISSING", "Name the person, or the role, who answers for the unit's part.")
                .With("unit", act.Unit);
        }

        return With(assignment, act, part => part with
        {
            AcknowledgedAt = part.AcknowledgedAt ?? act.At,
            ResponsiblePerson = person ?? part.ResponsiblePerson,
            Contribution = new(act.At, act.Actor),
        });
    }

    /// <summary>What can be known of the parts' due dates before the issue.</summary>
    public static void CheckDraft(AssignmentSnapshot draft, Schedule schedule, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        foreach (var (part, i) in draft.Coordinators.Select((part, i) => (part, i)).Where(one => one.part.Due is not null))
        {
            var date = LocalTime.DateOf(part.Due!.At);
            var field = $"assignment.coordinators[{i}].due_date";
            if (part.Due.At <= now)
            {
                errors.Add(field, $"has passed: {date:yyyy-MM-dd}");
            }
            else if (!schedule.IsWorkingDay(date))
            {
                errors.Add(field, $"is not a working day: {date:yyyy-MM-dd}");
            }
        }

        errors.ThrowIfAny();
    }

    /// <summary>A part is not due in the past, and after the assignment only for a reason.</summary>
    /// <param name="assignment">With the due time that it is issued with.</param>
    public static void CheckDueTimes(AssignmentSnapshot assignment, DateTimeOffset now)
    {
        var wrong = assignment.Coordinators.Where(part => part.Due is not null).Select(part => (part, What: WhatIsWrong(part.Due!)))
            .Where(one => one.What is not null).ToArray();
        if (wrong.Length == 0)
        {
            return;
        }

        var refusal = DomainException.Precondition("COORDINATOR_DUE_DATE",
            $"The assignment cannot be issued: {string.Join("; ", wrong.Select(one => $"the part of {one.part.Assignee.Unit} {one.What}"))}.");
        foreach (var (part, what) in wrong)
        {
            refusal.Violating($"units/{part.Assignee.Unit}", $"the part {what}");
        }

        throw refusal;

        string? WhatIsWrong(PartDue due) =>
            due.At <= now ? $"would be due at {due.At:O}, which has passed"
            : due.At > assignment.Deadline.DueAt && due.Reason.Length == 0 ? $"would be due at {due.At:O}, after the assignment, without a reason"
            : null;
    }

    /// <summary>A unit may coordinate with both of its organs; it acts for both at once.</summary>
    static Coordinator[] PartsOf(AssignmentSnapshot assignment, Act act)
    {
        Coordinator[] parts = [.. assignment.Coordinators.Where(one => one.Assignee.Unit == act.Unit)];
        return parts.Length > 0 ? parts : throw new DomainException(
            StatusCode.PermissionDenied, "NOT_COORDINATING_UNIT", "Only a coordinating unit may do this; the unit leads.").With("unit", act.Unit);
    }

    static AssignmentSnapshot With(AssignmentSnapshot assignment, Act act, Func<Coordinator, Coordinator> change) =>
        assignment with { Coordinators = [.. assignment.Coordinators.Select(one => one.Assignee.Unit == act.Unit ? change(one) : one)] };
}
