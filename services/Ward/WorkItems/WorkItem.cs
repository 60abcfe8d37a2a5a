using CanThoGov.Contracts.WorkItems;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Ward.Assignments;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.WorkItems;

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

    /// <summary>Null if the assignment has no due date either.</summary>
    public DateOnly? DueDate { get; init; }

    public int ProgressPercent { get; init; }

    public string Note { get; init; } = "";

    public bool Illustrative { get; init; }

    /// <summary>Business time, as is the time of the last change.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public long Version { get; init; } = 1;

    public string Name => $"{new AssignmentName(Unit, AssignmentId)}/workItems/{Id}";

    public WorkItemAllocated Allocated() => new(Snapshot(), CreatedAt, Version);

    /// <param name="etag">Empty: whatever the state of knowledge.</param>
    public (WorkItem Changed, WorkItemReported Event) Report(string etag, int percent, string note, DateTimeOffset now)
    {
        if (etag.Length > 0 && etag != AssignmentProto.Etag(Version))
        {
            throw DomainException.Changed("WORK_ITEM_CHANGED", "The work item changed meanwhile. Read it again.");
        }

        var changed = this with { ProgressPercent = percent, Note = note, UpdatedAt = now, Version = Version + 1 };
        return (changed, new WorkItemReported(changed.Snapshot(), now, changed.Version));
    }

    public Pb.WorkItem ToProto() => new()
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
    };

    WorkItemSnapshot Snapshot() =>
        new(Id, Unit, AssignmentId, Title, Official, OfficialRole, DueDate, ProgressPercent, Note, Illustrative);
}
