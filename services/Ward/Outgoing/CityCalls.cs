using CanThoGov.Contracts;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using CanThoGov.Ward.Evidence;
using Grpc.Core;

namespace CanThoGov.Ward.Outgoing;

/// <summary>Calls the city as any ward's software does: in the unit's name, with the unit's own token.</summary>
public sealed class CityCalls(ServiceChannels channels, ITokenSource tokens, EvidenceUploads evidence, TimeProvider time)
{
    static readonly Marshaller<byte[]> AsStored = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <returns>The read token that the city answered with; empty if it gave none.</returns>
    /// <exception cref="RpcException">The city refused, or did not answer within the limit.</exception>
    public async Task<string> DeliverAsync(OutgoingCall call, TimeSpan limit, CancellationToken ct)
    {
        var deadline = time.GetUtcNow() + limit;
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        var token = await tokens.GetAsync(Roles.Ward, call.Unit, both.Token);
        var headers = new Metadata { { "authorization", "Bearer " + token } };
        var options = new CallOptions(headers, deadline.UtcDateTime, both.Token);
        var city = channels.To(EventCatalog.City).CreateCallInvoker();
        if (call.Method == EvidenceUploads.Method)
        {
            await evidence.DeliverAsync(call, city, options);
            return "";
        }

        var method = new Method<byte[], byte[]>(
            MethodType.Unary, ServiceOf(call.Method), call.Method, AsStored, AsStored);
        using var answer = city.AsyncUnaryCall(method, host: null, options, call.Request);
        await answer;
        return answer.GetTrailers().GetValue(ReadToken.Key) ?? "";
    }

    static string ServiceOf(string method) =>
        (ObstacleService.Descriptor.FindMethodByName(method) is null ? AssignmentService.Descriptor : ObstacleService.Descriptor).FullName;
}
