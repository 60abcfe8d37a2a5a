using CanThoGov.Contracts.Competences;

namespace CanThoGov.Contracts.Assignments;

/// <summary>Lifecycle of an assignment; see <c>canthogov.city.v1.Assignment.State</c>.</summary>
public enum AssignmentState { Draft = 1, Issued, Acknowledged, InProgress, Submitted, Rework, Completed, Returned, Suspended, Cancelled }

/// <summary>One of the two trees over the same place; <see cref="Unspecified"/> is the unit as a whole.</summary>
public enum Organ { Unspecified, PartyCommittee, PeoplesCommittee }

/// <summary>The named, versioned set of things that must be clear before an assignment can be issued.</summary>
public enum CriteriaSet { FiveClear = 1, SixClear }

/// <summary>How the document fixes the time; see <c>canthogov.city.v1.Deadline.Kind</c>.</summary>
public enum DeadlineKind { None = 1, FixedDate, WorkingDays, Period, Standing, Periodic, OnRequest, Conditional, Immediate, CalendarDays }

/// <summary>How often a periodic duty comes round; see <c>canthogov.city.v1.Deadline.Recurrence</c>.</summary>
public enum Recurrence { Unspecified, Monthly, Quarterly, HalfYearly, Yearly }

public enum ExtensionState { Requested = 1, Granted, Refused }

public enum SubmissionState { Pending = 1, Accepted, SentBack }

/// <summary>Unit id, or one organ of the unit.</summary>
public sealed record Assignee(string Unit, Organ Organ);

/// <summary>Somebody by name, by role, or both.</summary>
public sealed record Person(string DisplayName, string Role);

/// <param name="Date">Of a fixed date, or the working deadline once it is set.</param>
/// <param name="Period"><c>2026-Q1</c>.</param>
/// <param name="SetBy">Who set the working deadline; null if the document gives the time.</param>
/// <param name="DueAt">The due time in force. Null before the issue and where there is no date.</param>
/// <param name="OriginalDueAt">The first due time; nothing ever changes it.</param>
/// <param name="DueSoonAt">From when on it counts as due soon.</param>
/// <param name="Revision">Grows by one with each change of the due time.</param>
/// <param name="StartedAt">The first issue: from here it is reckoned.</param>
/// <param name="RevisedAt">When the due time in force came about: what lies before it in the ladder could not be heeded.</param>
/// <param name="JudgedDueAt">
/// The due time by which it is judged, where that is not the one in force: the one that had passed when more time was asked for.
/// </param>
/// <param name="Calendar">Number of the working-day calendar by which it was reckoned; 0 for none yet.</param>
/// <param name="RecurrenceDay">Of the last month of each period; 0 for its last day.</param>
public sealed record Deadline(
    DeadlineKind Kind, string Words = "", DateOnly? Date = null, int WorkingDays = 0, string Period = "",
    Person? SetBy = null, string SetReason = "",
    DateTimeOffset? DueAt = null, DateTimeOffset? OriginalDueAt = null, DateTimeOffset? DueSoonAt = null, int Revision = 0,
    DateTimeOffset? StartedAt = null, DateTimeOffset? RevisedAt = null, DateTimeOffset? JudgedDueAt = null, long Calendar = 0,
    int CalendarDays = 0, Recurrence Recurrence = Recurrence.Unspecified, int RecurrenceDay = 0);

/// <summary>Which occurrence of a periodic or on-request duty an assignment is; its parent is the duty.</summary>
/// <param name="Period"><c>2026-03</c>, <c>2026-Q1</c>, <c>2026-H1</c> or <c>2026</c>; empty if it was asked for.</param>
/// <param name="Requester">Who asked for it; null for the one of a period.</param>
/// <param name="Reason">What it was asked for.</param>
public sealed record Occurrence(string Period = "", Person? Requester = null, DateTimeOffset? RequestedAt = null, string Reason = "");

/// <summary>A time in which the clock stood still, because an accepted obstacle waited for somebody else.</summary>
/// <param name="WaitsFor">For whom, by name or by unit.</param>
/// <param name="EndedAt">Null while it stands still.</param>
public sealed record Pause(
    int Number, int ObstacleNumber, string WaitsFor, string Reason, DateTimeOffset StartedAt, string StartedBy,
    DateTimeOffset? EndedAt = null, string EndedBy = "");

public sealed record Extension(
    int Number, ExtensionState State, string Reason, DateOnly ProposedDate, DateTimeOffset RequestedAt, string RequestedBy, bool AskedLate,
    DateTimeOffset? DecidedAt = null, string DecidedBy = "", string DecisionNote = "");

