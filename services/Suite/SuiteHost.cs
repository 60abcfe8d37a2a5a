using CanThoGov.City;
using CanThoGov.Monitoring;
using CanThoGov.Monitoring.Traces;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Portal;
using CanThoGov.Suite.Scenarios;
using CanThoGov.Ward;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CanThoGov.Suite;

/// <summary>Ports on loopback.</summary>
sealed record SuitePorts(int City, int Ward, int Monitoring, int Pages, int Otlp);

/// <summary>
/// All services in one host with one bus, because MassTransit's in-memory transports are not shared between hosts. Each service has
/// a database of its own and answers on a port of its own; they meet over gRPC and events, as they do on separate machines.
/// </summary>
static class SuiteHost
{
    public static WebApplication Build(DataFolder data, SuitePorts ports, Scenario? scenario)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(Settings(data, ports, scenario));
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        builder.AddServiceDefaults("suite");
        var city = builder.ListenOn("city", CityService.DefaultAddress, HttpProtocols.Http2);
        var ward = builder.ListenOn("ward", WardService.DefaultAddress, HttpProtocols.Http2);
        var monitoring = builder.ListenOn("monitoring", MonitoringService.DefaultAddress, HttpProtocols.Http2);
        var otlp = builder.ListenOn("otlp", MonitoringService.DefaultOtlpAddress, HttpProtocols.Http1);
        var pages = builder.ListenOn("portal", PortalService.DefaultAddress, HttpProtocols.Http1);
        builder.AddEventBus(builder.AddCity(), builder.AddWard(), builder.AddMonitoring());
        builder.AddPortal();

        var app = builder.Build();
        app.MapPort(city, endpoints => endpoints.MapCity());
        app.MapPort(ward, endpoints => endpoints.MapWard());
        app.MapPort(monitoring, endpoints => endpoints.MapMonitoring());
        app.MapPort(otlp, endpoints => endpoints.MapOtlp());
        app.MapPort(pages, endpoints => endpoints.MapPortal());
        return app;
    }

    static Dictionary<string, string?> Settings(DataFolder data, SuitePorts ports, Scenario? scenario)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Auth:KeyFile"] = data.KeyFile,
            ["City:Database:ConnectionString"] = data.ConnectionString("city"),
            ["Ward:Database:ConnectionString"] = data.ConnectionString("ward"),
            ["Monitoring:Database:ConnectionString"] = data.ConnectionString("monitoring"),
            ["City:Attachments:Folder"] = data.AttachmentsOf("city"),
            ["Ward:Attachments:Folder"] = data.AttachmentsOf("ward"),
            ["Endpoints:city"] = $"http://127.0.0.1:{ports.City}",
            ["Endpoints:ward"] = $"http://127.0.0.1:{ports.Ward}",
            ["Endpoints:monitoring"] = $"http://127.0.0.1:{ports.Monitoring}",
            ["Endpoints:portal"] = $"http://127.0.0.1:{ports.Pages}",
            ["Endpoints:otlp"] = $"http://127.0.0.1:{ports.Otlp}",
            ["Services:City"] = $"http://127.0.0.1:{ports.City}",
            ["Services:Ward"] = $"http://127.0.0.1:{ports.Ward}",
            ["Services:Monitoring"] = $"http://127.0.0.1:{ports.Monitoring}",
            ["Telemetry:Endpoint"] = $"http://127.0.0.1:{ports.Otlp}",
            ["Clock:AllowSimulation"] = "true",
            // What happens is told by the lines that start prints; a log line is for what needs a look.
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        };

        // Units that the scenario plays as foreign systems, which call the city themselves.
        foreach (var (i, unit) in (scenario?.ForeignUnits ?? []).Index())
        {
            settings[$"Ward:ExceptUnits:{i}"] = unit;
        }

        return settings;
    }
}
