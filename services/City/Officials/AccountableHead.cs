using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Officials;

/// <summary>
/// Who is accountable for an assignment as the head of its lead unit: stored with it at the issue, and handed over when the head changes.
/// No name that was ever there is lost.
/// </summary>
public static class AccountableHead
{
    /// <summary>
    /// The head whom the register knows counts, whoever the draft names: it may be older than the last change of heads, and cannot be
    /// edited. Whom it named stays beside it.
    /// </summary>
    /// <param name="head">Null if the register knows none.</param>
    public static AssignmentSnapshot AtIssue(AssignmentSnapshot assignment, Appointment? head, DateOnly on)
    {
        if (assignment.Accountabilities.Count > 0)
        {
            return AtHandover(assignment, head, on, "") ?? assignment;
        }

        var named = assignment.AccountableHead;
        if (head is null)
        {
            return named is { DisplayName: "", Role: "" }
                ? assignment
                : assignment with { Accountabilities = [new(named, OfficialId: null, on)] };
        }

        return assignment with
        {
            AccountableHead = head.Person,
            NamedHead = named.DisplayName.Length == 0 || IsSameName(named.DisplayName, head.DisplayName) ? null : named,
            Accountabilities = [new(head.Person, head.OfficialId, on)],
        };
    }

    /// <param name="head">The head from now on; null if there is none.</param>
    /// <param name="on">First day of the new state; an assignment that was issued later knew the one before for no day at all.</param>
    /// <returns>Null if that is who is accountable already.</returns>
    public static AssignmentSnapshot? AtHandover(AssignmentSnapshot assignment, Appointment? head, DateOnly on, string note)
    {
        var last = assignment.Accountabilities.LastOrDefault();
        var current = last is { To: null } ? last : null;
        if (head is null)
        {
            // Whom the register never knew, it cannot miss.
            return current?.OfficialId is null ? null : assignment with
            {
                AccountableHead = current.Head with { DisplayName = "" },
                Accountabilities = Ended(assignment, current, on, note),
            };
        }

        if (current is not null && current.OfficialId == head.OfficialId && current.Head == head.Person)
        {
            return null;
        }

        if (current is { OfficialId: null } && IsSameName(current.Head.DisplayName, head.DisplayName))
        {
            return assignment with
            {
                AccountableHead = head.Person,
                Accountabilities = [.. assignment.Accountabilities.SkipLast(1), current with { Head = head.Person, OfficialId = head.OfficialId }],
            };
        }

        var issued = assignment.IssuedAt is { } at ? LocalTime.DateOf(at) : on;
        var begins = Later(Later(on, issued), last?.To ?? last?.From ?? on);
        return assignment with
        {
            AccountableHead = head.Person,
            Accountabilities = [.. current is null ? assignment.Accountabilities : Ended(assignment, current, begins, note), new(head.Person, head.OfficialId, begins)],
        };
    }

    /// <summary>Another unit leads from now on, with a head of its own.</summary>
    /// <param name="head">Null if the register knows none; then the one counts who was named.</param>
    public static AssignmentSnapshot AtNewLead(AssignmentSnapshot assignment, Appointment? head, Person named, DateOnly on)
    {
        var ended = assignment.Accountabilities is [.., { To: null } current] ? Ended(assignment, current, on, "") : assignment.Accountabilities;
        var person = head?.Person ?? named;
        return assignment with
        {
            AccountableHead = person,
            NamedHead = null,
            Accountabilities = person is { DisplayName: "", Role: "" } ? ended : [.. ended, new(person, head?.OfficialId, on)],
        };
    }

    static IReadOnlyList<Accountability> Ended(AssignmentSnapshot assignment, Accountability current, DateOnly on, string note) =>
        [.. assignment.Accountabilities.SkipLast(1), current with { To = Later(on, current.From), HandoverNote = note }];

    static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    static bool IsSameName(string one, string other) => string.Equals(Folded(one), Folded(other), StringComparison.OrdinalIgnoreCase);

    static string Folded(string name) => string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
