using CanThoGov.Contracts.Registers;

namespace CanThoGov.City.Documents;

/// <summary>That one document implements, amends or cites another one.</summary>
public sealed record DocumentRelation
{
    public required Guid Id { get; init; }

    public required Guid DocumentId { get; init; }

    public required DocumentRelationKind Kind { get; init; }

    /// <summary>Null if it is not registered.</summary>
    public Guid? TargetId { get; init; }

    /// <summary>As the first one calls it; may be empty if the target is registered.</summary>
    public string PrintedTarget { get; init; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>A document may cite one that cites it, as issued on the same day, but carries out or changes only what was there before.</summary>
    public bool Descends => Kind is DocumentRelationKind.Implements or DocumentRelationKind.Amends;

    public DocumentRelated Related() => new(Id, DocumentId, Kind, TargetId, PrintedTarget, CreatedAt, Version: 1);

    public DocumentRelationRemoved Removed(DateTimeOffset at) => new(Id, DocumentId, at, Version: 2);
}
