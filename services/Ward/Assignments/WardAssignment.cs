using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Ward.Assignments;

/// <summary>A unit's own copy of an assignment, as it is read.</summary>
public sealed record WardAssignment
{
    public required string Unit { get; init; }

    public required Guid AssignmentId { get; init; }

    public required bool Leads { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long Version { get; init; }

    public required string Snapshot { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int WorkItemCount { get; init; }

    /// <summary>Of the work items, each with the same weight, rounded down: 100 only when all are done.</summary>
    public required int WorkProgressPercent { get; init; }

    public required int PendingCallCount { get; init; }

    public AssignmentName Name => new(Unit, AssignmentId);

    public AssignmentSnapshot Assignment => field ??= JsonSerializer.Deserialize<AssignmentSnapshot>(Snapshot, ContractJson.Options)!;
}

public enum DeadlineNoticeKind { DueSoon = 1, Missed, Escalated }

/// <summary>What monitoring announced about a deadline of the unit.</summary>
public sealed record DeadlineNotice
{
    public required string Unit { get; init; }

    public required Guid AssignmentId { get; init; }

    public required DeadlineNoticeKind Kind { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }
}
