using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Testing;

/// <summary>A replica of a service with nothing but a stream of its log, over real gRPC.</summary>
public abstract class WatchReplica<TDatabase> : IAsyncDisposable where TDatabase : Database
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-watch-").FullName;
    readonly List<GrpcChannel> _channels = [];
    readonly int _port = TestPorts.Free(1)[0];
    readonly WebApplication _app;

    /// <param name="name">Of the service: <c>City</c>.</param>
    protected WatchReplica(string name, DatabaseOptions options, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var all = new Dictionary<string, string?>
        {
            ["Database:Provider"] = options.Provider.ToString(),
            ["Database:ConnectionString"] = options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Telemetry:Endpoint"] = "none",
            // A small tail, so that memory and database both have their part. Only what wakes it can be quick.
            ["Watch:TailEvents"] = "20",
            ["Watch:PollInterval"] = "00:01:00",
            ["Watch:HeartbeatInterval"] = "00:01:00",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(all);
        var service = name.ToLowerInvariant();
        builder.AddServiceDefaults(service);
        builder.ListenOn(service, $"http://127.0.0.1:{_port}", HttpProtocols.Http2);
        builder.AddDatabase<TDatabase>(name);
        builder.AddEventWatch<TDatabase>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPort(_port, Map);
    }

    public TDatabase Database => _app.Services.GetRequiredService<TDatabase>();

    public LogTail<TDatabase> Tail => _app.Services.GetRequiredService<LogTail<TDatabase>>();

    protected abstract void Map(IEndpointRouteBuilder endpoints);

    public Task StartAsync() => _app.StartAsync();

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    /// <summary>A connection of its own: the readers of one share its flow control.</summary>
    protected CallInvoker Connect(string role, string[] units, TimeSpan? lifetime = null)
    {
        var token = _app.Services.GetRequiredService<TokenIssuer>().Issue(role, "test:" + role, units, lifetime ?? TimeSpan.FromMinutes(10));
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_port}");
        _channels.Add(channel);
        return channel.Intercept(metadata =>
        {
            metadata.Add("authorization", "Bearer " + token);
            return metadata;
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
