using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Overlaps;

/// <summary>
/// Finds what an assignment collides with. Two that are issued in the same instant do not see each other; whoever looks at either later does.
/// </summary>
public sealed class OverlapCheck(OverlapStore overlaps, AssignmentStore assignments)
{
    const int MaxNamed = 20;

    /// <summary>All of them, with its due time as it is, or would be. What is not ruled yet first, then what is most similar.</summary>
    public async Task<IReadOnlyList<Overlap>> FindAsync(Session session, AssignmentSnapshot assignment)
    {
        var found = (await overlaps.FindAsync(session, assignment))
            .Select(other => (Compared: OverlapRules.Compare(assignment, other.OfOtherLead, other.OfSameLead), other.Count)).ToList();
        if (assignment.ParentId is { } parent && await assignments.FindAsync(session, parent) is { } above)
        {
            found.Add((OverlapRules.CompareWithParent(assignment, above.Snapshot), 1));
        }

        var collisions = found.Where(one => one.Compared is not null)
            .Select(one => new Overlap(assignment, one.Compared!.Value.Other, one.Count, one.Compared.Value.Similarity, one.Compared.Value.Findings))
            .ToArray();
        if (collisions.Length == 0)
        {
            return [];
        }

        var rulings = await overlaps.RulingsAsync(
            session, Work.Of(assignment).Id, collisions.Select(overlap => Work.Of(overlap.Other).Id).Distinct());
        return
        [
            .. collisions.Select(overlap => overlap with { Ruled = rulings.GetValueOrDefault(Work.Of(overlap.Other).Id) })
                .OrderBy(overlap => overlap.Ruled is not null).ThenByDescending(overlap => overlap.Similarity).ThenBy(overlap => overlap.Other.Id),
        ];
    }

    /// <summary>Refuses to issue what collides with work that was given already, unless each collision was ruled in favour of it.</summary>
    /// <exception cref="DomainException">OVERLAP_UNRULED, OVERLAP_NOT_KEPT.</exception>
    public async Task RequireRuledAsync(Session session, AssignmentSnapshot issued)
    {
        var found = await FindAsync(session, issued);
        var unruled = found.Where(overlap => overlap.Ruled is null).ToArray();
        if (unruled.Length > 0)
        {
            var refusal = DomainException.Precondition("OVERLAP_UNRULED",
                $"It collides with {unruled.Length} works that were given already; the assigner rules each with RuleOverlap first.")
                .With("overlaps", unruled.Length);
            foreach (var overlap in unruled.Take(MaxNamed))
            {
                refusal.Violating($"assignments/{overlap.Other.Id}", string.Join(' ', overlap.Findings.Select(finding => finding.Why)));
            }

            throw refusal;
        }

        if (found.FirstOrDefault(overlap => overlap.IsGivenUp(Work.Of(issued).Id)) is { } given)
        {
            throw DomainException.Precondition("OVERLAP_NOT_KEPT", "It was ruled that another assignment goes on instead of it.")
                .With("other", $"assignments/{given.Other.Id}").Violating($"assignments/{given.Other.Id}", given.Ruled!.Reason);
        }
    }
}
