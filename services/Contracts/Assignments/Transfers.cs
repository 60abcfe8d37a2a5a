namespace CanThoGov.Contracts.Assignments;

/// <summary>Why work is handed back or passed on.</summary>
public enum GroundKind { LegalBasis = 1, WrongCompetence, UnitDissolved, Duplicate, Other }

public enum TransferState { Requested = 1, Granted, Refused }

/// <summary>How a unit's time in the lead ended.</summary>
public enum HolderEnd { Returned = 1, Transferred, Completed, Cancelled, Succeeded }

/// <param name="Document">As it is cited; empty where the kind says enough.</param>
/// <param name="Article">Of the document: "Điều 14, khoản 2".</param>
public sealed record Ground(GroundKind Kind, string Document = "", string Article = "");

/// <summary>That the lead unit asked to have the work given to another unit, and what the assigner decided.</summary>
/// <param name="From">Id of the unit that asked.</param>
public sealed record Transfer(
    int Number, TransferState State, string From, Assignee To, Ground Ground, string Reason, DateTimeOffset RequestedAt, string RequestedBy,
    DateTimeOffset? DecidedAt = null, string DecidedBy = "", string DecisionNote = "");

/// <summary>A time in which one unit had the lead.</summary>
/// <param name="EndedAt">Null while it has it.</param>
/// <param name="Ground">Why it no longer has it, where a ground was given.</param>
/// <param name="ProgressPercent">How far it had come when it ended.</param>
public sealed record Holder(
    Assignee Lead, Person ResponsiblePerson, DateTimeOffset StartedAt, DateTimeOffset? EndedAt = null, HolderEnd? End = null,
    Ground? Ground = null, string Reason = "", int ProgressPercent = 0);
