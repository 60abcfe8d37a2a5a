using System.Collections.Concurrent;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Platform.Tests.Hosting;

/// <summary>A real host on ports of its own, made as the services are made. Ends in failure if it logged an error that no test expected.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    readonly List<GrpcChannel> _channels = [];
    readonly CapturedLogs _logs = new();

    TestHost(string folder, string service, Action<IConfigurationManager>? configure)
    {
        Folder = folder;
        Builder = WebApplication.CreateSlimBuilder();   // as the services do
        Builder.Configuration["Auth:KeyFile"] = Path.Combine(folder, "key.pem");
        Builder.Configuration["Telemetry:Endpoint"] = "none";
        configure?.Invoke(Builder.Configuration);
        Builder.Logging.ClearProviders().AddProvider(_logs);
        Builder.AddServiceDefaults(service);
    }

    public WebApplicationBuilder Builder { get; }
    public WebApplication App { get; private set; } = null!;
    public string Folder { get; }

    /// <summary>Set by a test that provokes errors and looks at them.</summary>
    public bool ExpectsErrors { get; set; }

    public IReadOnlyCollection<LogEntry> Logs => _logs.Entries;

    public static TestHost Create(string service = "city", Action<IConfigurationManager>? configure = null) =>
        new(Directory.CreateTempSubdirectory("canthogov-edge-").FullName, service, configure);

    /// <summary>A host with the echo service on a gRPC port.</summary>
    public static async Task<(TestHost Host, int Port)> StartEchoAsync(
        Action<IConfigurationManager>? configure = null, Action<IServiceCollection>? services = null)
    {
        var host = Create("city", configure);
        services?.Invoke(host.Builder.Services);
        var port = host.Listen("city", HttpProtocols.Http2);
        await host.StartAsync(app => app.MapPort(port, MapEcho));
        return (host, port);
    }

    public static void MapEcho(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<EchoGrpcService>();
        endpoints.MapPlatformServices(EchoService.Descriptor);
    }

    public int Listen(string service, HttpProtocols protocols) =>
        Builder.ListenOn(service, $"http://127.0.0.1:{TestPorts.Free(1)[0]}", protocols);

    public async Task StartAsync(Action<WebApplication> map)
    {
        App = Builder.Build();
        map(App);
        await App.StartAsync();
    }

    public string Token(string role = Roles.CityOffice, params string[] units) =>
        App.Services.GetRequiredService<TokenIssuer>().Issue(role, "nguyen-van-a", units, TimeSpan.FromMinutes(5));

    /// <summary>Without a token if it is null.</summary>
    public CallInvoker Channel(int port, string? token = null)
    {
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { MaxReceiveMessageSize = null });
        _channels.Add(channel);
        return channel.Intercept(new Caller(token));
    }

    public EchoService.EchoServiceClient Echo(int port, string? token = null) => new(Channel(port, token ?? Token()));

    /// <summary>Sends the token, and ends what a broken server would leave hanging.</summary>
    sealed class Caller(string? token) : Interceptor
    {
        static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(With(context));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(With(context));

        ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class
        {
            var options = context.Options.Deadline is null ? context.Options.WithDeadline(CallDeadline.In(Limit)) : context.Options;
            var headers = new Metadata();
            foreach (var entry in options.Headers ?? [])
                headers.Add(entry);
            if (token is not null)
                headers.Add("authorization", $"Bearer {token}");
            return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options.WithHeaders(headers));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        if (App is not null)
        {
            await App.StopAsync();
            await App.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
        if (!ExpectsErrors)
            Assert.DoesNotContain(_logs.Entries, entry => entry.Level >= LogLevel.Error);
    }
}

internal sealed record LogEntry(LogLevel Level, EventId Id, string Category, string Text, Exception? Exception);

internal sealed class CapturedLogs : ILoggerProvider
{
    readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _entries);

    public void Dispose()
    {
    }

    sealed class Logger(string category, ConcurrentQueue<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue(new LogEntry(logLevel, eventId, category, formatter(state, exception), exception));
    }
}
