namespace CanThoGov.Contracts.WorkItems;

/// <summary>The whole state of a work item after an event.</summary>
public sealed record WorkItemSnapshot(
    Guid Id, string Unit, Guid AssignmentId, string Title, string Official, string OfficialRole, DateOnly? DueDate, int ProgressPercent,
    string Note, bool Illustrative);

/// <summary>A unit gave a part of an assignment to a named official. Published by the ward service.</summary>
public sealed record WorkItemAllocated(WorkItemSnapshot WorkItem, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"units/{WorkItem.Unit}/assignments/{WorkItem.AssignmentId}/workItems/{WorkItem.Id}";

    public IReadOnlyList<string> Units() => [WorkItem.Unit];
}

/// <summary>The official said how far the work is. Published by the ward service.</summary>
public sealed record WorkItemReported(WorkItemSnapshot WorkItem, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"units/{WorkItem.Unit}/assignments/{WorkItem.AssignmentId}/workItems/{WorkItem.Id}";

    public IReadOnlyList<string> Units() => [WorkItem.Unit];
}
