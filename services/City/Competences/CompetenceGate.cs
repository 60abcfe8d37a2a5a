using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Competences;

/// <summary>
/// Whether work is given to a unit that may decide about it. It is the lead unit that must be competent, because it answers for the work; the
/// assigner often gives it in the name of somebody else, as the office in that of the People's Committee.
/// </summary>
public sealed class CompetenceGate(CompetenceStore competences)
{
    const int ShownHolders = 20;

    /// <summary>What is found when it is issued now. Where the register is silent it says so, and never that the unit is competent.</summary>
    /// <param name="reason">For issuing it outside of the lead unit's competence all the same; empty for none.</param>
    public async Task<CompetenceAnswer> CheckAsync(Session session, AssignmentSnapshot assignment, string reason, Act act)
    {
        if (assignment.Field == FieldOfWork.Unspecified)
        {
            return new(Check: null, Refusal: null);
        }

        var today = LocalTime.DateOf(act.At);
        var held = await competences.HeldAsync(session, assignment.Field, today);
        var own = held.FirstOrDefault(competence => competence.IsHeldBy(assignment.Lead));
        var finding = held.Count == 0 ? CompetenceFinding.Unknown : own is null ? CompetenceFinding.Outside : CompetenceFinding.Held;
        return new(
            new(finding, act.At, act.Actor, own?.Id, finding == CompetenceFinding.Outside ? reason : ""),
            finding == CompetenceFinding.Outside && string.IsNullOrWhiteSpace(reason) ? Outside(assignment, held, today) : null);
    }

    static DomainException Outside(AssignmentSnapshot assignment, IReadOnlyList<Competence> held, DateOnly today)
    {
        string[] holders =
        [
            .. held.Select(competence => competence.Unit is { } unit ? $"units/{unit}" : competence.Holder).Distinct().Take(ShownHolders),
        ];
        return DomainException.Precondition("OUTSIDE_COMPETENCE",
            $"On {today:yyyy-MM-dd} units/{assignment.Lead.Unit} holds no competence in {assignment.Field}; held by: {string.Join(", ", holders)}. Give the "
            + "work to one that does, record the competence or delegation with CreateCompetence, or issue it all the same with outside_competence_reason.")
            .With("field", assignment.Field).With("lead_unit", assignment.Lead.Unit).With("date", today).With("holders", string.Join(", ", holders))
            .Violating($"units/{assignment.Lead.Unit}", $"holds no competence in {assignment.Field} on {today:yyyy-MM-dd}");
    }
}

/// <summary>What was found about a lead unit's competence.</summary>
/// <param name="Check">What is recorded; null if the assignment names no field.</param>
/// <param name="Refusal">Why it cannot be issued; null if it can.</param>
public sealed record CompetenceAnswer(CompetenceCheck? Check, DomainException? Refusal)
{
    /// <exception cref="DomainException">OUTSIDE_COMPETENCE.</exception>
    public static CompetenceCheck? Require(CompetenceAnswer? answer, FieldOfWork field) =>
        answer?.Refusal is { } refusal ? throw refusal
        : answer?.Check is null && field != FieldOfWork.Unspecified ? throw new InvalidOperationException("The lead unit's competence was not checked.")
        : answer?.Check;

    /// <summary>What the history keeps of the issue, or of the transfer.</summary>
    public Act Record(Act act) => Check is { Finding: CompetenceFinding.Outside } check
        ? act with { Verb = $"{act.Verb}-outside-competence", Note = act.Note.Length == 0 ? check.Reason : $"{check.Reason}\n{act.Note}" }
        : act;
}
