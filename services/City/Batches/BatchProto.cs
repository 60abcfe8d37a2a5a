using CanThoGov.City.Documents;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Batches;

static class BatchProto
{
    public static Guid ParseName(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse("batches", name, errors, field), errors, field);

    public static BatchItemState FromProto(Pb.BatchItem.Types.State state) => (BatchItemState)state;

    public static Pb.Batch ToProto(this BatchProgress progress)
    {
        var batch = progress.Batch;
        var pending = progress.ItemCount - progress.IssuedCount - progress.RefusedCount;
        return new Pb.Batch
        {
            Name = $"batches/{batch.Id}",
            State = pending > 0 ? Pb.Batch.Types.State.Running : Pb.Batch.Types.State.Done,
            Assignment = batch.Assignment,
            ItemCount = progress.ItemCount,
            PendingCount = pending,
            IssuedCount = progress.IssuedCount,
            RefusedCount = progress.RefusedCount,
            CreatedBy = batch.Caller.Subject,
            CreateTime = Timestamp.FromDateTimeOffset(batch.CreatedAt),
            FinishTime = pending > 0 ? null : progress.FinishedAt.ToProto(),
        };
    }

    public static Pb.BatchItem ToProto(BatchItem item) => new()
    {
        Number = item.Number,
        State = (Pb.BatchItem.Types.State)item.State,
        Receiver = item.Receiver,
        Assignment = item.AssignmentId is { } id ? $"assignments/{id}" : "",
        Refusal = item.Refusal?.ToProto(),
        FinishTime = item.FinishedAt.ToProto(),
    };
}
