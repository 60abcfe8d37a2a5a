using System.Collections.Concurrent;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Tests;

/// <summary>The whole Ward service, as its Program makes it, on a port of its own. Fails the test if it logged an error.</summary>
sealed class WardHost : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ErrorLog _errors;

    WardHost(WebApplication app, string address, ErrorLog errors)
    {
        _app = app;
        _errors = errors;
        Channel = GrpcChannel.ForAddress(address);
        Assignments = new(Channel);
        WorkItems = new(Channel);
        Outgoing = new(Channel);
        Attachments = new(Channel);
    }

    public GrpcChannel Channel { get; }

    public Pb.WardAssignmentService.WardAssignmentServiceClient Assignments { get; }

    public Pb.WorkItemService.WorkItemServiceClient WorkItems { get; }

    public Pb.OutgoingCallService.OutgoingCallServiceClient Outgoing { get; }

    public Protos.Attachments.V1.AttachmentService.AttachmentServiceClient Attachments { get; }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<WardHost> StartAsync(DatabaseOptions database, string keyFile, string city, params (string Key, string Value)[] settings)
    {
        var address = $"http://127.0.0.1:{TestPorts.Free(1)[0]}";
        var builder = WebApplication.CreateSlimBuilder();
        var errors = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Auth:KeyFile"] = keyFile,
            ["Database:Provider"] = database.Provider.ToString(),
            ["Database:ConnectionString"] = database.ConnectionString,
            ["Attachments:Folder"] = Path.Combine(Path.GetDirectoryName(keyFile)!, "attachments"),
            ["Services:City"] = city,
            ["Services:Monitoring"] = city,
            ["Endpoints:Ward"] = address,
            ["Telemetry:Endpoint"] = "none",
            ["Ward:Outgoing:CallTimeout"] = "00:00:30",
            ["Ward:Outgoing:FirstRetry"] = "00:00:00.020",
            ["Ward:Outgoing:LongestRetry"] = "00:00:00.200",
            ["Ward:Outgoing:PollInterval"] = "00:00:00.050",
        });
        builder.Configuration.AddInMemoryCollection(settings.DistinctBy(one => one.Key).ToDictionary(one => one.Key, string? (one) => one.Value));
        builder.AddServiceDefaults("ward");
        var port = builder.ListenOn("ward", address, HttpProtocols.Http2);
        builder.AddEventBus(builder.AddWard());
        builder.Services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = true);
        var app = builder.Build();
        app.MapPort(port, endpoints => endpoints.MapWard());
        await app.StartAsync();
        return new(app, address, errors);
    }

    public Metadata As(string role, params string[] units) => As("chuyen-vien@example.vn", role, units);

    public Metadata As(string subject, string role, string[] units) => new()
    {
        { "authorization", "Bearer " + Get<TokenIssuer>().Issue(role, subject, units, TimeSpan.FromMinutes(10)) },
    };

    /// <summary>As if the broker had brought it.</summary>
    public Task<bool> HandleAsync(IEvent e)
    {
        var type = EventCatalog.NameOf(e.GetType());
        return Get<Inbox<WardDatabase>>().HandleAsync(
            Guid.CreateVersion7(), EventCatalog.ServiceOf(type), Get<Subscriptions<WardDatabase>>().Find(type)!, e, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Assert.True(_errors.Errors.IsEmpty, string.Join('\n', _errors.Errors));
    }

    sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // What is interrupted by the stop is not lost: it is stored.
            if (IsEnabled(logLevel) && exception is not OperationCanceledException)
            {
                Errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
