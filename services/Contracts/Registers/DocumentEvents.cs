namespace CanThoGov.Contracts.Registers;

/// <summary>Khẩn, thượng khẩn, hỏa tốc.</summary>
public enum Urgency { Unspecified, Urgent, VeryUrgent, MostUrgent }

/// <summary>Mật, tối mật, tuyệt mật.</summary>
public enum Secrecy { Unspecified, Confidential, Secret, TopSecret }

/// <summary>What a document does with another one.</summary>
public enum DocumentRelationKind { Implements = 1, Amends, Cites }

/// <summary>A document implements, amends or cites another one. Published by the city.</summary>
/// <param name="TargetId">Null if the other one is not registered.</param>
/// <param name="PrintedTarget">What the first one calls the other, as printed; may be empty if that is registered.</param>
/// <param name="Version">Of the relation.</param>
public sealed record DocumentRelated(
    Guid Id, Guid DocumentId, DocumentRelationKind Kind, Guid? TargetId, string PrintedTarget, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"documents/{DocumentId}/relations/{Id}";

    public IReadOnlyList<string> Units() => [];
}

/// <summary>A relation was registered by mistake and is taken back. Published by the city.</summary>
/// <param name="Version">Of the relation.</param>
public sealed record DocumentRelationRemoved(Guid Id, Guid DocumentId, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"documents/{DocumentId}/relations/{Id}";

    public IReadOnlyList<string> Units() => [];
}

/// <summary>A campaign was opened, or its title, window or note changed. Published by the city.</summary>
/// <param name="To">Last day of the window.</param>
public sealed record CampaignChanged(
    Guid Id, string Title, DateOnly From, DateOnly To, string Note, bool Illustrative, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"campaigns/{Id}";

    public IReadOnlyList<string> Units() => [];
}

/// <summary>A document or an assignment was grouped under a campaign, or taken out. Published by the city.</summary>
/// <param name="DocumentId">Null for an assignment.</param>
/// <param name="AssignmentId">Null for a document.</param>
/// <param name="Version">Of the campaign, which changes with it.</param>
public sealed record CampaignItemChanged(
    Guid CampaignId, Guid? DocumentId, Guid? AssignmentId, bool Belongs, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"campaigns/{CampaignId}";

    public IReadOnlyList<string> Units() => [];
}
