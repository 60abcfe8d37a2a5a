using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Units;

/// <summary>A ward, a commune, or a body of the city that gives or receives work. Its id never changes and is never given again.</summary>
public sealed record Unit
{
    public required string Id { get; init; }

    public required string DisplayName { get; init; }

    public required UnitKind Kind { get; init; }

    /// <summary>Five digits; empty where there is none. An attribute, not the identity: codes are given again.</summary>
    public string StatisticalCode { get; init; } = "";

    public string FormerProvince { get; init; } = "";

    public required DateOnly ValidFrom { get; init; }

    /// <summary>First date on which it no longer exists; null while it does.</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>Id of the unit that goes on with its work; null while it exists.</summary>
    public string? Successor { get; init; }

    /// <summary>The decision, as printed; empty while it exists.</summary>
    public string DissolvedBy { get; init; } = "";

    public bool Illustrative { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    public bool ExistsOn(DateOnly date) => ValidFrom <= date && (ValidTo is null || date < ValidTo);

    /// <summary>It exists no longer from today on.</summary>
    public (Unit Unit, UnitDissolved Event) Dissolve(Unit successor, string decision, DateOnly today, DateTimeOffset now)
    {
        foreach (var unit in new[] { this, successor })
        {
            if (!unit.ExistsOn(today))
            {
                throw DomainException.Precondition("UNIT_NOT_IN_FORCE", $"The unit {unit.Id} does not exist on {today:yyyy-MM-dd}.").With("unit", unit.Id);
            }
        }

        var dissolved = this with { ValidTo = today, Successor = successor.Id, DissolvedBy = decision, Version = Version + 1 };
        return (dissolved, new(Id, DisplayName, Kind, ValidFrom, today, successor.Id, decision, Illustrative, now, dissolved.Version));
    }

    public UnitRegistered Registered() => new(
        Id, DisplayName, Kind, StatisticalCode, FormerProvince, ValidFrom, ValidTo, Illustrative, CreatedAt, Version);
}
