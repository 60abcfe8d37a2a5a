using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Contracts.Registers;

/// <summary>
/// A unit, or one organ of it, has another head, or none for the time being. Published by the city; what follows for the open assignments of
/// the unit is told by events of theirs.
/// </summary>
/// <param name="Id">Of the handover.</param>
/// <param name="FromOfficialId">Null if the register knew no head before.</param>
/// <param name="ToOfficialId">Null if there is none.</param>
/// <param name="Date">First date of the new one; first date without one.</param>
/// <param name="Note">What was said about it.</param>
/// <param name="Version">Always 1: a handover does not change.</param>
public sealed record HeadChanged(
    Guid Id, string Unit, Organ Organ, Guid? FromOfficialId, Person? From, Guid? ToOfficialId, Person? To, DateOnly Date, string Note,
    DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"units/{Unit}/handovers/{Id}";

    public IReadOnlyList<string> Units() => [Unit];
}

/// <summary>What a leader is in charge of.</summary>
public enum PortfolioKind { Agency = 1, Field, Area }

/// <summary>A leader was put in charge of an agency, a field or an area, or is so no longer. Published by the city.</summary>
/// <param name="Name">Of the field or the area; empty for an agency.</param>
/// <param name="UnitIds">The agency, or the units of the area; empty for a field.</param>
/// <param name="To">First date on which it is so no longer; null while that is open.</param>
public sealed record PortfolioChanged(
    Guid Id, Guid OfficialId, PortfolioKind Kind, string Name, IReadOnlyList<string> UnitIds, DateOnly From, DateOnly? To,
    DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"portfolios/{Id}";

    public IReadOnlyList<string> Units() => Concerned.Of(UnitIds);
}
