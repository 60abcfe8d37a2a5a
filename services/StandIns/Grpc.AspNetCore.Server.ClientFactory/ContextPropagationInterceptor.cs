using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.ClientFactory;

/// <summary>A call ends at its own or the served call's deadline, and with its own or the served call's cancellation.</summary>
internal sealed class ContextPropagationInterceptor(IHttpContextAccessor httpContexts, GrpcContextPropagationOptions options)
    : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        using var link = Link(ref context);
        return continuation(request, context);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var link = Link(ref context);
        var call = continuation(request, context);
        if (link is null)
            return call;

        return new AsyncUnaryCall<TResponse>(
            ThenDispose(call.ResponseAsync, link),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, DisposeBoth(call, link));
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var link = Link(ref context);
        var call = continuation(request, context);
        if (link is null)
            return call;

        return new AsyncServerStreamingCall<TResponse>(
            call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, DisposeBoth(call, link));
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var link = Link(ref context);
        var call = continuation(context);
        if (link is null)
            return call;

        return new AsyncClientStreamingCall<TRequest, TResponse>(
            call.RequestStream, ThenDispose(call.ResponseAsync, link),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, DisposeBoth(call, link));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var link = Link(ref context);
        var call = continuation(context);
        if (link is null)
            return call;

        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, call.ResponseStream,
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, DisposeBoth(call, link));
    }

    CancellationTokenSource? Link<TRequest, TResponse>(ref ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (Serving() is not { } serving)
            return null;

        var call = context.Options;
        if (serving.Deadline < (call.Deadline ?? DateTime.MaxValue))
            call = call.WithDeadline(serving.Deadline);

        CancellationTokenSource? link = null;
        if (!call.CancellationToken.CanBeCanceled)
        {
            call = call.WithCancellationToken(serving.CancellationToken);
        }
        else if (serving.CancellationToken.CanBeCanceled)
        {
            link = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, serving.CancellationToken);
            call = call.WithCancellationToken(link.Token);
        }
        context = new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, call);
        return link;
    }

    ServerCallContext? Serving()
    {
        var serving = httpContexts.HttpContext?.Features.Get<IServerCallContextFeature>()?.ServerCallContext;
        if (serving is null && !options.SuppressContextNotFoundErrors)
        {
            throw new InvalidOperationException(
                "There is no gRPC call being served whose deadline and cancellation could be handed on. " +
                $"Set {nameof(GrpcContextPropagationOptions.SuppressContextNotFoundErrors)} to call without one.");
        }
        return serving;
    }

    static async Task<TResponse> ThenDispose<TResponse>(Task<TResponse> response, CancellationTokenSource link)
    {
        using (link)
            return await response.ConfigureAwait(false);
    }

    static Action DisposeBoth(IDisposable call, CancellationTokenSource link) => () =>
    {
        call.Dispose();
        link.Dispose();
    };
}
