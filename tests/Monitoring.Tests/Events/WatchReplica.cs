using System.Diagnostics.Metrics;
using CanThoGov.Contracts;
using CanThoGov.Monitoring.Events;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Tests.Events;

/// <summary>A replica of the monitoring service with nothing but its log and the stream of it, over real gRPC.</summary>
sealed class WatchReplica : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-watch-").FullName;
    readonly List<GrpcChannel> _channels = [];
    readonly int _port = TestPorts.Free(1)[0];
    readonly WebApplication _app;

    WatchReplica(DatabaseOptions options, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = options.Provider.ToString(),
            ["Database:ConnectionString"] = options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Telemetry:Endpoint"] = "none",
            // A small tail, so that memory and database both have their part. Only what wakes it can be quick.
            ["Watch:TailEvents"] = "20",
            ["Watch:PollInterval"] = "00:01:00",
            ["Watch:HeartbeatInterval"] = "00:01:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        builder.AddServiceDefaults("monitoring");
        builder.ListenOn("monitoring", $"http://127.0.0.1:{_port}", HttpProtocols.Http2);
        builder.AddDatabase<MonitoringDatabase>("Monitoring");
        builder.AddEventWatch<MonitoringDatabase>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPort(_port, endpoints => endpoints.MapGrpcService<EventGrpcService>());
    }

    public MonitoringDatabase Database => _app.Services.GetRequiredService<MonitoringDatabase>();

    public LogTail<MonitoringDatabase> Tail => _app.Services.GetRequiredService<LogTail<MonitoringDatabase>>();

    public static async Task<WatchReplica> StartAsync(DatabaseOptions options, params (string Key, string Value)[] settings)
    {
        var replica = new WatchReplica(options, settings);
        await replica._app.StartAsync();
        return replica;
    }

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    /// <summary>Commits these, all together.</summary>
    public Task PublishAsync(params IEvent[] events) => PublishAsync(Database, events);

    public static Task PublishAsync(MonitoringDatabase database, params IEvent[] events) => database.InTransactionAsync(transaction =>
    {
        foreach (var e in events)
        {
            transaction.Publish(e);
        }

        return Task.CompletedTask;
    }, CancellationToken.None);

    /// <summary>A client of its own: the readers of one connection share its flow control.</summary>
    public Pb.EventService.EventServiceClient Client(string role = Roles.Supervisor, string? unit = null, TimeSpan? lifetime = null)
    {
        var token = _app.Services.GetRequiredService<TokenIssuer>()
            .Issue(role, "test:" + role, unit is null ? [] : [unit], lifetime ?? TimeSpan.FromMinutes(10));
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_port}");
        _channels.Add(channel);
        return new(channel.Intercept(metadata =>
        {
            metadata.Add("authorization", "Bearer " + token);
            return metadata;
        }));
    }

    public WatchReader Watch(string resumeToken = "", bool fromOldest = false) =>
        new(Client(), new() { ResumeToken = resumeToken, FromOldest = fromOldest });

    /// <summary>What a counter of this replica adds up to while the work is done.</summary>
    public static async Task<long> CountAsync(string metric, Func<Task> work)
    {
        var count = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == metric)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref count, value));
        listener.Start();
        await work();
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
