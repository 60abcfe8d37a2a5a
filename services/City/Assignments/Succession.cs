using CanThoGov.Calendar;
using CanThoGov.City.Officials;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;

namespace CanThoGov.City.Assignments;

/// <summary>
/// Passes the work of a dissolved unit to its successor, which takes over all that it had in hand: the state, the due time and its ledger,
/// the person who does it, and what the city still has to decide. Only the unit is another one, and its head.
/// </summary>
public sealed class Succession(AssignmentStore assignments, ContributionStore contributions, AccountableHeads heads)
{
    /// <param name="dissolved">Held, and its successor.</param>
    /// <returns>How many assignments were passed on.</returns>
    public async Task<int> PassOnAsync(Transaction transaction, UnitDissolved dissolved, Act act)
    {
        var passed = (await assignments.TakeOfUnitAsync(transaction, dissolved.Id)).Where(assignment => Names(assignment.Snapshot, dissolved.Id)).ToArray();
        var known = new Dictionary<Organ, Appointment?>();
        foreach (var assignment in passed)
        {
            var lead = assignment.Snapshot.Lead with { Unit = dissolved.Successor };
            if (!known.TryGetValue(lead.Organ, out var head))
            {
                known[lead.Organ] = head = await heads.FindAsync(transaction, lead, act);
            }

            var before = assignment.Snapshot;
            var e = assignment.Succeed(dissolved.Id, dissolved.Successor, dissolved.Decision, head, act);
            if (e is not null)
            {
                e = e with { Words = await contributions.ListAsync(transaction, assignment.Snapshot, dissolved.Successor) };
            }

            await assignments.UpdateAsync(transaction, assignment, e, act with { Note = act.Note + TakenIn(before, assignment.Snapshot, dissolved) });
            await assignments.PassOnAsync(transaction, assignment.Snapshot, dissolved.Id);
        }

        return passed.Length;
    }

    /// <summary>Ids of the units that it names beside those that it concerns: who may decide about more time, and who is to get the work.</summary>
    internal static IReadOnlyList<string> NamedUnitsOf(AssignmentSnapshot assignment) =>
        [.. assignment.ExtensionDeciders.Union(Transfers.PendingOf(assignment) is { } pending ? [pending.To.Unit] : [], StringComparer.Ordinal)];

    /// <summary>Whether there is anything in it for the unit to do.</summary>
    static bool Names(AssignmentSnapshot assignment, string unit) =>
        assignment.UnitIds().Contains(unit) || assignment.Assigner == unit || NamedUnitsOf(assignment).Contains(unit)
        || assignment.Obstacles.Any(obstacle => obstacle.State != ObstacleState.Resolved && (obstacle.Unit == unit || obstacle.AnsweringUnit == unit));

    /// <summary>For the history: the parts of the two units that are the lead's by now.</summary>
    static string TakenIn(AssignmentSnapshot before, AssignmentSnapshot after, UnitDissolved dissolved) => string.Concat(before.Coordinators
        .Where(part => part.Assignee.Unit == dissolved.Id || part.Assignee.Unit == dissolved.Successor)
        .Where(part => (part.Assignee with { Unit = dissolved.Successor }) == after.Lead)
        .Select(part => $"\nunits/{part.Assignee.Unit}: {part.Part}"));

    internal static AssignmentSnapshot Of(AssignmentSnapshot assignment, string from, string to, string decision, Appointment? head, Act act)
    {
        var passed = assignment with
        {
            Assigner = assignment.Assigner == from ? to : assignment.Assigner,
            ExtensionDeciders = [.. assignment.ExtensionDeciders.Select(unit => unit == from ? to : unit).Distinct(StringComparer.Ordinal)],
            Obstacles = [.. assignment.Obstacles.Select(obstacle => obstacle with
            {
                Unit = obstacle.Unit == from && obstacle.State != ObstacleState.Resolved ? to : obstacle.Unit,
                AnsweringUnit = obstacle.AnsweringUnit == from && obstacle.State != ObstacleState.Resolved ? to : obstacle.AnsweringUnit,
            })],
        };
        if (assignment.Lead.Unit == from)
        {
            passed = Lead(passed, to, decision, head, act);
        }

        return Transfer(passed with { Coordinators = Parts(passed, from, to) }, from, to);
    }

    /// <summary>What waits to be decided goes on waiting, unless the work is by now where it was to go.</summary>
    static AssignmentSnapshot Transfer(AssignmentSnapshot assignment, string from, string to)
    {
        if (Transfers.PendingOf(assignment) is not { } pending)
        {
            return assignment;
        }

        var passed = pending with
        {
            From = pending.From == from ? to : pending.From,
            To = pending.To.Unit == from ? pending.To with { Unit = to } : pending.To,
        };
        var decided = assignment.Transfers.Take(assignment.Transfers.Count - 1);
        return assignment with { Transfers = passed.To.Unit == assignment.Lead.Unit ? [.. decided] : [.. decided, passed] };
    }

    /// <summary>As in a draft, an organ has one part, and none beside the lead.</summary>
    static Coordinator[] Parts(AssignmentSnapshot assignment, string from, string to)
    {
        var parts = new List<Coordinator>();
        foreach (var part in assignment.Coordinators.OrderBy(part => part.Assignee.Unit == from))
        {
            var passed = part.Assignee.Unit != from ? part : part with
            {
                Assignee = part.Assignee with { Unit = to },
                Contribution = part.Contribution is { } answer ? answer with { Units = answer.UnitsOf(part.Assignee) } : null,
            };
            var same = parts.FindIndex(one => one.Assignee == passed.Assignee);
            if (same >= 0)
            {
                parts[same] = Both(assignment, parts[same], passed);
            }
            else if (passed.Assignee != assignment.Lead)
            {
                parts.Add(passed);
            }
        }

        return [.. parts];
    }

    /// <summary>One part of two: what either was to do, by the earlier date, and what either answered.</summary>
    static Coordinator Both(AssignmentSnapshot assignment, Coordinator own, Coordinator passed) => own with
    {
        Part = string.Join('\n', new[] { own.Part, passed.Part }.Where(part => part.Length > 0).Distinct(StringComparer.Ordinal)),
        AcknowledgedAt = own.AcknowledgedAt ?? passed.AcknowledgedAt,
        ResponsiblePerson = own.ResponsiblePerson ?? passed.ResponsiblePerson,
        Due = (assignment.DueAtOf(passed) ?? DateTimeOffset.MaxValue) < (assignment.DueAtOf(own) ?? DateTimeOffset.MaxValue) ? passed.Due : own.Due,
        Contribution = own.Contribution is not { } first ? passed.Contribution
            : passed.Contribution is not { } second ? first
            : (first.ReceivedAt > second.ReceivedAt ? first : second) with { Units = [.. first.UnitsOf(own.Assignee), .. second.Units] },
    };

    static AssignmentSnapshot Lead(AssignmentSnapshot assignment, string to, string decision, Appointment? head, Act act)
    {
        var led = assignment with { Lead = assignment.Lead with { Unit = to } };
        if (assignment.Holders is not [.., { EndedAt: null }])
        {
            return led;
        }

        var ended = Holders.End(assignment, HolderEnd.Succeeded, decision, act.At, new Ground(GroundKind.UnitDissolved, decision));
        return AccountableHead.AtNewLead(
            Holders.Begin(ended with { Lead = led.Lead }, act.At), head, new Person("", assignment.AccountableHead.Role), LocalTime.DateOf(act.At));
    }
}