/// <param name="ReceivedAt">When the city received it: by this the timeliness is judged.</param>
/// <param name="ClaimedAt">When the unit says that it handed it in; recorded beside.</param>
public sealed record Submission(
    int Number, SubmissionState State, string Result, DateTimeOffset ReceivedAt, DateTimeOffset? ClaimedAt, string SubmittedBy,
    DateTimeOffset? JudgedAt = null, string JudgedBy = "", string JudgementNote = "")
{
    /// <summary>Ids of the assignment's attachments that prove the result: <c>assignments/{assignment}/attachments/{id}</c> at the city.</summary>
    public IReadOnlyList<Guid> Attachments { get; init; } = [];
}

public sealed record Return(string Reason, DateTimeOffset ReturnedAt, string ReturnedBy, Ground? Ground = null);

/// <summary>Who was accountable for the work as the head of the lead unit, and for how long.</summary>
/// <param name="OfficialId">Null for somebody whom the register does not know.</param>
/// <param name="To">First date on which it is no longer this one; null while it is.</param>
/// <param name="HandoverNote">What was said when the next one took over, or nobody did.</param>
public sealed record Accountability(Person Head, Guid? OfficialId, DateOnly From, DateOnly? To = null, string HandoverNote = "");

/// <summary>The whole state of an assignment after an event, so that a consumer that missed the one before loses nothing.</summary>
/// <param name="ResumesIn">While suspended: the state in which it goes on.</param>
public sealed record AssignmentSnapshot(
    Guid Id, AssignmentState State, string Title, string Content, Guid DocumentId, Guid? ProvisionId, Guid? ParentId,
    Assignee Lead, IReadOnlyList<Coordinator> Coordinators, Person ResponsiblePerson, string Responsibility, string ExpectedResult,
    string Authority, CriteriaSet CriteriaSet, Deadline Deadline, Person AccountableHead, bool Illustrative, int ProgressPercent,
    IReadOnlyList<Extension> Extensions, IReadOnlyList<Obstacle> Obstacles, IReadOnlyList<Submission> Submissions,
    IReadOnlyList<Return> Returns, DateTimeOffset CreatedAt, DateTimeOffset? IssuedAt, DateTimeOffset? CompletedAt,
    DateTimeOffset? SuspendedAt = null, AssignmentState? ResumesIn = null)
{
    /// <summary>Id of the unit of the city that gives the work and decides about it.</summary>
    public string Assigner { get; init; } = "";

    /// <summary>Ids of the units that the assigner empowers to decide about more time.</summary>
    public IReadOnlyList<string> ExtensionDeciders { get; init; } = [];

    /// <summary>The heads who were accountable since the issue, oldest first; only the last may be without an end.</summary>
    public IReadOnlyList<Accountability> Accountabilities { get; init; } = [];

    /// <summary>Whom the draft named as the head, where the register knew another one at the issue; null where they agreed.</summary>
    public Person? NamedHead { get; init; }

    /// <summary>Lĩnh vực: by it the leader in charge is found where none is in charge of the lead unit; may be empty.</summary>
    public string PortfolioField { get; init; } = "";

    /// <summary>Oldest first; only the last may be without an end.</summary>
    public IReadOnlyList<Pause> Pauses { get; init; } = [];

    /// <summary>Oldest first; only the last may wait for a decision.</summary>
    public IReadOnlyList<Transfer> Transfers { get; init; } = [];

    /// <summary>The units that have had the lead since the first issue, oldest first; only the last may be without an end.</summary>
    public IReadOnlyList<Holder> Holders { get; init; } = [];

    /// <summary>The version of the criteria set by which it was checked when it was last issued; 0 before.</summary>
    public int CriteriaVersion { get; init; }

    /// <summary>Of the batch by which many units got the same work; null for none.</summary>
    public Guid? BatchId { get; init; }

    /// <summary>Null unless it is one occurrence of the duty that is its parent.</summary>
    public Occurrence? Occurrence { get; init; }

    /// <summary>What the work is about; by it the lead unit's competence is checked.</summary>
    public FieldOfWork Field { get; init; }

    /// <summary>Of the last issue; null before it, or without a field.</summary>
    public CompetenceCheck? CompetenceCheck { get; init; }

    /// <returns>The pause in which the clock stands still now; null while it runs.</returns>
    public Pause? OpenPause() => Pauses is [.., { EndedAt: null } open] ? open : null;

    /// <summary>Ids of the lead unit and the coordinating units, each once.</summary>
    public IReadOnlyList<string> UnitIds() =>
        Concerned.Of([Lead.Unit, .. Coordinators.Select(coordinator => coordinator.Assignee.Unit)]);
}
