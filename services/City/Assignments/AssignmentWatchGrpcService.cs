using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Protos.Events.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

/// <summary>The city's log as changes of assignments: their events carry all that a reader needs.</summary>
[Authorize]
public sealed class AssignmentWatchGrpcService(EventWatch<CityDatabase> watch, BusinessClock<CityDatabase> clock)
    : Pb.AssignmentWatchService.AssignmentWatchServiceBase
{
    static readonly System.Type[] Changes = [.. EventCatalog.All.Where(type => type.IsAssignableTo(typeof(IAssignmentEvent)))];

    public override Task WatchAssignments(
        Pb.WatchAssignmentsRequest request, IServerStreamWriter<Pb.WatchAssignmentsResponse> responseStream, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var wanted = watch.Parse(
            "watch-assignments", Caller.Of(context), request.ResumeToken, request.FromOldest, Changes, request.Unit, errors);
        errors.ThrowIfAny();
        return watch.RunAsync(
            wanted, responseStream,
            (e, token) => new Pb.WatchAssignmentsResponse { Change = e is null ? null : ToChange(e), ResumeToken = token }, context);
    }

    Pb.AssignmentChange ToChange(Event e)
    {
        var change = (IAssignmentEvent)JsonSerializer.Deserialize(e.Data, EventCatalog.FindType(e.Type)!, ContractJson.Options)!;
        return new()
        {
            Assignment = change.Assignment.ToProto(clock.Now, change.Version),
            Version = change.Version,
            Type = e.Type,
            EventTime = Timestamp.FromDateTimeOffset(change.OccurredAt),
        };
    }
}
