using CanThoGov.Contracts;
using CanThoGov.Monitoring.Deadlines;
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

namespace CanThoGov.Monitoring.Tests;

/// <summary>The log of a city: what the monitoring service sees of it.</summary>
public sealed class CityLog(DatabaseOptions options, TimeProvider time) : Database("city", options, time);

/// <summary>
/// The monitoring service by itself, over real gRPC, and a city that is nothing but its log. No broker brings the events: what arrives,
/// arrives by reading the log.
/// </summary>
public sealed class RunningMonitoring<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly TDatabase _database = new();
    readonly SqliteDatabase<CityLog> _cityLog = new();
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-monitoring-").FullName;
    readonly int[] _ports = TestPorts.Free(2);
    WebApplication? _city;
    WebApplication? _monitoring;
    GrpcChannel? _channel;

    public string? Missing => _database.Missing;

    public DatabaseOptions Options => _database.Database.Options;

    public MonitoringDatabase Database => _database.Database;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await _cityLog.InitializeAsync();
        if (Missing is null)
        {
            _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_ports[1]}");
        }
    }

    /// <summary>The city opens its port.</summary>
    public async Task StartCityAsync()
    {
        var builder = Builder(_cityLog.Database.Options);
        builder.AddServiceDefaults("city");
        var port = builder.ListenOn("city", $"http://127.0.0.1:{_ports[0]}", HttpProtocols.Http2);
        builder.AddDatabase<CityLog>("City");
        builder.AddEventBus(builder.AddEvents(new Subscriptions<CityLog>("city") { CountRepeatedEffects = "SELECT 0" }));
        builder.Logging.ClearProviders();
        _city = builder.Build();
        _city.MapPort(port, endpoints => endpoints.MapGrpcService<EventLogGrpcService<CityLog>>());
        await _city.StartAsync(Ct);
    }

    /// <param name="time">This machine's if null.</param>
    public async Task StartAsync(TimeProvider? time = null)
    {
        var builder = Builder(_database.Database.Options);
        builder.AddServiceDefaults("monitoring");
        var port = builder.ListenOn("monitoring", $"http://127.0.0.1:{_ports[1]}", HttpProtocols.Http2);
        builder.AddEventBus(builder.AddMonitoring());
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Logging.ClearProviders();
        _monitoring = builder.Build();
        _monitoring.MapPort(port, endpoints => endpoints.MapMonitoring());
        await _monitoring.StartAsync(Ct);
    }

    public async Task StopAsync()
    {
        if (_monitoring is not null)
        {
            await _monitoring.StopAsync(CancellationToken.None);
            await _monitoring.DisposeAsync();
            _monitoring = null;
        }
    }

    /// <summary>The city commits these, all together.</summary>
    public Task PublishAsync(params IEvent[] events) => _cityLog.Database.InTransactionAsync(transaction =>
    {
        foreach (var e in events)
        {
            transaction.Publish(e);
        }

        return Task.CompletedTask;
    }, Ct);

    /// <summary>What monitoring has published, in order.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> LogAsync() => await Database.ReadAsync(session => session.ListAsync<LoggedEvent>(
        """
        SELECT position, id, type, subject, sequence, occurred_at, units, traceparent, body FROM event_log ORDER BY position
        """), Ct);

    /// <summary>Waits until monitoring has said that it follows the clock.</summary>
    public Task FollowedAsync(long revision) => Eventually.HoldsAsync(
        async () => (await LogAsync()).Any(e => e.Subject == "clock" && e.Sequence == revision), $"revision {revision} is followed");

    /// <summary>A caller with this role and these units.</summary>
    public CallInvoker As(string role, params string[] units)
    {
        var token = _monitoring!.Services.GetRequiredService<TokenIssuer>().Issue(role, "test:" + role, units, TimeSpan.FromMinutes(10));
        return _channel!.Intercept(metadata =>
        {
            metadata.Add("authorization", "Bearer " + token);
            return metadata;
        });
    }

    public CallInvoker Anonymous => _channel!.CreateCallInvoker();

    WebApplicationBuilder Builder(DatabaseOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = options.Provider.ToString(),
            ["Database:ConnectionString"] = options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Telemetry:Endpoint"] = "none",
            ["CatchUp:Interval"] = "00:00:01",
            ["Services:City"] = $"http://127.0.0.1:{_ports[0]}",
            // Nothing in it is the ward's.
            ["Services:Ward"] = $"http://127.0.0.1:{_ports[0]}",
        });
        return builder;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_city is not null)
        {
            await _city.StopAsync(CancellationToken.None);
            await _city.DisposeAsync();
        }

        _channel?.Dispose();
        await _cityLog.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
