using CanThoGov.City.Competences;
using CanThoGov.City.Officials;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;

namespace CanThoGov.City.Assignments;

/// <summary>A date that a named person sets where the document gives none.</summary>
public sealed record WorkingDeadline(DateOnly Date, Person SetBy, string Reason);

/// <summary>
/// How an assignment comes to be and is issued, alone or in a batch: beside the rules of its own, what the registers say of it must hold.
/// </summary>
public sealed class Issuing(
    AssignmentStore assignments, AssignmentReferences references, AccountableHeads heads, CompetenceGate competence, OverlapCheck overlaps)
{
    /// <summary>Keeps a new draft, whose units all exist.</summary>
    public async Task<Assignment> CreateAsync(Transaction transaction, AssignmentSnapshot draft, Schedule schedule, Act act)
    {
        await references.RequireKnownAsync(transaction, draft);
        if (draft.Coordinators.Any(part => part.Due is not null))
        {
            Coordination.CheckDraft(draft, schedule, act.At);
        }

        var assignment = new Assignment(draft, version: 1);
        await assignments.AddAsync(transaction, assignment, act);
        return assignment;
    }

    /// <summary>The units of the assignment are shared already (<see cref="AssignmentReferences.ShareAsync"/>).</summary>
    /// <param name="outsideCompetenceReason">For issuing it outside of the lead unit's competence all the same; empty for none.</param>
    public async Task<AssignmentIssued> IssueAsync(VerbSubject subject, string outsideCompetenceReason)
    {
        var (transaction, assignment, act) = (subject.Transaction, subject.Assignment, subject.Act);
        await references.RequireInForceAsync(transaction, [.. assignment.Snapshot.UnitIds()]);
        await heads.NameAsync(transaction, assignment, act);
        var found = await competence.CheckAsync(transaction, assignment.Snapshot, outsideCompetenceReason, act);
        subject.Act = found.Record(act);
        var issued = assignment.Issue(subject.Schedule, act, found);

        // An occurrence is nothing new: what its duty collides with was ruled when that was issued.
        if (assignment.Snapshot.Occurrence is null)
        {
            await overlaps.RequireRuledAsync(transaction, assignment.Snapshot);
        }

        return issued;
    }

    /// <summary>Creates and issues it, as by one rpc after the other.</summary>
    /// <param name="deadline">For a document that leaves the date open; null for none.</param>
    /// <param name="act">Whose verb is set for each step.</param>
    /// <param name="note">To the issue.</param>
    public async Task<Assignment> CreateAndIssueAsync(
        Transaction transaction, AssignmentSnapshot draft, WorkingDeadline? deadline, Schedule schedule, Act act, string note,
        string outsideCompetenceReason = "")
    {
        var assignment = await CreateAsync(transaction, draft, schedule, act with { Verb = "create" });
        if (deadline is not null && draft.Deadline.Kind is (DeadlineKind.None or DeadlineKind.Immediate))
        {
            var setting = act with { Verb = "set-working-deadline", Note = deadline.Reason };
            assignment.SetWorkingDeadline(deadline, schedule, setting);
            await assignments.UpdateAsync(transaction, assignment, null, setting);
        }

        var subject = new VerbSubject(transaction, assignment, schedule, act with { Verb = "issue", Note = note });
        var issued = await IssueAsync(subject, outsideCompetenceReason);
        await assignments.UpdateAsync(transaction, assignment, issued, subject.Act);
        return assignment;
    }
}
