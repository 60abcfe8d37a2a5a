using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class InterceptorTests
{
    static readonly string[] Kinds = ["Unary", "ClientStreaming", "ServerStreaming", "DuplexStreaming"];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_Interceptor_SeesEveryKindOfCall()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();
        var seen = new ConcurrentQueue<string>();

        await CallEveryKind(new Probe.ProbeClient(channel.Intercept(new Recorder("client", seen))));

        Assert.Equal(["client blocking Unary", .. Kinds.Select(kind => $"client {kind}")], seen);
    }

    [Fact]
    public async Task Client_SeveralInterceptors_RunInTheOrderGiven()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();
        var seen = new ConcurrentQueue<string>();
        var invoker = channel
            .Intercept(new Recorder("second", seen), new Recorder("third", seen))
            .Intercept(new Recorder("first", seen));

        await new Probe.ProbeClient(invoker).UnaryAsync(new ProbeRequest(), cancellationToken: Ct);

        Assert.Equal(["first Unary", "second Unary", "third Unary"], seen);
    }

    [Fact]
    public async Task Client_HeadersFunction_AddsHeadersToEveryKindOfCall()
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = await ProbeServer.StartAsync(
            grpc: options => options.Interceptors.Add<HeaderRecorder>(), services: services => services.AddSingleton(seen));
        using var channel = server.Channel();

        await CallEveryKind(new Probe.ProbeClient(channel.Intercept(headers =>
        {
            headers.Add("unit", "31135-2025");
            return headers;
        })));

        Assert.Equal(Enumerable.Repeat("31135-2025", 5), seen);
    }

    [Fact]
    public async Task Client_Host_IsWhatWithHostSays()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();
        var seen = new ConcurrentQueue<string>();

        var client = new Probe.ProbeClient(channel.Intercept(new Recorder("client", seen))).WithHost("ward.example");
        await client.UnaryAsync(new ProbeRequest(), cancellationToken: Ct);

        Assert.Equal(["client Unary ward.example"], seen);
    }

    [Fact]
    public async Task Server_Interceptors_SeeEveryKindOfCallInTheOrderAdded()
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = await ProbeServer.StartAsync(grpc: options =>
        {
            options.Interceptors.Add<Recorder>("outer", seen);
            options.Interceptors.Add<Recorder>("inner", seen);
        });
        using var channel = server.Channel();

        await CallEveryKind(new Probe.ProbeClient(channel));

        Assert.Equal(new[] { "Unary" }.Concat(Kinds).SelectMany(kind => new[] { $"outer {kind}", $"inner {kind}" }), seen);
    }

    [Fact]
    public async Task Server_InterceptorThatTranslatesErrors_DecidesTheStatus()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeService { OnUnary = (_, _) => throw new FormatException("secret") },
            options => options.Interceptors.Add<Translator>());
        using var channel = server.Channel();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: Ct).ResponseAsync);

        Assert.Equal((StatusCode.OutOfRange, "translated"), (error.StatusCode, error.Status.Detail));
    }

    static async Task CallEveryKind(Probe.ProbeClient client)
    {
        var request = new ProbeRequest { Text = "một" };
        Assert.Equal("một", client.Unary(request, cancellationToken: Ct).Text);
        Assert.Equal("một", (await client.UnaryAsync(request, cancellationToken: Ct)).Text);

        using var clientStreaming = client.ClientStreaming(cancellationToken: Ct);
        await clientStreaming.RequestStream.WriteAsync(request, Ct);
        await clientStreaming.RequestStream.CompleteAsync();
        Assert.Equal("một", (await clientStreaming).Text);

        using var serverStreaming = client.ServerStreaming(request, cancellationToken: Ct);
        Assert.Equal(["một"], await serverStreaming.ResponseStream.ReadAllAsync(Ct).Select(reply => reply.Text).ToListAsync(Ct));

        using var duplex = client.DuplexStreaming(cancellationToken: Ct);
        await duplex.RequestStream.WriteAsync(request, Ct);
        await duplex.RequestStream.CompleteAsync();
        Assert.Equal(["một"], await duplex.ResponseStream.ReadAllAsync(Ct).Select(reply => reply.Text).ToListAsync(Ct));
    }

    sealed class Recorder(string name, ConcurrentQueue<string> seen) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Enqueue($"{name} blocking {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Enqueue($"{name} {context.Method.Name} {context.Host}".TrimEnd());
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Enqueue($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Enqueue($"{name} {context.Method.Name}");
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Enqueue($"{name} {context.Method.Name}");
            return continuation(context);
        }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(requestStream, responseStream, context);
        }

        void Record(ServerCallContext context) => seen.Enqueue($"{name} {context.Method.Split('/')[^1]}");
    }

    sealed class HeaderRecorder(ConcurrentQueue<string> seen) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return base.UnaryServerHandler(request, context, continuation);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return base.ClientStreamingServerHandler(requestStream, context, continuation);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return base.ServerStreamingServerHandler(request, responseStream, context, continuation);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return base.DuplexStreamingServerHandler(requestStream, responseStream, context, continuation);
        }

        void Record(ServerCallContext context) => seen.Enqueue(context.RequestHeaders.GetValue("unit") ?? "none");
    }

    sealed class Translator : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (FormatException)
            {
                throw new RpcException(new Status(StatusCode.OutOfRange, "translated"));
            }
        }
    }
}
