using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class ClientFactoryTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddGrpcClient_WithAddress_InjectsAClientThatCallsThere()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var services = Services(s => s.AddGrpcClient<Probe.ProbeClient>(options => options.Address = server.Address));

        Assert.Equal("a", await CallAsync(services.GetRequiredService<Probe.ProbeClient>(), "a"));
    }

    [Fact]
    public async Task CreateClient_ByName_UsesTheOptionsOfThatName()
    {
        await using var one = await ProbeServer.StartAsync(Answer("một"));
        await using var two = await ProbeServer.StartAsync(Answer("hai"));
        await using var services = Services(s =>
        {
            s.AddGrpcClient<Probe.ProbeClient>("one", options => options.Address = one.Address);
            s.AddGrpcClient<Probe.ProbeClient>("two", (_, options) => options.Address = two.Address);
        });
        var factory = services.GetRequiredService<GrpcClientFactory>();

        Assert.Equal("một", await CallAsync(factory.CreateClient<Probe.ProbeClient>("one")));
        Assert.Equal("hai", await CallAsync(factory.CreateClient<Probe.ProbeClient>("two")));
    }

    [Fact]
    public async Task ConfigureChannel_SizeLimit_IsObeyed()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var services = Services(s => s
            .AddGrpcClient<Probe.ProbeClient>(options => options.Address = server.Address)
            .ConfigureChannel((_, options) => options.MaxReceiveMessageSize = 10));

        var error = await Assert.ThrowsAsync<RpcException>(() => services.GetRequiredService<Probe.ProbeClient>()
            .UnaryAsync(new ProbeRequest { Text = new string('x', 100) }, cancellationToken: Ct).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task AddInterceptor_BothScopes_AreMadeAsOftenAsTheScopeSaysAndRunInOrder()
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = await ProbeServer.StartAsync();
        await using var services = Services(s => s
            .AddScoped(_ => new Marker(seen, "client"))
            .AddGrpcClient<Probe.ProbeClient>(options => options.Address = server.Address)
            .AddInterceptor(() => new Marker(seen, "channel"))
            .AddInterceptor<Marker>(InterceptorScope.Client));

        for (var i = 0; i < 2; i++)
        {
            await using var scope = services.CreateAsyncScope();
            await CallAsync(scope.ServiceProvider.GetRequiredService<Probe.ProbeClient>());
        }

        Assert.Equal(
            ["made channel", "made client", "client", "channel", "made client", "client", "channel"], seen);
    }

    [Fact]
    public async Task AddHttpMessageHandler_OnTheSameBuilder_SeesTheRequests()
    {
        var handler = new Counter();
        await using var server = await ProbeServer.StartAsync();
        await using var services = Services(s => s
            .AddGrpcClient<Probe.ProbeClient>(options => options.Address = server.Address)
            .AddHttpMessageHandler(() => handler));

        await CallAsync(services.GetRequiredService<Probe.ProbeClient>());
        await CallAsync(services.GetRequiredService<Probe.ProbeClient>());

        Assert.Equal(2, handler.Count);
    }

    [Fact]
    public async Task AddCallCredentials_WithServices_AreSentWithEveryCall()
    {
        var seen = new ConcurrentQueue<string?>();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = (_, context) =>
            {
                seen.Enqueue(context.RequestHeaders.GetValue("authorization") + " " + context.RequestHeaders.GetValue("own"));
                return Task.FromResult(new ProbeReply());
            },
        });
        await using var services = Services(s => s
            .AddSingleton("Bearer token")
            .AddGrpcClient<Probe.ProbeClient>(options => options.Address = server.Address)
            .ConfigureChannel(options => options.UnsafeUseInsecureChannelCallCredentials = true)
            .AddCallCredentials((_, metadata, provider) =>
            {
                metadata.Add("authorization", provider.GetRequiredService<string>());
                return Task.CompletedTask;
            }));
        var own = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("own", "1");
            return Task.CompletedTask;
        });

        await services.GetRequiredService<Probe.ProbeClient>()
            .UnaryAsync(new ProbeRequest(), new CallOptions(cancellationToken: Ct, credentials: own));

        Assert.Equal(["Bearer token 1"], seen);
    }

    [Fact]
    public void AddGrpcClient_NameOfAnotherClient_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Probe.ProbeClient>("city");

        services.AddGrpcClient<Probe.ProbeClient>("city");
        Assert.Throws<InvalidOperationException>(() => services.AddGrpcClient<DerivedClient>("city"));
    }

    [Fact]
    public async Task CreateClient_WithoutAddress_SaysWhatIsMissing()
    {
        await using var services = Services(s => s.AddGrpcClient<Probe.ProbeClient>());

        var error = Assert.Throws<InvalidOperationException>(services.GetRequiredService<Probe.ProbeClient>);

        Assert.Contains("ProbeClient", error.Message, StringComparison.Ordinal);
        Assert.Contains("address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigureGrpcClientCreator_Given_MakesTheClient()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var services = Services(s => s
            .AddGrpcClient<Probe.ProbeClient>(options => options.Address = server.Address)
            .ConfigureGrpcClientCreator(invoker => new DerivedClient(invoker)));

        Assert.IsType<DerivedClient>(services.GetRequiredService<Probe.ProbeClient>());
    }

    static ServiceProvider Services(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    static async Task<string> CallAsync(Probe.ProbeClient client, string text = "") =>
        (await client.UnaryAsync(new ProbeRequest { Text = text }, cancellationToken: Ct)).Text;

    static ProbeService Answer(string text) => new()
    {
        OnUnary = (_, _) => Task.FromResult(new ProbeReply { Text = text }),
    };

    sealed class DerivedClient(CallInvoker invoker) : Probe.ProbeClient(invoker);

    sealed class Marker : Interceptor
    {
        readonly ConcurrentQueue<string> _seen;
        readonly string _name;

        public Marker(ConcurrentQueue<string> seen, string name)
        {
            _seen = seen;
            _name = name;
            seen.Enqueue($"made {name}");
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            _seen.Enqueue(_name);
            return continuation(request, context);
        }
    }

    sealed class Counter : DelegatingHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
