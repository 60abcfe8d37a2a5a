using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.StandIns.Tests;

/// <summary>A caller calls a front server, which calls an inner server with a client that hands the call's context on.</summary>
[Trait("Category", "Unit")]
public sealed class ContextPropagationTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deadline_OfTheCallBeingServed_IsHandedOn()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30);
        DateTime? seen = null;
        await using var inner = await ProbeServer.StartAsync(Inner(context => seen = context.Deadline));
        await using var front = await FrontOf(inner, (client, request) => client.UnaryAsync(request).ResponseAsync);
        using var channel = front.Channel();

        await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), deadline: deadline, cancellationToken: Ct);

        Assert.NotNull(seen);
        Assert.InRange(seen.Value, deadline.AddSeconds(-1), deadline.AddSeconds(5));
    }

    [Fact]
    public async Task Deadline_EarlierOneOfTheInnerCall_Stays()
    {
        var own = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20);
        DateTime? seen = null;
        await using var inner = await ProbeServer.StartAsync(Inner(context => seen = context.Deadline));
        await using var front = await FrontOf(
            inner, (client, request) => client.UnaryAsync(request, deadline: own).ResponseAsync);
        using var channel = front.Channel();

        await new Probe.ProbeClient(channel)
            .UnaryAsync(new ProbeRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(40), cancellationToken: Ct);

        Assert.NotNull(seen);
        Assert.InRange(seen.Value, own.AddSeconds(-1), own.AddSeconds(5));
    }

    public static TheoryData<string> InnerCalls =>
        ["unary", "unary with a token", "blocking", "server streaming", "client streaming", "duplex"];

    [Theory]
    [MemberData(nameof(InnerCalls))]
    public async Task Cancellation_OfTheCallBeingServed_ReachesTheInnerServer(string kind)
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var inner = await ProbeServer.StartAsync(
            grpc: options => options.Interceptors.Add<Hanging>((started, cancelled)));
        using var own = new CancellationTokenSource();
        await using var front = await FrontOf(inner, (client, request) => CallInner(kind, client, request, own.Token));
        using var channel = front.Channel();
        using var cancellation = new CancellationTokenSource();

        var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
        await started.Task.WaitAsync(Limit, Ct);
        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        await cancelled.Task.WaitAsync(Limit, Ct);
    }

    [Fact]
    public async Task Cancellation_OfTheInnerCallItself_StillWorks()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var inner = await ProbeServer.StartAsync(
            grpc: options => options.Interceptors.Add<Hanging>((started, cancelled)));
        using var own = new CancellationTokenSource();
        await using var front = await FrontOf(
            inner, (client, request) => client.UnaryAsync(request, cancellationToken: own.Token).ResponseAsync);
        using var channel = front.Channel();

        var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: Ct);
        await started.Task.WaitAsync(Limit, Ct);
        await own.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Limit, Ct));
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await cancelled.Task.WaitAsync(Limit, Ct);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_OutsideAnyCallBeingServed_IsRefusedUnlessAllowed(bool allowed)
    {
        await using var inner = await ProbeServer.StartAsync();
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Probe.ProbeClient>(options => options.Address = inner.Address)
            .EnableCallContextPropagation(options => options.SuppressContextNotFoundErrors = allowed);
        await using var services = collection.BuildServiceProvider();
        var client = services.GetRequiredService<Probe.ProbeClient>();

        if (allowed)
            Assert.Equal("a", (await client.UnaryAsync(new ProbeRequest { Text = "a" }, cancellationToken: Ct)).Text);
        else
            Assert.Throws<InvalidOperationException>(() => client.UnaryAsync(new ProbeRequest(), cancellationToken: Ct));
    }

    static async Task<ProbeReply> CallInner(
        string kind, Probe.ProbeClient client, ProbeRequest request, CancellationToken own)
    {
        switch (kind)
        {
            case "blocking":
                return await Task.Run(() => client.Unary(request, cancellationToken: own), CancellationToken.None);
            case "server streaming":
                using (var call = client.ServerStreaming(request, cancellationToken: own))
                    await call.ResponseStream.MoveNext(CancellationToken.None);
                return new ProbeReply();
            case "duplex":
                using (var call = client.DuplexStreaming(cancellationToken: own))
                    await call.ResponseStream.MoveNext(CancellationToken.None);
                return new ProbeReply();
            case "client streaming":
                using (var call = client.ClientStreaming(cancellationToken: own))
                    return await call;
            case "unary with a token":
                return await client.UnaryAsync(request, cancellationToken: own);
            default:
                return await client.UnaryAsync(request, cancellationToken: CancellationToken.None);
        }
    }

    static ProbeService Inner(Action<ServerCallContext> look) => new()
    {
        OnUnary = (_, context) =>
        {
            look(context);
            return Task.FromResult(new ProbeReply());
        },
    };

    static Task<ProbeServer> FrontOf(ProbeServer inner, Func<Probe.ProbeClient, ProbeRequest, Task<ProbeReply>> call) =>
        ProbeServer.StartAsync(
            new ProbeService
            {
                OnUnary = (request, context) =>
                    call(context.GetHttpContext().RequestServices.GetRequiredService<Probe.ProbeClient>(), request),
            },
            services: services => services
                .AddGrpcClient<Probe.ProbeClient>(options => options.Address = inner.Address)
                .EnableCallContextPropagation());

    /// <summary>Answers no call before it is cancelled.</summary>
    sealed class Hanging((TaskCompletionSource Started, TaskCompletionSource Cancelled) seen) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            await HangAsync(context);
            return null!;
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            await HangAsync(context);
            return null!;
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) => HangAsync(context);

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) => HangAsync(context);

        async Task HangAsync(ServerCallContext context)
        {
            await using var registration = context.CancellationToken.Register(() => seen.Cancelled.TrySetResult());
            seen.Started.TrySetResult();
            await seen.Cancelled.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
