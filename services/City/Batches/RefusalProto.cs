using Google.Protobuf;
using Google.Rpc;
using Pb = CanThoGov.Protos.City.V1;
using RpcStatus = Google.Rpc.Status;

namespace CanThoGov.City.Batches;

/// <summary>Shows a refusal that was kept, because nobody waited for the answer.</summary>
static class RefusalProto
{
    public static Pb.Refusal ToProto(this RpcStatus status)
    {
        var info = Detail<ErrorInfo>(status)!;
        return new Pb.Refusal
        {
            Code = status.Code,
            Reason = info.Type,   // on the wire it is `reason`
            Message = status.Message,
            Metadata = { info.Metadata },
            FieldViolations =
            {
                (Detail<BadRequest>(status)?.FieldViolations ?? [])
                    .Select(one => new Pb.Refusal.Types.FieldViolation { Field = one.Field, Description = one.Description }),
            },
            PreconditionViolations =
            {
                (Detail<PreconditionFailure>(status)?.Violations ?? [])
                    .Select(one => new Pb.Refusal.Types.PreconditionViolation { Subject = one.Subject, Description = one.Description }),
            },
        };
    }

    static TDetail? Detail<TDetail>(RpcStatus status) where TDetail : class, IMessage<TDetail>, new() =>
        status.Details.FirstOrDefault(detail => detail.Is(new TDetail().Descriptor))?.Unpack<TDetail>();
}
