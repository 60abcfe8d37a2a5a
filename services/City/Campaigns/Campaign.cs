using CanThoGov.Contracts.Registers;

namespace CanThoGov.City.Campaigns;

/// <summary>Urgent work of a season under one name, with the time in which it is done.</summary>
public sealed record Campaign
{
    public required Guid Id { get; init; }

    public required string Title { get; init; }

    public required DateOnly FromDate { get; init; }

    /// <summary>The last day.</summary>
    public required DateOnly ToDate { get; init; }

    public string Note { get; init; } = "";

    public bool Illustrative { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    public CampaignChanged Changed(DateTimeOffset at) => new(Id, Title, FromDate, ToDate, Note, Illustrative, at, Version);
}

/// <summary>What is in a campaign: a document or an assignment, never both.</summary>
public sealed record CampaignItem
{
    public Guid? DocumentId { get; init; }

    public Guid? AssignmentId { get; init; }

    public string Title { get; init; } = "";
}
