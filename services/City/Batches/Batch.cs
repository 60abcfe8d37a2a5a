using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Security;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Batches;

/// <summary>What a caller asked to be given to many units: each of its items is issued in the caller's name, whenever that is done.</summary>
public sealed record Batch
{
    public required Guid Id { get; init; }

    /// <summary>What every receiver gets; without a lead unit.</summary>
    public required Pb.Assignment Assignment { get; init; }

    /// <summary>For documents that leave the date open; null if none was given.</summary>
    public WorkingDeadline? WorkingDeadline { get; init; }

    public string Note { get; init; } = "";

    public required Caller Caller { get; init; }

    public required string RequestId { get; init; }

    /// <summary>Of the call: what is done for it later belongs to its trace.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Business time.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The request that CreateAssignment would have been sent for this receiver.</summary>
    public Pb.CreateAssignmentRequest RequestFor(Pb.Receiver receiver)
    {
        var own = Assignment.Clone();
        own.Lead = new Pb.Assignee
        {
            Unit = receiver.Unit,
            Organ = receiver.Organ == Pb.Unit.Types.Organ.Unspecified ? Assignment.Lead?.Organ ?? receiver.Organ : receiver.Organ,
        };
        own.ResponsiblePerson = receiver.ResponsiblePerson ?? own.ResponsiblePerson;
        own.AccountableHead = receiver.AccountableHead ?? own.AccountableHead;
        own.Title = receiver.Title.Length > 0 ? receiver.Title : own.Title;
        own.Content = receiver.Content.Length > 0 ? receiver.Content : own.Content;
        own.ExpectedResult = receiver.ExpectedResult.Length > 0 ? receiver.ExpectedResult : own.ExpectedResult;
        own.Deadline = receiver.Deadline ?? own.Deadline;
        return new Pb.CreateAssignmentRequest { Assignment = own, RequestId = RequestId };
    }
}

public enum BatchItemState { Pending = 1, Issued, Refused }

/// <summary>One receiver of a batch, and what became of it.</summary>
/// <param name="Number">Within the batch, from 1.</param>
public sealed record BatchItem(Guid BatchId, int Number, Pb.Receiver Receiver)
{
    public BatchItemState State { get; init; }

    public Guid? AssignmentId { get; init; }

    public Google.Rpc.Status? Refusal { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>How far a batch is.</summary>
/// <param name="FinishedAt">Of the item that was done last.</param>
public sealed record BatchProgress(Batch Batch, int ItemCount, int IssuedCount, int RefusedCount, DateTimeOffset? FinishedAt);
