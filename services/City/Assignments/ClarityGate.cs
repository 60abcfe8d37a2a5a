using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Assignments;

/// <summary>
/// Nothing is issued before it is clear who does what, in whose responsibility, by when, and with which result: 5 rõ (conference of
/// January 2026 on the central and city resolutions); 6 rõ adds the authority (City People's Council and Committee for 2026).
/// Named and versioned, because the bodies do not use the same set.
/// </summary>
public static class ClarityGate
{
    /// <exception cref="DomainException">NOT_CLEAR with every missing criterion at once.</exception>
    public static void Check(AssignmentSnapshot assignment)
    {
        var missing = Missing(assignment).ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        var refusal = DomainException.Precondition("NOT_CLEAR",
            $"The assignment cannot be issued: {string.Join("; ", missing.Select(one => $"{one.Criterion}: {one.What}"))}.")
            .With("criteria_set", assignment.CriteriaSet)
            .With("missing", string.Join(',', missing.Select(one => one.Criterion)));
        foreach (var (criterion, what) in missing)
        {
            refusal.Violating(criterion, what);
        }

        throw refusal;
    }

    static IEnumerable<(string Criterion, string What)> Missing(AssignmentSnapshot assignment)
    {
        if (IsBlank(assignment.ResponsiblePerson.DisplayName) && IsBlank(assignment.ResponsiblePerson.Role))
        {
            yield return ("person", "name the responsible person, or the role");
        }

        if (IsBlank(assignment.Content))
        {
            yield return ("work", "say what is to be done");
        }

        if (IsBlank(assignment.Responsibility))
        {
            yield return ("responsibility", "say what the lead unit and the person answer for");
        }

        // "Khẩn trương" and silence are no dates: a named person has to set one and sign for it.
        if (assignment.Deadline is { Kind: DeadlineKind.None or DeadlineKind.Immediate, Date: null })
        {
            yield return ("schedule", "the document gives no date; a named person has to set a working deadline");
        }

        if (IsBlank(assignment.ExpectedResult))
        {
            yield return ("result", "say what is to be handed in");
        }

        if (assignment.CriteriaSet == CriteriaSet.SixClear && IsBlank(assignment.Authority))
        {
            yield return ("authority", "say by which competence the unit acts");
        }
    }

    static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);
}
