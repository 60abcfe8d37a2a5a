using CanThoGov.City.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests.Watching;

/// <summary>A replica of the city with nothing but the stream of its assignments, beside the one that does the work.</summary>
sealed class WatchReplica : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-watch-").FullName;
    readonly List<GrpcChannel> _channels = [];
    readonly int _port = TestPorts.Free(1)[0];
    readonly WebApplication _app;

    WatchReplica(DatabaseOptions options, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = options.Provider.ToString(),
            ["Database:ConnectionString"] = options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Telemetry:Endpoint"] = "none",
            // A small tail, so that memory and database both have their part.
            ["Watch:TailEvents"] = "20",
            ["Watch:PollInterval"] = "00:00:00.200",
            ["Watch:HeartbeatInterval"] = "00:01:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        builder.AddServiceDefaults("city");
        builder.ListenOn("city", $"http://127.0.0.1:{_port}", HttpProtocols.Http2);
        builder.AddDatabase<CityDatabase>("City");
        builder.AddEventWatch<CityDatabase>();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPort(_port, endpoints => endpoints.MapGrpcService<AssignmentWatchGrpcService>());
    }

    public LogTail<CityDatabase> Tail => _app.Services.GetRequiredService<LogTail<CityDatabase>>();

    public static async Task<WatchReplica> StartAsync(DatabaseOptions options, params (string Key, string Value)[] settings)
    {
        var replica = new WatchReplica(options, settings);
        await replica._app.StartAsync();
        return replica;
    }

    /// <summary>A connection of its own: the readers of one share its flow control.</summary>
    public WatchReader Watch(string resumeToken = "", string unit = "", string role = Roles.Supervisor, string[]? units = null, bool fromOldest = false)
    {
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_port}");
        _channels.Add(channel);
        var token = _app.Services.GetRequiredService<TokenIssuer>().Issue(role, "test:" + role, units ?? [], TimeSpan.FromMinutes(10));
        return new(
            new(channel), new Metadata { { "authorization", "Bearer " + token } },
            new() { ResumeToken = resumeToken, Unit = unit, FromOldest = fromOldest });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One call of a reader that keeps its token.</summary>
sealed class WatchReader(Pb.AssignmentWatchService.AssignmentWatchServiceClient client, Metadata headers, Pb.WatchAssignmentsRequest request)
    : IDisposable
{
    // Ends what a broken server would leave hanging.
    readonly AsyncServerStreamingCall<Pb.WatchAssignmentsResponse> _call = client.WatchAssignments(
        request, headers, DateTime.UtcNow + TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    /// <summary>Of the last response.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The next response; null if it only has a token.</summary>
    public async Task<Pb.AssignmentChange?> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(CancellationToken.None), "The stream ended.");
        Token = _call.ResponseStream.Current.ResumeToken;
        return _call.ResponseStream.Current.Change;
    }

    /// <summary>Waits until the stream stands: what is committed from then on comes.</summary>
    public async Task<WatchReader> BeginAsync()
    {
        Assert.Null(await NextAsync());
        return this;
    }

    public async Task<IReadOnlyList<Pb.AssignmentChange>> TakeAsync(int count)
    {
        var changes = new List<Pb.AssignmentChange>();
        while (changes.Count < count)
        {
            if (await NextAsync() is { } change)
            {
                changes.Add(change);
            }
        }

        return changes;
    }

    /// <summary>Everything until the stream ends, and why it did.</summary>
    public async Task<(IReadOnlyList<Pb.AssignmentChange> Changes, RpcException End)> DrainAsync()
    {
        var changes = new List<Pb.AssignmentChange>();
        try
        {
            while (true)
            {
                if (await NextAsync() is { } change)
                {
                    changes.Add(change);
                }
            }
        }
        catch (RpcException end)
        {
            return (changes, end);
        }
    }

    public void Dispose() => _call.Dispose();
}
