using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using MassTransit;

namespace CanThoGov.Platform.Messaging;

/// <summary>Takes one kind of event from its queue and hands it to the inbox.</summary>
public sealed class EventConsumer<TDatabase, TEvent>(Inbox<TDatabase> inbox, Subscriptions<TDatabase> subscriptions) : IConsumer<TEvent>
    where TDatabase : Database where TEvent : class, IEvent
{
    public Task Consume(ConsumeContext<TEvent> context)
    {
        // Whoever binds this queue to another exchange as well, as that of a newer type, brings what this release cannot read.
        if (Header(context, CloudEvent.Type) != EventCatalog.NameOf(typeof(TEvent)))
        {
            return Task.CompletedTask;
        }

        var id = Guid.Parse(Header(context, CloudEvent.Id));
        var source = CloudEvent.ServiceOf(Header(context, CloudEvent.Source));
        var subscription = subscriptions.Find(EventCatalog.NameOf(typeof(TEvent)))!;
        return inbox.HandleAsync(id, source, subscription, context.Message, context.CancellationToken);
    }

    static string Header(ConsumeContext context, string name) =>
        context.Headers.Get<string>(name) ?? throw new InvalidOperationException($"The message has no header {name}: it is no event of ours.");
}
