using CanThoGov.Contracts;
using CanThoGov.Monitoring;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Load.Deadlines;

/// <summary>
/// A replica of the monitoring service as it is put together, with its own connections; of its background work only the sweeper runs.
/// What it publishes stays in the outbox.
/// </summary>
sealed class Replica : IAsyncDisposable
{
    readonly WebApplication _service;
    DeadlineSweeper? _sweeper;

    public Replica(string database, CityLog city)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = "Postgres",
            ["Database:ConnectionString"] = database,
            ["Auth:KeyFile"] = city.KeyFile,
            ["Telemetry:Endpoint"] = "none",
            ["Services:City"] = city.Address,
        });
        builder.AddServiceDefaults("monitoring");
        builder.AddEventBus(builder.AddMonitoring());
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        _service = builder.Build();
    }

    public MonitoringDatabase Database => _service.Services.GetRequiredService<MonitoringDatabase>();

    /// <summary>Takes an event as from the broker.</summary>
    public Task TakeAsync(IEvent e, CancellationToken ct)
    {
        var name = EventCatalog.NameOf(e.GetType());
        var subscription = _service.Services.GetRequiredService<Subscriptions<MonitoringDatabase>>().Find(name)!;
        return _service.Services.GetRequiredService<Inbox<MonitoringDatabase>>().HandleAsync(
            Guid.CreateVersion7(), EventCatalog.ServiceOf(name), subscription, e, ct);
    }

    public async Task StartSweepingAsync(CancellationToken ct)
    {
        _sweeper = ActivatorUtilities.CreateInstance<DeadlineSweeper>(_service.Services);
        await _sweeper.StartAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sweeper is not null)
        {
            await _sweeper.StopAsync(CancellationToken.None);
            _sweeper.Dispose();
        }

        await _service.DisposeAsync();
    }
}
