using System.Diagnostics;
using System.Text.Json;
using CanThoGov.Contracts;
using MassTransit;

namespace CanThoGov.Platform.Messaging;

/// <summary>Publishes logged events: one exchange per type, routing key = unit id, a copy for each unit with the same id.</summary>
public sealed class EventPublisher(IBus bus)
{
    static readonly ActivitySource Source = new(PlatformTelemetry.SourceName);

    /// <summary>Returns when the broker has confirmed every copy.</summary>
    public async Task PublishAsync(string service, LoggedEvent e, CancellationToken ct)
    {
        using var activity = Source.StartActivity(
            $"outbox {EventCatalog.ShortNameOf(e.Type)}", ActivityKind.Internal, e.Traceparent,
            [new("canthogov.service", service), new("canthogov.subject", e.Subject)]);
        var type = EventCatalog.FindType(e.Type)
            ?? throw new InvalidOperationException($"The log holds an event of the unknown type {e.Type}; it was written by a newer release.");
        var body = JsonSerializer.Deserialize(e.Body, type, ContractJson.Options)!;
        foreach (var unit in e.UnitIds().DefaultIfEmpty("all"))
        {
            await bus.Publish(body, type, Pipe.Execute<PublishContext>(context =>
            {
                context.MessageId = e.Id;
                context.TrySetRoutingKey(unit);
                CloudEvent.Set(context.Headers, service, e);
            }), ct);
        }
    }
}
