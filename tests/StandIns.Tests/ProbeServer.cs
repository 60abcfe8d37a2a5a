using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.StandIns.Tests;

/// <summary>The probe service, whose methods echo unless a test gives them something else to do.</summary>
public sealed class ProbeService : Probe.ProbeBase
{
    public UnaryServerMethod<ProbeRequest, ProbeReply> OnUnary { get; init; } =
        (request, _) => Task.FromResult(new ProbeReply { Text = request.Text });

    public ServerStreamingServerMethod<ProbeRequest, ProbeReply> OnServerStreaming { get; init; } =
        async (request, replies, context) =>
        {
            foreach (var word in request.Text.Split(' '))
                await replies.WriteAsync(new ProbeReply { Text = word }, context.CancellationToken);
        };

    public override Task<ProbeReply> Unary(ProbeRequest request, ServerCallContext context) => OnUnary(request, context);

    public override async Task<ProbeReply> ClientStreaming(
        IAsyncStreamReader<ProbeRequest> requestStream, ServerCallContext context)
    {
        var words = await requestStream.ReadAllAsync(context.CancellationToken).Select(request => request.Text).ToListAsync();
        return new ProbeReply { Text = string.Join(' ', words) };
    }

    public override Task ServerStreaming(
        ProbeRequest request, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context) =>
        OnServerStreaming(request, responseStream, context);

    public override async Task DuplexStreaming(
        IAsyncStreamReader<ProbeRequest> requestStream, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(new ProbeReply { Text = request.Text }, context.CancellationToken);
    }
}

/// <summary>A real Kestrel on a free loopback port, without TLS unless a certificate is given.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    readonly WebApplication _app;

    ProbeServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<ProbeServer> StartAsync(
        ProbeService? service = null,
        Action<GrpcServiceOptions>? grpc = null,
        Action<IServiceCollection>? services = null,
        Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            options.Protocols = HttpProtocols.Http2;
            listen?.Invoke(options);
        }));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddGrpc(options => grpc?.Invoke(options));
        if (service is not null)
            builder.Services.AddSingleton(service);
        else
            builder.Services.AddSingleton<ProbeService>();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ProbeServer(app);
    }

    public GrpcChannel Channel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
