namespace CanThoGov.Contracts.Deadlines;

/// <summary>What all deadline events have in common. Published by monitoring, each exactly once per due-date revision.</summary>
public interface IDeadlineEvent : IEvent
{
    Guid AssignmentId { get; }

    string Title { get; }

    /// <summary>Id of the lead unit.</summary>
    string LeadUnit { get; }

    DateTimeOffset DueAt { get; }

    /// <summary>Of the due time; an extension begins a new one.</summary>
    int Revision { get; }

    /// <summary>Business time at which it was to fire.</summary>
    DateTimeOffset FireAt { get; }

    /// <summary>Business time at which it fired.</summary>
    DateTimeOffset OccurredAt { get; }

    bool Illustrative { get; }

    string IEvent.Subject() => $"deadlines/{AssignmentId}";

    IReadOnlyList<string> IEvent.Units() => [LeadUnit];
}

/// <summary>Three working days are left.</summary>
/// <param name="Version">Counts this assignment's deadline events.</param>
public sealed record DeadlineDueSoon(
    Guid AssignmentId, string Title, string LeadUnit, DateTimeOffset DueAt, int Revision, DateTimeOffset FireAt, DateTimeOffset OccurredAt,
    bool Illustrative, long Version) : IDeadlineEvent;

/// <summary>The due time passed without a result.</summary>
/// <param name="Version">Counts this assignment's deadline events.</param>
public sealed record DeadlineMissed(
    Guid AssignmentId, string Title, string LeadUnit, DateTimeOffset DueAt, int Revision, DateTimeOffset FireAt, DateTimeOffset OccurredAt,
    bool Illustrative, long Version) : IDeadlineEvent;

/// <summary>Three working days after the due time there is still no result: it goes to the city office.</summary>
/// <param name="Version">Counts this assignment's deadline events.</param>
public sealed record DeadlineEscalated(
    Guid AssignmentId, string Title, string LeadUnit, DateTimeOffset DueAt, int Revision, DateTimeOffset FireAt, DateTimeOffset OccurredAt,
    bool Illustrative, long Version) : IDeadlineEvent;
