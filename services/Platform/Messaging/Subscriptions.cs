using CanThoGov.Contracts;
using CanThoGov.Platform.Data;

namespace CanThoGov.Platform.Messaging;

/// <summary>What a service does when an event reaches it. Runs once for each event, in the transaction that remembers it.</summary>
public interface IEventHandler<in TEvent> where TEvent : class, IEvent
{
    Task HandleAsync(TEvent e, Transaction transaction);
}

/// <summary>One kind of event that a service takes, and by whom it is handled.</summary>
public sealed record Subscription(Type EventType, Type HandlerType, Func<object, IEvent, Transaction, Task> Handle)
{
    public string EventName { get; } = EventCatalog.NameOf(EventType);
}

/// <summary>Everything that a service takes from the others. The one place where a reader sees what it reacts to.</summary>
/// <param name="service">Of the consumer; the queues are <c>{service}-{event}</c>.</param>
/// <param name="instance">
/// Which of several deployments of the service it is, each with a database of its own: their queues are <c>{service}-{instance}-{event}</c>, so
/// that none takes what is meant for another. Empty for the only one; replicas on one database share it.
/// </param>
public sealed class Subscriptions<TDatabase>(string service, string instance = "") where TDatabase : Database
{
    readonly List<Subscription> _all = [];

    public string Service => service;

    public IReadOnlyList<Subscription> All => _all;

    /// <summary>Services whose logs are read to catch up.</summary>
    public IReadOnlyList<string> Sources => [.. _all.Select(one => EventCatalog.ServiceOf(one.EventName)).Distinct()];

    /// <summary>The broker is asked for events that concern one of these units, or everybody; for all if null.</summary>
    public IReadOnlySet<string>? Units { get; init; }

    /// <summary>SQL that counts the events of <c>@source</c> whose effects are found more than once, to prove that there are none.</summary>
    public required string CountRepeatedEffects { get; init; }

    /// <summary>SQL that removes the traces of effects from before <c>@before</c>, by which the repeated ones are found; null if there are none.</summary>
    public string? ForgetEffects { get; init; }

    public Subscriptions<TDatabase> On<TEvent, THandler>() where TEvent : class, IEvent where THandler : class, IEventHandler<TEvent>
    {
        _all.Add(new(typeof(TEvent), typeof(THandler), (handler, e, transaction) =>
            ((IEventHandler<TEvent>)handler).HandleAsync((TEvent)e, transaction)));
        return this;
    }

    public Subscription? Find(string eventName) => _all.Find(one => one.EventName == eventName);

    public string QueueOf(Subscription subscription) =>
        $"{(instance.Length == 0 ? service : $"{service}-{instance}")}-{EventCatalog.ShortNameOf(subscription.EventName)}";
}
