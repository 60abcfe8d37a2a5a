using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Firing;

[Authorize(Roles = Roles.Oversight)]
public sealed class FiringGrpcService(
    MonitoringDatabase database, ClockGuard guard, Canary canary, LadderStore ladders, BusinessClock<MonitoringDatabase> clock)
    : Pb.FiringService.FiringServiceBase
{
    public override async Task<Pb.Firing> GetFiring(Pb.GetFiringRequest request, ServerCallContext context) =>
        await ToProtoAsync(await guard.FindAsync(context.CancellationToken), context.CancellationToken);

    [Authorize(Roles = Roles.Operator)]
    public override Task<Pb.Firing> ResumeFiring(Pb.ResumeFiringRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, _ => Task.FromResult(true), async (transaction, _) =>
        {
            var firing = await guard.ConfirmAsync(transaction, Caller.Of(context).Subject);
            transaction.OnCommitted(ladders.Changed.Set);
            return await ToProtoAsync(firing, context.CancellationToken);
        });
    }

    async Task<Pb.Firing> ToProtoAsync(Firing firing, CancellationToken ct)
    {
        var state = await canary.FindAsync(ct);
        var (pending, oldest) = await ladders.CountPendingAsync(clock.Now, ct);
        return new Pb.Firing
        {
            Name = "firing",
            StopTime = firing.StoppedAt.ToProto(),
            StopReason = firing.Reason,
            ConfirmedBy = firing.ConfirmedBy,
            CanaryFireTime = ((DateTimeOffset?)state?.FireAt).ToProto(),
            CanaryFiredTime = state?.FiredAt.ToProto(),
            PendingCount = pending,
            OldestPendingTime = oldest.ToProto(),
        };
    }
}
