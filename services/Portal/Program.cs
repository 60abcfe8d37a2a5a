using CanThoGov.Platform.Hosting;
using CanThoGov.Portal;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("portal");
var port = builder.ListenOn("portal", PortalService.DefaultAddress, HttpProtocols.Http1);
builder.AddPortal();

var app = builder.Build();
app.MapPort(port, endpoints => endpoints.MapPortal());
await app.RunAsync();
