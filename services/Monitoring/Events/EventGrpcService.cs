using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Events;

[Authorize]
public sealed class EventGrpcService(EventWatch<MonitoringDatabase> watch) : Pb.EventService.EventServiceBase
{
    public override Task WatchEvents(
        Pb.WatchEventsRequest request, IServerStreamWriter<Pb.WatchEventsResponse> responseStream, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var wanted = watch.Parse(Caller.Of(context), request.ResumeToken, request.FromOldest, request.Types_, request.Unit, errors);
        errors.ThrowIfAny();
        return watch.RunAsync(
            wanted, responseStream, (e, token) => new Pb.WatchEventsResponse { Event = e, ResumeToken = token }, context);
    }
}
