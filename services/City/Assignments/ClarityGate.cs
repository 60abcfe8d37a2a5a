using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Assignments;

/// <summary>
/// Nothing is issued before it is clear who does what, in whose responsibility, by when, and with which result; by the criteria set that
/// the assignment names, in the version that is in force.
/// </summary>
public static class ClarityGate
{
    /// <returns>The assignment, which now says by which version it was checked.</returns>
    /// <exception cref="DomainException">NOT_CLEAR with every missing criterion at once.</exception>
    public static AssignmentSnapshot Check(AssignmentSnapshot assignment)
    {
        var criteria = Criteria.InForce(assignment.CriteriaSet);
        var missing = criteria.Names.Select(name => (Criterion: name, What: WhatIsMissing(name, assignment))).Where(one => one.What is not null).ToArray();
        if (missing.Length == 0)
        {
            return assignment with { CriteriaVersion = criteria.Version };
        }

        var refusal = DomainException.Precondition("NOT_CLEAR",
            $"The assignment cannot be issued: {string.Join("; ", missing.Select(one => $"{one.Criterion}: {one.What}"))}.")
            .With("criteria_set", criteria.Set)
            .With("criteria_set_version", criteria.Version)
            .With("missing", string.Join(',', missing.Select(one => one.Criterion)));
        foreach (var (criterion, what) in missing)
        {
            refusal.Violating(criterion, what!);
        }

        throw refusal;
    }

    /// <returns>Null if it is clear.</returns>
    static string? WhatIsMissing(string criterion, AssignmentSnapshot assignment) => criterion switch
    {
        "person" => IsBlank(assignment.ResponsiblePerson.DisplayName) && IsBlank(assignment.ResponsiblePerson.Role)
            ? "name the responsible person, or the role" : null,
        "work" => IsBlank(assignment.Content) ? "say what is to be done" : null,
        "responsibility" => IsBlank(assignment.Responsibility) ? "say what the lead unit and the person answer for" : null,
        // "Khẩn trương" and silence are no dates: a named person has to set one and sign for it.
        "schedule" => assignment.Deadline is { Kind: DeadlineKind.None or DeadlineKind.Immediate, Date: null }
            ? "the document gives no date; a named person has to set a working deadline" : null,
        "result" => IsBlank(assignment.ExpectedResult) ? "say what is to be handed in" : null,
        "authority" => IsBlank(assignment.Authority) ? "say by which competence the unit acts" : null,
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "Nobody knows how to check this."),
    };

    static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);
}
