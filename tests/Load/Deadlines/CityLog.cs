using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Load.Deadlines;

sealed class CityDatabase(DatabaseOptions options, TimeProvider time) : Database("city", options, time);

/// <summary>A city that is nothing but its log, which a sweeper reads before it fires.</summary>
sealed class CityLog : IAsyncDisposable
{
    readonly string _folder;
    readonly WebApplication _city;

    CityLog(string folder, WebApplication city, string address) => (_folder, _city, Address) = (folder, city, address);

    public string Address { get; }

    /// <summary>The key by which it and its readers sign in.</summary>
    public string KeyFile => KeyFileIn(_folder);

    public static async Task<CityLog> StartAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("canthogov-load-").FullName;
        var address = $"http://127.0.0.1:{TestPorts.Free(1)[0]}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:ConnectionString"] = $"Data Source={Path.Combine(folder, "city.db")}",
            ["Auth:KeyFile"] = KeyFileIn(folder),
            ["Telemetry:Endpoint"] = "none",
        });
        builder.AddServiceDefaults("city");
        var port = builder.ListenOn("city", address, HttpProtocols.Http2);
        builder.AddDatabase<CityDatabase>("City");
        builder.AddEventBus(builder.AddEvents(new Subscriptions<CityDatabase>("city") { CountRepeatedEffects = "SELECT 0" }));
        builder.Logging.ClearProviders();
        var city = builder.Build();
        city.MapPort(port, endpoints => endpoints.MapGrpcService<EventLogGrpcService<CityDatabase>>());
        await city.StartAsync(ct);
        return new(folder, city, address);
    }

    static string KeyFileIn(string folder) => Path.Combine(folder, "key.pem");

    public async ValueTask DisposeAsync()
    {
        await _city.StopAsync();
        await _city.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
