using CanThoGov.Monitoring;
using CanThoGov.Monitoring.Traces;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("monitoring");
var port = builder.ListenOn("monitoring", MonitoringService.DefaultAddress, HttpProtocols.Http2);
var otlpPort = builder.ListenOn("otlp", MonitoringService.DefaultOtlpAddress, HttpProtocols.Http1);
builder.AddEventBus(builder.AddMonitoring());

var app = builder.Build();
if (args is ["migrate", ..])
{
    return await app.MigrateAsync<MonitoringDatabase>();
}

app.MapPort(port, endpoints => endpoints.MapMonitoring());
app.MapPort(otlpPort, endpoints => endpoints.MapOtlp());
await app.RunAsync();
return 0;
