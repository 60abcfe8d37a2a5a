using System.Globalization;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Ward.Units;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Outgoing;

[Authorize]
public sealed class OutgoingCallGrpcService(WardDatabase database, OutgoingQueue queue, ServedUnits served)
    : Pb.OutgoingCallService.OutgoingCallServiceBase
{
    public override async Task<Pb.OutgoingCall> GetOutgoingCall(Pb.GetOutgoingCallRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var ids = ResourceName.Parse(["units", "outgoingCalls"], request.Name, errors, "name");
        errors.ThrowIfAny();
        var call = await database.ReadAsync(async session =>
            await served.IncludeVisibleAsync(session, ids[0], Caller.Of(context)) && Guid.TryParse(ids[1], out var id)
                ? await queue.FindAsync(session, ids[0], id)
                : null, context.CancellationToken);
        return call?.ToProto() ?? throw DomainException.NotFound("OUTGOING_CALL_NOT_FOUND", "outgoing call", request.Name);
    }

    public override async Task<Pb.ListOutgoingCallsResponse> ListOutgoingCalls(
        Pb.ListOutgoingCallsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent", wildcard: true);
        errors.Enums("states", request.States);
        string[] states = [.. request.States.Distinct().Order().Select(state => ((OutgoingState)state).ToString())];
        string[] filters = ["outgoingCalls", request.Parent, .. states];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : long.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
            await queue.ListAsync(
                session, await served.VisibleAsync(session, Caller.Of(context), unit), states, after, page.Size + 1),
            context.CancellationToken);
        return new Pb.ListOutgoingCallsResponse
        {
            OutgoingCalls = { found.Take(page.Size).Select(call => call.ToProto()) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Position.ToString(CultureInfo.InvariantCulture), filters)
                : "",
        };
    }
}
