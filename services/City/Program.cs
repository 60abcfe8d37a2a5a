using CanThoGov.City;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("city");
var port = builder.ListenOn("city", CityService.DefaultAddress, HttpProtocols.Http2);
builder.AddEventBus(builder.AddCity());

var app = builder.Build();
if (args is ["migrate", ..])
{
    return await app.MigrateAsync<CityDatabase>();
}

app.MapPort(port, endpoints => endpoints.MapCity());
await app.RunAsync();
return 0;
