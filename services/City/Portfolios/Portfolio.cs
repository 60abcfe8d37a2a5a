using System.Text;
using CanThoGov.Contracts.Registers;

namespace CanThoGov.City.Portfolios;

/// <summary>What a leader is in charge of for a time: one agency, field or area.</summary>
public sealed record Portfolio
{
    public required Guid Id { get; init; }

    public required Guid OfficialId { get; init; }

    /// <summary>Of the official.</summary>
    public string DisplayName { get; init; } = "";

    public required PortfolioKind Kind { get; init; }

    /// <summary>Of the field or the area; empty for an agency.</summary>
    public string Title { get; init; } = "";

    /// <summary>The agency, or the units of the area; empty for a field.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    public required DateOnly ValidFrom { get; init; }

    /// <summary>First date on which it is so no longer; null while that is open.</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>By which it was decided.</summary>
    public Guid? DocumentId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>By which a field is known again, however it is spaced or capitalised.</summary>
    public static string Fold(string title) =>
        string.Join(' ', title.Normalize(NormalizationForm.FormC).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    public PortfolioChanged Changed(DateTimeOffset at) =>
        new(Id, OfficialId, Kind, Title, Units, ValidFrom, ValidTo, at, Version);
}
