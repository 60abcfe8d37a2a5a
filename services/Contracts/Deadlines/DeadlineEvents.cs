namespace CanThoGov.Contracts.Deadlines;

/// <summary>Who is told when a rung is reached; numbered as in <c>canthogov.monitoring.v1.Rung.Recipient</c>.</summary>
public enum Recipient { ResponsiblePerson = 1, HeadOfUnit, PortfolioLeader, CityOffice }

/// <summary>What all rungs of a deadline's ladder have in common. Published by monitoring, each exactly once per due-date revision.</summary>
public interface IDeadlineEvent : IEvent
{
    Guid AssignmentId { get; }

    string Title { get; }

    /// <summary>Id of the lead unit.</summary>
    string LeadUnit { get; }

    DateTimeOffset DueAt { get; }

    /// <summary>Of the due time; a moved one begins a new ladder.</summary>
    int Revision { get; }

    /// <summary>Working days from the due time: -3 for three before it, 0 at it, 3 for three after it.</summary>
    int Rung { get; }

    IReadOnlyList<Recipient> Told { get; }

    /// <summary>What is said to them, in Vietnamese.</summary>
    string Text { get; }

    /// <summary>Business time at which it was to fire.</summary>
    DateTimeOffset FireAt { get; }

    /// <summary>Business time at which it fired.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>True if it fired after its time, because the system was off then.</summary>
    bool Late { get; }

    bool Illustrative { get; }

    string IEvent.Subject() => $"deadlines/{AssignmentId}";

    IReadOnlyList<string> IEvent.Units() => [LeadUnit];
}

/// <summary>The due time comes near; <see cref="Rung"/> is negative.</summary>
/// <param name="Version">Counts what monitoring published about this assignment.</param>
public sealed record DeadlineDueSoon(
    Guid AssignmentId, string Title, string LeadUnit, DateTimeOffset DueAt, int Revision, int Rung, IReadOnlyList<Recipient> Told,
    string Text, DateTimeOffset FireAt, DateTimeOffset OccurredAt, bool Late, bool Illustrative, long Version) : IDeadlineEvent;

/// <summary>The due time passed without a result; <see cref="Rung"/> is 0.</summary>
/// <param name="Version">Counts what monitoring published about this assignment.</param>
public sealed record DeadlineMissed(
    Guid AssignmentId, string Title, string LeadUnit, DateTimeOffset DueAt, int Revision, int Rung, IReadOnlyList<Recipient> Told,
    string Text, DateTimeOffset FireAt, DateTimeOffset OccurredAt, bool Late, bool Illustrative, long Version) : IDeadlineEvent;

/// <summary>Some working days after the due time there is still no result; <see cref="Rung"/> is positive.</summary>
/// <param name="Version">Counts what monitoring published about this assignment.</param>
public sealed record DeadlineEscalated(
    Guid AssignmentId, string Title, string LeadUnit, DateTimeOffset DueAt, int Revision, int Rung, IReadOnlyList<Recipient> Told,
    string Text, DateTimeOffset FireAt, DateTimeOffset OccurredAt, bool Late, bool Illustrative, long Version) : IDeadlineEvent;

/// <summary>An officer urged the unit on (đôn đốc), beside the ladder.</summary>
/// <param name="IssuedBy">The <c>sub</c> of the officer.</param>
/// <param name="Version">Counts what monitoring published about this assignment: also the number of the reminder.</param>
public sealed record ReminderIssued(
    Guid AssignmentId, string Title, string LeadUnit, string Text, IReadOnlyList<Recipient> Told, string IssuedBy,
    DateTimeOffset OccurredAt, bool Illustrative, long Version) : IEvent
{
    public string Subject() => $"deadlines/{AssignmentId}";

    public IReadOnlyList<string> Units() => [LeadUnit];
}
