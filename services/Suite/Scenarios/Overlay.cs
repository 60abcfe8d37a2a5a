namespace CanThoGov.Suite.Scenarios;

/// <summary>What is invented around the facts (<c>overlay.json</c>); every object of the file says so of itself.</summary>
internal sealed record Overlay(
    bool Illustrative,
    string Note,
    IReadOnlyList<InventedUnit> Units,
    IReadOnlyList<InventedOfficial> Officials,
    ForeignUnits ForeignUnits,
    IReadOnlyList<InventedCampaign> Campaigns,
    IReadOnlyList<AssignmentOverlay> Assignments,
    IReadOnlyList<ScenarioDay> Days);

internal sealed record InventedUnit(string Id, string DisplayName, string Kind, string ValidFrom, bool Illustrative);

internal sealed record InventedOfficial(string Name, string Role, bool Illustrative);

/// <summary>Documents of a season; the window is ours.</summary>
internal sealed record InventedCampaign(string Title, string From, string To, IReadOnlyList<string> Documents, bool Illustrative);

/// <summary>Units whose own software calls <c>city.v1</c>: the Ward service does not serve them.</summary>
internal sealed record ForeignUnits(IReadOnlyList<string> Ids, string Why, bool Illustrative);

/// <param name="Office">The city office that assigns and judges.</param>
/// <param name="Members">Who leads, one assignment each: unit ids, <c>wards</c>, <c>invented</c>.</param>
internal sealed record AssignmentOverlay(
    string Id, string Office, IReadOnlyList<string> Members, bool Illustrative, string? Responsibility = null,
    string? ExpectedResult = null, string? WardHeadRole = null, WorkingDeadline? WorkingDeadline = null,
    IReadOnlyList<WorkItemTitle>? WorkItems = null);

internal sealed record WorkingDeadline(string Date, string SetByRole, string Reason, bool Illustrative);

internal sealed record WorkItemTitle(string Title, bool Illustrative);

/// <param name="At">Local time to which the clock moves first: <c>2026-01-16T08:00</c>.</param>
internal sealed record ScenarioDay(string At, string Title, IReadOnlyList<ScenarioAction> Actions, bool Illustrative)
{
    public DateTime LocalTime => DateTime.ParseExact(At, "yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}

/// <param name="Units">Whose copies of the assignment: ids, <c>wards</c>, <c>invented</c>, or a share of the wards, <c>wards:1/3</c>.</param>
/// <param name="Percent">Of progress; null: what the work items roll up to.</param>
/// <param name="Item">One work item, from 1; null: all.</param>
/// <param name="OnBehalfOf">A coordinating unit that acts instead of the lead.</param>
internal sealed record ScenarioAction(
    Deed Do, string Assignment, IReadOnlyList<string> Units, bool Illustrative, string Text = "", int? Percent = null, int? Item = null,
    string Date = "", bool Grant = false, string Field = "", string? OnBehalfOf = null)
{
    public bool IsOfUnits => Do is >= Deed.Acknowledge and <= Deed.RaiseObstacle;

    /// <summary>Something that may be held against a unit.</summary>
    public bool IsNegative => Do is Deed.Return or Deed.RequestExtension or Deed.RaiseObstacle
        or Deed.Reissue or Deed.SendBack or Deed.DecideExtension or Deed.AnswerObstacle;
}

/// <summary>What somebody does.</summary>
internal enum Deed
{
    // The city gives work.
    Issue,
    TryIssueWithoutDeadline,

    // A unit carries it out.
    Acknowledge,
    Allocate,
    Work,
    Report,
    Submit,
    Return,
    RequestExtension,
    RaiseObstacle,

    // The city decides.
    Accept,
    SendBack,
    Reissue,
    DecideExtension,
    AnswerObstacle,
}
