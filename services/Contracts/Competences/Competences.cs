using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Contracts.Competences;

/// <summary>What a competence, an assignment or an obstacle is about; see <c>canthogov.city.v1.FieldOfWork</c>.</summary>
public enum FieldOfWork
{
    Unspecified, Bidding, Auction, Land, PublicAssets, Finance, Environment, Personnel, Delegation, LegalText, Premises, Software, SiteClearance,
    Procedures, Other,
}

public enum CompetenceLevel { Commune = 1, City, Centre }

/// <summary>How the holder came to a competence; see <c>canthogov.city.v1.Competence.Basis</c>.</summary>
public enum CompetenceBasis { Law = 1, Decentralisation, Devolution, Delegation }

public enum CompetenceFinding { Held = 1, Unknown, Outside }

/// <summary>What was found about the lead unit's competence when the work was issued.</summary>
/// <param name="CompetenceId">The one that was found.</param>
/// <param name="Reason">Why it was issued outside of the unit's competence.</param>
public sealed record CompetenceCheck(
    CompetenceFinding Finding, DateTimeOffset CheckedAt, string IssuedBy, Guid? CompetenceId = null, string Reason = "");

/// <summary>Who may decide what.</summary>
/// <param name="Unit">Id of the unit that holds it; empty for a body of the centre.</param>
/// <param name="Holder">The body of the centre, as printed.</param>
/// <param name="DelegatedFrom">The competence of the holder who delegated it.</param>
/// <param name="DocumentText">The document that says so, as printed.</param>
/// <param name="ValidTo">First date on which it no longer holds; null while no end is known.</param>
/// <param name="EndReason">Why it ended before its time.</param>
public sealed record CompetenceState(
    Guid Id, string Unit, Organ Organ, string Holder, FieldOfWork Field, string Power, CompetenceLevel Level, CompetenceBasis Basis,
    Guid? DelegatedFrom, Guid? DocumentId, string DocumentText, DateOnly ValidFrom, DateOnly? ValidTo, string EndReason);

/// <summary>Somebody may decide something. Published by the city.</summary>
public sealed record CompetenceRecorded(CompetenceState Competence, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"competences/{Competence.Id}";

    public IReadOnlyList<string> Units() => Competence.Unit.Length == 0 ? [] : [Competence.Unit];
}

/// <summary>A competence ends before its time. Published by the city.</summary>
public sealed record CompetenceEnded(CompetenceState Competence, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"competences/{Competence.Id}";

    public IReadOnlyList<string> Units() => Competence.Unit.Length == 0 ? [] : [Competence.Unit];
}
