using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Officials;

/// <summary>Somebody who holds a post in a unit.</summary>
public sealed record Official
{
    public required Guid Id { get; init; }

    public required string DisplayName { get; init; }

    public bool Illustrative { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A post that an official holds for a time.</summary>
public sealed record Appointment
{
    public required Guid Id { get; init; }

    public required Guid OfficialId { get; init; }

    /// <summary>Of the official.</summary>
    public string DisplayName { get; init; } = "";

    public required string Unit { get; init; }

    public Organ Organ { get; init; }

    public required string Role { get; init; }

    public bool IsHead { get; init; }

    public required DateOnly ValidFrom { get; init; }

    /// <summary>First date on which it is held no longer; null while it is.</summary>
    public DateOnly? ValidTo { get; init; }

    public long Version { get; init; } = 1;

    public Person Person => new(DisplayName, Role);

    public bool HoldsOn(DateOnly date) => ValidFrom <= date && (ValidTo is null || date < ValidTo);

    public bool OverlapsWith(Appointment other) =>
        (other.ValidTo is null || ValidFrom < other.ValidTo) && (ValidTo is null || other.ValidFrom < ValidTo);
}

/// <summary>A unit, or one organ of it, got another head, or was left without one.</summary>
public sealed record Handover
{
    public required Guid Id { get; init; }

    public required string Unit { get; init; }

    public Organ Organ { get; init; }

    /// <summary>The appointment that ended; null if the register knew none.</summary>
    public Guid? FromId { get; init; }

    /// <summary>The appointment that began; null if nobody followed.</summary>
    public Guid? ToId { get; init; }

    public required DateOnly Date { get; init; }

    public string Note { get; init; } = "";

    public int AssignmentCount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }
}
