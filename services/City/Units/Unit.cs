using CanThoGov.Contracts.Registers;

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

    public bool Illustrative { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    public bool ExistsOn(DateOnly date) => ValidFrom <= date && (ValidTo is null || date < ValidTo);

    public UnitRegistered Registered() => new(
        Id, DisplayName, Kind, StatisticalCode, FormerProvince, ValidFrom, ValidTo, Illustrative, CreatedAt, Version);
}
