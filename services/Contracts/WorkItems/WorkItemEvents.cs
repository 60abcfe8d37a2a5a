namespace CanThoGov.Contracts.WorkItems;

/// <summary>The whole state of a work item after an event.</summary>
public sealed record WorkItemSnapshot(
    Guid Id, string Unit, Guid AssignmentId, string Title, string Official, string OfficialRole, DateOnly? DueDate, int ProgressPercent,
    string Note, bool Illustrative)
{
    /// <summary>The body of the unit that answers for it beside the official; empty for the unit itself.</summary>
    public string Collective { get; init; } = "";

    /// <summary>Why it is due after the assignment; empty if it is not.</summary>
    public string LateReason { get; init; } = "";

    /// <summary>Its share in the progress of the whole, beside those of the others.</summary>
    public int Weight { get; init; } = 1;
}

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

/// <summary>Another official, or another body of the unit, has it from now on. Published by the ward service.</summary>
/// <param name="FormerOfficial">Who had it before.</param>
/// <param name="FormerCollective">The body that answered for it before; empty for the unit itself.</param>
public sealed record WorkItemReallocated(
    WorkItemSnapshot WorkItem, string FormerOfficial, string FormerOfficialRole, string FormerCollective, string Reason, DateTimeOffset OccurredAt,
    long Version) : IEvent
{
    public string Subject() => $"units/{WorkItem.Unit}/assignments/{WorkItem.AssignmentId}/workItems/{WorkItem.Id}";

    public IReadOnlyList<string> Units() => [WorkItem.Unit];
}

/// <summary>It has another date from now on. Published by the ward service.</summary>
public sealed record WorkItemRescheduled(WorkItemSnapshot WorkItem, DateOnly? FormerDueDate, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"units/{WorkItem.Unit}/assignments/{WorkItem.AssignmentId}/workItems/{WorkItem.Id}";

    public IReadOnlyList<string> Units() => [WorkItem.Unit];
}
