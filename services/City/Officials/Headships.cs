using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Officials;

/// <summary>The heads of one unit and of its organs through time.</summary>
public sealed class Headships(IEnumerable<Appointment> heads)
{
    readonly List<Appointment> _heads = [.. heads];

    /// <summary>
    /// Who answers for what is given to the organ: its own head, or else the head of the unit as a whole. What is given to the unit as a
    /// whole falls to nobody's organ.
    /// </summary>
    public Appointment? On(DateOnly date, Organ organ) => Of(date, organ) ?? Of(date, Organ.Unspecified);

    /// <summary>Enters a headship. Who is the head of the same until then, and has no successor yet, ends where it begins.</summary>
    /// <returns>The one that ends; null if none does.</returns>
    /// <exception cref="DomainException">HEADSHIP_OVERLAPS.</exception>
    public Appointment? Appoint(Appointment next)
    {
        var overlapping = _heads.Where(head => head.Organ == next.Organ && head.OverlapsWith(next)).ToArray();
        var ended = overlapping switch
        {
            [] => null,
            [{ ValidTo: null } current] when next.ValidTo is null && current.ValidFrom < next.ValidFrom => End(current, next.ValidFrom),
            _ => throw DomainException.Precondition("HEADSHIP_OVERLAPS",
                $"{overlapping[0].DisplayName} is the head from {overlapping[0].ValidFrom:yyyy-MM-dd}; there is one at a time.")
                .With("head", $"officials/{overlapping[0].OfficialId}").With("valid_from", overlapping[0].ValidFrom),
        };
        _heads.Add(next);
        return ended;
    }

    /// <returns>The appointment with its end.</returns>
    public Appointment End(Appointment head, DateOnly date)
    {
        var ended = head with { ValidTo = date, Version = head.Version + 1 };
        _heads[_heads.FindIndex(one => one.Id == head.Id)] = ended;
        return ended;
    }

    Appointment? Of(DateOnly date, Organ organ) => _heads.FirstOrDefault(head => head.Organ == organ && head.HoldsOn(date));
}
