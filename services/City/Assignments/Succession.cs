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
public sealed class Succession(AssignmentStore assignments, AccountableHeads heads)
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

            var e = assignment.Succeed(dissolved.Id, dissolved.Successor, dissolved.Decision, head, act);
            await assignments.UpdateAsync(transaction, assignment, e, act);
            await assignments.PassOnAsync(transaction, assignment.Snapshot, dissolved.Id);
        }

        return passed.Length;
    }

    /// <summary>Whether there is anything in it for the unit to do.</summary>
    static bool Names(AssignmentSnapshot assignment, string unit) =>
        assignment.UnitIds().Contains(unit) || assignment.Assigner == unit || assignment.ExtensionDeciders.Contains(unit)
        || assignment.Obstacles.Any(obstacle => obstacle.State != ObstacleState.Resolved && (obstacle.Unit == unit || obstacle.AnsweringUnit == unit));

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

        // A unit that leads, or helps already, does not help a second time.
        var helped = passed.Coordinators.Any(one => one.Assignee.Unit == to) || passed.Lead.Unit == to;
        return passed with
        {
            Coordinators =
            [
                .. passed.Coordinators.Where(one => one.Assignee.Unit != from || !helped).Where(one => one.Assignee.Unit != passed.Lead.Unit)
                    .Select(one => one.Assignee.Unit == from ? one with { Assignee = one.Assignee with { Unit = to } } : one),
            ],
        };
    }

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
