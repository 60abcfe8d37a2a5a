using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Contracts.Programmes;

/// <summary>See <c>canthogov.ward.v1.Programme.State</c>.</summary>
public enum ProgrammeState { Draft = 1, Adopted }

/// <summary>One thing that a unit undertakes.</summary>
/// <param name="Number">Within the programme, from 1.</param>
/// <param name="CityTarget">Which target of the city it serves, in the document's words; may be empty where there is an assignment.</param>
/// <param name="LocalTarget">What of it is the unit's own part: "giảm 15% hộ nghèo".</param>
public sealed record ProgrammeItem(
    int Number, string Content, Person Lead, DateOnly? DueDate, string CityTarget, Guid? AssignmentId, string LocalTarget);

/// <summary>By whom and with which document a programme, or its amendment, was adopted.</summary>
/// <param name="Number">Of the document: "05-CTr/ĐU".</param>
/// <param name="Reason">Of an amendment; empty for the first adoption.</param>
public sealed record Adoption(DateOnly Date, string AdoptedBy, string Number, string Reason = "");

/// <summary>The whole state of a unit's action programme after an event.</summary>
/// <param name="DocumentId">The resolution that it makes concrete.</param>
/// <param name="AssignmentId">By which the unit was asked for it; null if by none.</param>
/// <param name="Adoption">Of the edition in force; null for a draft.</param>
/// <param name="Edition">1 when it is adopted, and one more with each amendment; 0 for a draft.</param>
public sealed record ProgrammeSnapshot(
    Guid Id, string Unit, Organ Organ, Guid DocumentId, Guid? AssignmentId, string Title, ProgrammeState State, IReadOnlyList<ProgrammeItem> Items,
    Adoption? Adoption, int Edition, bool Illustrative, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Its resource name in the ward service.</summary>
    public string Name() => $"units/{Unit}/programmes/{Id}";
}

/// <summary>Something happened to a unit's action programme; carries all of it.</summary>
public interface IProgrammeEvent : IEvent
{
    ProgrammeSnapshot Programme { get; }
}

/// <summary>A unit began to draft its programme, or changed the draft. Published by the ward service.</summary>
public sealed record ProgrammeDrafted(ProgrammeSnapshot Programme, DateTimeOffset OccurredAt, long Version) : IProgrammeEvent
{
    public string Subject() => Programme.Name();

    public IReadOnlyList<string> Units() => [Programme.Unit];
}

/// <summary>A unit adopted its programme. Published by the ward service.</summary>
public sealed record ProgrammeAdopted(ProgrammeSnapshot Programme, DateTimeOffset OccurredAt, long Version) : IProgrammeEvent
{
    public string Subject() => Programme.Name();

    public IReadOnlyList<string> Units() => [Programme.Unit];
}

/// <summary>A unit adopted another edition of its programme. Published by the ward service.</summary>
public sealed record ProgrammeAmended(ProgrammeSnapshot Programme, DateTimeOffset OccurredAt, long Version) : IProgrammeEvent
{
    public string Subject() => Programme.Name();

    public IReadOnlyList<string> Units() => [Programme.Unit];
}

/// <summary>A supervisor checked a unit's programme, or that it has none. Published by monitoring.</summary>
/// <param name="CheckedBy">Who checked, by name or role.</param>
/// <param name="Version">Always 1: a finding is never changed.</param>
public sealed record ProgrammeReviewed(
    Guid Id, string Unit, Guid DocumentId, Person CheckedBy, DateOnly CheckDate, string Finding, bool Satisfactory, string RecordedBy,
    DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"programmeReviews/{Id}";

    public IReadOnlyList<string> Units() => [Unit];
}
