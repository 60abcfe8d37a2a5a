using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Ward;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("ward");
var port = builder.ListenOn("ward", WardService.DefaultAddress, HttpProtocols.Http2);
builder.AddEventBus(builder.AddWard());

var app = builder.Build();
if (args is ["migrate", ..])
{
    return await app.MigrateAsync<WardDatabase>();
}

app.MapPort(port, endpoints => endpoints.MapWard());
await app.RunAsync();
return 0;
