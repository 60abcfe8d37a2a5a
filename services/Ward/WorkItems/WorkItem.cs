using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.WorkItems;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Ward.Assignments;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.WorkItems;

/// <summary>Who had a work item before, and why no longer.</summary>
public sealed record FormerAllocation(
    string Official, string OfficialRole, string Collective, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string Reason, string DecidedBy)
{
    public Pb.FormerAllocation ToProto() => new()
    {
        Official = Official,
        OfficialRole = OfficialRole,
        Collective = Collective,
        StartTime = Timestamp.FromDateTimeOffset(StartedAt),
        EndTime = Timestamp.FromDateTimeOffset(EndedAt),
        Reason = Reason,
        DecidedBy = DecidedBy,
    };
}

/// <summary>A part of an assignment that the unit allocated to a named official of its own.</summary>
public sealed record WorkItem
{
    public required Guid Id { get; init; }

    public required string Unit { get; init; }

    public required Guid AssignmentId { get; init; }

    /// <summary>Within the assignment, in the order of creation.</summary>
    public int Number { get; init; }

    public required string Title { get; init; }

    public required string Official { get; init; }

    public required string OfficialRole { get; init; }

    /// <summary>The body of the unit that answers for it beside the official; empty for the unit itself.</summary>
    public string Collective { get; init; } = "";

    /// <summary>Since when the official has it: business time, as all times here.</summary>
    public DateTimeOffset AllocatedAt { get; init; }

    /// <summary>Who had it before, oldest first, as JSON.</summary>
    public string Former { get; init; } = "[]";

    /// <summary>Null if the assignment has no due date either.</summary>
    public DateOnly? DueDate { get; init; }

    /// <summary>Why it is due after the assignment; empty if it is not.</summary>
    public string LateReason { get; init; } = "";

    public int Weight { get; init; } = 1;

    public int ProgressPercent { get; init; }

    public string Note { get; init; } = "";

    public bool Illustrative { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public long Version { get; init; } = 1;

    public string Name => $"{new AssignmentName(Unit, AssignmentId)}/workItems/{Id}";

    public WorkItemAllocated Allocated() => new(Snapshot(), CreatedAt, Version);

    /// <param name="etag">Empty: whatever the state of knowledge.</param>
    public (WorkItem Changed, WorkItemReported Event) Report(string etag, int percent, string note, DateTimeOffset now)
    {
        RequireEtag(etag);
        var changed = this with { ProgressPercent = percent, Note = note, UpdatedAt = now, Version = Version + 1 };
        return (changed, new WorkItemReported(changed.Snapshot(), now, changed.Version));
    }

    /// <param name="by">The caller's <c>sub</c>.</param>
    public (WorkItem Changed, WorkItemReallocated Event) Reallocate(
        string etag, string official, string officialRole, string collective, string reason, string by, DateTimeOffset now)
    {
        RequireEtag(etag);
        RequireOpen();
        if ((official, officialRole, collective) == (Official, OfficialRole, Collective))
        {
            throw DomainException.Precondition("ALREADY_ALLOCATED", $"{official} has it already.").With("official", official);
        }

        var former = new FormerAllocation(Official, OfficialRole, Collective, AllocatedAt, now, reason, by);
        var changed = this with
        {
            Official = official,
            OfficialRole = officialRole,
            Collective = collective,
            AllocatedAt = now,
            Former = JsonSerializer.Serialize(FormerAllocations().Append(former), ContractJson.Options),
            UpdatedAt = now,
            Version = Version + 1,
        };
        return (changed, new(changed.Snapshot(), Official, OfficialRole, Collective, reason, now, changed.Version));
    }

    public (WorkItem Changed, WorkItemRescheduled Event) Reschedule(string etag, DateOnly? dueDate, string lateReason, DateTimeOffset now)
    {
        RequireEtag(etag);
        RequireOpen();
        var changed = this with { DueDate = dueDate, LateReason = lateReason, UpdatedAt = now, Version = Version + 1 };
        return (changed, new(changed.Snapshot(), DueDate, now, changed.Version));
    }

    public IReadOnlyList<FormerAllocation> FormerAllocations() =>
        JsonSerializer.Deserialize<FormerAllocation[]>(Former, ContractJson.Options)!;

    /// <param name="assignment">Its state, from which that of the work follows.</param>
    public Pb.WorkItem ToProto(AssignmentState assignment) => new()
    {
        Name = Name,
        Etag = AssignmentProto.Etag(Version),
        Title = Title,
        Official = Official,
        OfficialRole = OfficialRole,
        DueDate = DueDate.ToProto(),
        ProgressPercent = ProgressPercent,
        Note = Note,
        Illustrative = Illustrative,
        CreateTime = Timestamp.FromDateTimeOffset(CreatedAt),
        UpdateTime = Timestamp.FromDateTimeOffset(UpdatedAt),
        Collective = Collective,
        LateReason = LateReason,
        Weight = Weight,
        State = IsDone ? Pb.WorkItem.Types.State.Done
            : IsClosed(assignment) ? Pb.WorkItem.Types.State.Stopped
            : Pb.WorkItem.Types.State.Open,
        AllocateTime = Timestamp.FromDateTimeOffset(AllocatedAt),
        FormerAllocations = { FormerAllocations().Select(former => former.ToProto()) },
    };

    /// <summary>Whether an assignment has ended, for now or for good: there is no work on it.</summary>
    public static bool IsClosed(AssignmentState assignment) =>
        assignment is AssignmentState.Completed or AssignmentState.Cancelled or AssignmentState.Returned;

    bool IsDone => ProgressPercent == 100;

    void RequireEtag(string etag)
    {
        if (etag.Length > 0 && etag != AssignmentProto.Etag(Version))
        {
            throw DomainException.Changed("WORK_ITEM_CHANGED", "The work item changed meanwhile. Read it again.");
        }
    }

    void RequireOpen()
    {
        if (IsDone)
        {
            throw DomainException.Precondition("WORK_ITEM_DONE", "The work is done; there is nothing left to give or to date.");
        }
    }

    WorkItemSnapshot Snapshot() =>
        new(Id, Unit, AssignmentId, Title, Official, OfficialRole, DueDate, ProgressPercent, Note, Illustrative)
        {
            Collective = Collective,
            LateReason = LateReason,
            Weight = Weight,
        };
}
