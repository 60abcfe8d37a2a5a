using CanThoGov.City.Competences;
using CanThoGov.City.Officials;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Assignments;

/// <summary>What must hold for an assignment to be issued, alone or in a batch: beside the rules of its own, what the registers say of it.</summary>
public sealed class Issuing(AccountableHeads heads, AssignmentReferences references, CompetenceGate competence, OverlapCheck overlaps)
{
    /// <param name="outsideCompetenceReason">For issuing it outside of the lead unit's competence all the same; empty for none.</param>
    public async Task<AssignmentIssued> IssueAsync(VerbSubject subject, string outsideCompetenceReason)
    {
        var (transaction, assignment, act) = (subject.Transaction, subject.Assignment, subject.Act);

        // The head holds the unit, so that it is still there at the commit if it is now.
        await heads.NameAsync(transaction, assignment, act);
        await references.RequireInForceAsync(transaction, [.. assignment.Snapshot.UnitIds()]);
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
}
