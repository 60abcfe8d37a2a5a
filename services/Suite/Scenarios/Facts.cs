namespace CanThoGov.Suite.Scenarios;

/// <summary>What the documents say (<c>facts.json</c>). Null: they do not say it.</summary>
internal sealed record Facts(
    string Note,
    IReadOnlyList<BodyFact> Bodies,
    IReadOnlyList<DocumentFact> Documents,
    IReadOnlyList<ProvisionFact> Provisions,
    IReadOnlyList<AssignmentFact> Assignments);

/// <summary>A body of the city and the office, not the person, that answers for it.</summary>
internal sealed record BodyFact(string Unit, string HeadRole);

/// <param name="Reference">Number and symbol together: <c>36/CT-TTg</c>.</param>
/// <param name="Printed">The same as printed, where that is not it: <c>631 -CT/BCSD</c>.</param>
/// <param name="Cites">Ids of the documents that it names as its bases.</param>
internal sealed record DocumentFact(
    string Id, string? Reference, string? Number, string? Symbol, string Kind, string? IssueDate, string? Place, string? Issuer,
    string? Signer, string? SignerRole, string? Title, IReadOnlyList<string> Cites, IReadOnlyList<string> Recipients,
    string? Printed = null, string? AuthorityLine = null, string? ArchiveNote = null)
{
    /// <summary>As another document cites it.</summary>
    public string Citation => Reference is null ? Title ?? Id
        : $"{Kind} {Reference}{(IssueDate is null ? "" : $" ngày {DateOnly.ParseExact(IssueDate, "yyyy-MM-dd"):dd/MM/yyyy}")}"
          + (Issuer is null ? "" : $" của {Issuer}");
}

/// <param name="Summary">In our own words.</param>
internal sealed record ProvisionFact(string Id, string Document, string Section, int Item, bool GivesWork, string Summary);

internal sealed record AssignmentFact(
    string Id, string Document, string? Provision, string Title, string Content, AddresseeFact Lead,
    IReadOnlyList<AddresseeFact> Coordinators, string? PersonRole, string? Responsibility, string? ExpectedResult, DeadlineFact Deadline,
    string? Organ = null)
{
    public bool NeedsWorkingDeadline => Deadline.Kind is "NONE" or "IMMEDIATE";
}

/// <param name="Words">As the document names it.</param>
/// <param name="Unit">The unit that the words name; null for a group, whose members the overlay lists.</param>
internal sealed record AddresseeFact(string? Words, string? Unit);

internal sealed record DeadlineFact(string Kind, string? Words, string? Period);
