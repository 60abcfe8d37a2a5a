using System.Diagnostics.Metrics;
using CanThoGov.Contracts;
using CanThoGov.Monitoring.Events;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Pb = CanThoGov.Protos.Monitoring.V1;
using Reader = CanThoGov.Testing.WatchReader<CanThoGov.Protos.Monitoring.V1.WatchEventsResponse, CanThoGov.Protos.Events.V1.Event>;

namespace CanThoGov.Monitoring.Tests.Events;

sealed class WatchReplica : WatchReplica<MonitoringDatabase>
{
    WatchReplica(DatabaseOptions options, (string Key, string Value)[] settings) : base("Monitoring", options, settings)
    {
    }

    public static async Task<WatchReplica> StartAsync(DatabaseOptions options, params (string Key, string Value)[] settings)
    {
        var replica = new WatchReplica(options, settings);
        await replica.StartAsync();
        return replica;
    }

    /// <summary>Commits these, all together.</summary>
    public Task PublishAsync(params IEvent[] events) => PublishAsync(Database, events);

    public static Task PublishAsync(MonitoringDatabase database, params IEvent[] events) => database.InTransactionAsync(transaction =>
    {
        foreach (var e in events)
        {
            transaction.Publish(e);
        }

        return Task.CompletedTask;
    }, CancellationToken.None);

    public Pb.EventService.EventServiceClient Client(string role = Roles.Supervisor, string? unit = null, TimeSpan? lifetime = null) =>
        new(Connect(role, unit is null ? [] : [unit], lifetime));

    public Reader Watch(string resumeToken = "", bool fromOldest = false) =>
        Watch(Client(), new() { ResumeToken = resumeToken, FromOldest = fromOldest });

    public static Reader Watch(Pb.EventService.EventServiceClient client, Pb.WatchEventsRequest request) =>
        new(client.WatchEvents(request, Reader.Options), response => response.ResumeToken, response => response.Event);

    /// <summary>What a counter of this replica adds up to while the work is done.</summary>
    public static async Task<long> CountAsync(string metric, Func<Task> work)
    {
        var count = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == metric)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref count, value));
        listener.Start();
        await work();
        return count;
    }

    protected override void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<EventGrpcService>();
}
