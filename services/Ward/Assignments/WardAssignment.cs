using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;

namespace CanThoGov.Ward.Assignments;

/// <summary>A unit's own copy of an assignment, as it is read.</summary>
public sealed record WardAssignment
{
    public required string Unit { get; init; }

    public required Guid AssignmentId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long Version { get; init; }

    public required string Snapshot { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int WorkItemCount { get; init; }

    public required int OpenWorkItemCount { get; init; }

    public required int WorkWeight { get; init; }

    /// <summary>Of the work items by their weights, rounded down: 100 only when all are done.</summary>
    public required int WorkProgressPercent { get; init; }

    public required int PendingCallCount { get; init; }

    public AssignmentName Name => new(Unit, AssignmentId);

    public bool Leads => Assignment.Lead.Unit == Unit;

    public AssignmentSnapshot Assignment => field ??= JsonSerializer.Deserialize<AssignmentSnapshot>(Snapshot, ContractJson.Options)!;
}

/// <summary>What a coordinating unit answered.</summary>
public sealed record Contributed(Guid AssignmentId, string Unit, string Text);

public enum DeadlineNoticeKind { DueSoon = 1, Missed, Escalated, Reminder }

/// <summary>What monitoring said about a deadline of the unit.</summary>
public sealed record DeadlineNotice
{
    public required string Unit { get; init; }

    public required Guid AssignmentId { get; init; }

    /// <summary>Counts what monitoring said about the assignment.</summary>
    public required long Number { get; init; }

    public required DeadlineNoticeKind Kind { get; init; }

    /// <summary>The due time it is about; null for what an officer wrote.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string Text { get; init; }

    public static DeadlineNotice Of(IDeadlineEvent e) => new()
    {
        Unit = e.LeadUnit,
        AssignmentId = e.AssignmentId,
        Number = e.Version,
        Kind = e switch
        {
            DeadlineDueSoon => DeadlineNoticeKind.DueSoon,
            DeadlineMissed => DeadlineNoticeKind.Missed,
            _ => DeadlineNoticeKind.Escalated,
        },
        DueAt = e.DueAt,
        OccurredAt = e.OccurredAt,
        Text = e.Text,
    };

    public static DeadlineNotice Of(ReminderIssued e) => new()
    {
        Unit = e.LeadUnit,
        AssignmentId = e.AssignmentId,
        Number = e.Version,
        Kind = DeadlineNoticeKind.Reminder,
        OccurredAt = e.OccurredAt,
        Text = e.Text,
    };
}
