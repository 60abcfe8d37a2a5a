using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Pages;
using CanThoGov.Portal.SignIn;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Radzen;

namespace CanThoGov.Portal;

/// <summary>
/// The pages: a client of the public APIs, without a database and without state, so that any number of replicas serve them.
/// Rendered on the server; a small script refreshes them, and everything works without it.
/// </summary>
public static class PortalService
{
    public const string DefaultAddress = "http://127.0.0.1:8080";

    public static void AddPortal(this WebApplicationBuilder builder)
    {
        ServeAssets(builder);
        builder.Services.AddRazorComponents();
        builder.Services.AddRadzenComponents();
        builder.Services.AddHttpContextAccessor();
        // Nothing is signed or encrypted: see ThisSite. Without this, keys would be written to the user's folder.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.TryAddSingleton<ServiceChannels>();
        builder.Services.AddSingleton(new PortalAccess(ReadsWithoutSignIn: IsOnThisMachine(builder.Configuration)));
        builder.Services.AddScoped<Session>();
        builder.Services.AddScoped<ViewerCalls>();
        builder.Services.AddScoped<Backend>();
        builder.Services.AddScoped<Files>();
        builder.Services.AddScoped<Registers>();
    }

    public static void MapPortal(this IEndpointRouteBuilder endpoints)
    {
        var manifest = Manifest(endpoints.ServiceProvider.GetRequiredService<IWebHostEnvironment>().ApplicationName, "endpoints");
        endpoints.MapStaticAssets(manifest).AllowAnonymous();
        var pages = endpoints.MapRazorComponents<App>()
            .WithStaticAssets(manifest)
            .DisableAntiforgery()
            .AllowAnonymous();
        var files = endpoints.MapFiles().AllowAnonymous();
        if (endpoints.ServiceProvider.GetRequiredService<PortalAccess>().ReadsWithoutSignIn)
        {
            // Any other name that leads here is a foreign page's trick to read these (DNS rebinding).
            pages.RequireHost("localhost", "127.0.0.1");
            files.RequireHost("localhost", "127.0.0.1");
        }
    }

    static bool IsOnThisMachine(IConfiguration configuration) =>
        configuration[$"{EndpointOptions.Section}:portal"] is not { Length: > 0 } address
        || (Uri.TryCreate(address.Replace("*", "any", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri.IsLoopback);

    // Not only while developing, as is the default, but whenever it runs from where it was built. What is published has no such file.
    static void ServeAssets(WebApplicationBuilder builder)
    {
        var manifest = Manifest(builder.Environment.ApplicationName, "runtime");
        if (File.Exists(manifest))
        {
            builder.Configuration[WebHostDefaults.StaticWebAssetsKey] = manifest;
            builder.WebHost.UseStaticWebAssets();
        }
    }

    // The program's own, or that of one that is started by another: a test.
    static string Manifest(string application, string kind) =>
        new[] { application, "CanThoGov.Suite", "CanThoGov.Portal" }
            .Select(name => Path.Combine(AppContext.BaseDirectory, $"{name}.staticwebassets.{kind}.json"))
            .FirstOrDefault(File.Exists) ?? $"{application}.staticwebassets.{kind}.json";
}
