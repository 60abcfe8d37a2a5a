using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Requests;

/// <summary>
/// Lets everybody read what he wrote, whichever service he wrote it to: a call that carries read tokens begins when this service has handled
/// the logs that they name up to where they point. What a service committed itself it shows at once.
/// </summary>
public sealed class ReadTokenInterceptor(
    ServicePorts ports, IEnumerable<ILogFollower> followers, IOptions<ReadTokenOptions> options, TimeProvider time) : Interceptor
{
    // Of the time that the call has left: the rest is for the answer, whichever it is.
    const double Share = 0.75;

    readonly Dictionary<string, ILogFollower> _followers = followers.ToDictionary(follower => follower.Service, StringComparer.Ordinal);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await WaitAsync(context);
        return await continuation(request, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await WaitAsync(context);
        await continuation(request, responseStream, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await WaitAsync(context);
        return await continuation(requestStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await WaitAsync(context);
        await continuation(requestStream, responseStream, context);
    }

    async ValueTask WaitAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (ReadToken.Parse(context.RequestHeaders) is { Count: > 0 } tokens
            && http.User.Identity is { IsAuthenticated: true } && _followers.TryGetValue(ports.ServiceOf(http), out var follower))
        {
            await WaitAsync(follower, tokens, context);
        }
    }

    async Task WaitAsync(ILogFollower follower, IReadOnlyCollection<ReadToken> tokens, ServerCallContext context)
    {
        var left = context.Deadline == DateTime.MaxValue
            ? TimeSpan.MaxValue
            : (context.Deadline - time.GetUtcNow().UtcDateTime) * Share;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        limit.CancelAfter(left < options.Value.WaitLimit ? TimeSpan.FromTicks(Math.Max(left.Ticks, 0)) : options.Value.WaitLimit);
        foreach (var token in tokens)
        {
            try
            {
                await follower.ReachAsync(token.Service, token.Position, Caller.Of(context), limit.Token);
            }
            catch (Exception e) when (e is not DomainException && limit.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
            {
                throw DomainException.Unavailable("READ_TOKEN_NOT_REACHED",
                    $"The {follower.Service} service has not handled yet what the {token.Service} service committed at {token.Position}. " +
                    "Repeat the call, or read without the token what is there.")
                    .With("token", token);
            }
        }
    }
}
