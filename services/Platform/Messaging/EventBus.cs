using System.Reflection;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Messaging;

/// <summary>The queue that a service takes one kind of event from.</summary>
public sealed record EventEndpoint(string Queue, string Exchange, Type ConsumerType, IReadOnlyList<string> RoutingKeys);

/// <summary>One bus for everything in the process: MassTransit's in-memory transports are not shared between hosts.</summary>
public static class EventBus
{
    /// <summary>A service's part: its relay, inbox, catching up, and the handlers of what it takes from the others.</summary>
    public static IReadOnlyList<EventEndpoint> AddEvents<TDatabase>(this IHostApplicationBuilder builder, Subscriptions<TDatabase> subscriptions)
        where TDatabase : Database
    {
        var services = builder.Services;
        services.AddSingleton(subscriptions).AddSingleton<Inbox<TDatabase>>().AddSingleton<SourceLogs<TDatabase>>();
        services.AddSingleton<CatchUp<TDatabase>>().AddSingleton<ILogFollower, LogFollower<TDatabase>>();
        services.AddHostedService<OutboxRelay<TDatabase>>();
        services.AddHostedService(provider => provider.GetRequiredService<CatchUp<TDatabase>>());
        services.AddHostedService<Housekeeping<TDatabase>>();
        foreach (var handler in subscriptions.All.Select(subscription => subscription.HandlerType).Distinct())
        {
            services.AddSingleton(handler);
        }

        return [.. subscriptions.All.Select(subscription => new EventEndpoint(
            subscriptions.QueueOf(subscription), subscription.EventName,
            typeof(EventConsumer<,>).MakeGenericType(typeof(TDatabase), subscription.EventType),
            subscriptions.Units is null ? ["#"] : [.. subscriptions.Units, "all"]))];
    }

    public static void AddEventBus(this IHostApplicationBuilder builder, params IReadOnlyList<EventEndpoint>[] parts)
    {
        var endpoints = parts.SelectMany(part => part).ToArray();
        var services = builder.Services;
        services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<OutboxOptions>().BindConfiguration(OutboxOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<CatchUpOptions>().BindConfiguration(CatchUpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<EventPublisher>().AddSingleton<ServiceChannels>();

        var options = builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>() ?? new();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var endpoint in endpoints)
            {
                bus.AddConsumer(endpoint.ConsumerType);
            }

            if (options.Transport == BusTransport.RabbitMq)
            {
                bus.UsingRabbitMq((context, rabbit) => ConfigureRabbitMq(context, rabbit, options, endpoints));
            }
            else
            {
                bus.UsingInMemory((context, memory) => ConfigureInMemory(context, memory, endpoints));
            }
        });
    }

    static void ConfigureRabbitMq(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, BusOptions options, EventEndpoint[] endpoints)
    {
        rabbit.Host(options.Host, options.Port, options.VirtualHost, host =>
        {
            host.Username(options.User);
            host.Password(options.Password);
        });
        ConfigureContract(rabbit);
        ForEachEvent(nameof(PublishToTopicExchange), rabbit);
        foreach (var endpoint in endpoints)
        {
            rabbit.ReceiveEndpoint(endpoint.Queue, queue =>
            {
                queue.ConfigureConsumeTopology = false;
                queue.SetQuorumQueue();
                queue.PrefetchCount = options.Prefetch;
                queue.ConcurrentMessageLimit = options.Concurrency;
                foreach (var key in endpoint.RoutingKeys)
                {
                    queue.Bind(endpoint.Exchange, exchange =>
                    {
                        exchange.ExchangeType = RabbitMQ.Client.ExchangeType.Topic;
                        exchange.RoutingKey = key;
                    });
                }

                Consume(context, queue, endpoint);
            });
        }
    }

    static void ConfigureInMemory(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator memory, EventEndpoint[] endpoints)
    {
        ConfigureContract(memory);
        ForEachEvent(nameof(PublishToTopic), memory);
        foreach (var endpoint in endpoints)
        {
            memory.ReceiveEndpoint(endpoint.Queue, queue =>
            {
                queue.ConfigureConsumeTopology = false;
                queue.ConcurrentMessageLimit = 1;
                foreach (var key in endpoint.RoutingKeys)
                {
                    queue.Bind(endpoint.Exchange, MassTransit.Transports.Fabric.ExchangeType.Topic, key);
                }

                Consume(context, queue, endpoint);
            });
        }
    }

    static void ConfigureContract(IBusFactoryConfigurator bus)
    {
        bus.UseRawJsonSerializer(RawSerializerOptions.AnyMessageType, isDefault: true);
        bus.ConfigureJsonSerializerOptions(ContractJson.Configure);
        bus.MessageTopology.SetEntityNameFormatter(new ContractNames(bus.MessageTopology.EntityNameFormatter));
    }

    // A refusal of the domain is final and goes straight to the error queue; anything else may pass.
    static void Consume(IBusRegistrationContext context, IReceiveEndpointConfigurator queue, EventEndpoint endpoint)
    {
        queue.UseMessageRetry(retry =>
        {
            retry.Ignore<DomainException>();
            retry.Exponential(6, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
        });
        queue.ConfigureConsumer(context, endpoint.ConsumerType);
    }

    static void ForEachEvent(string method, object bus)
    {
        var definition = typeof(EventBus).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var type in EventCatalog.All)
        {
            definition.MakeGenericMethod(type).Invoke(null, [bus]);
        }
    }

    static void PublishToTopicExchange<TEvent>(IRabbitMqBusFactoryConfigurator bus) where TEvent : class, IEvent
    {
        bus.Publish<TEvent>(message => message.ExchangeType = RabbitMQ.Client.ExchangeType.Topic);
        ExcludeInterfaces<TEvent>(type => bus.Publish(type, message => message.Exclude = true));
    }

    static void PublishToTopic<TEvent>(IInMemoryBusFactoryConfigurator bus) where TEvent : class, IEvent
    {
        bus.Publish<TEvent>(message => message.ExchangeType = MassTransit.Transports.Fabric.ExchangeType.Topic);
        ExcludeInterfaces<TEvent>(type => bus.Publish(type, message => message.Exclude = true));
    }

    // MassTransit would publish to an exchange for each interface of a message as well.
    static void ExcludeInterfaces<TEvent>(Action<Type> exclude)
    {
        foreach (var type in typeof(TEvent).GetInterfaces().Where(type => type.IsAssignableTo(typeof(IEvent))))
        {
            exclude(type);
        }
    }

    sealed class ContractNames(IEntityNameFormatter others) : IEntityNameFormatter
    {
        public string FormatEntityName<T>() =>
            EventCatalog.All.Contains(typeof(T)) ? EventCatalog.NameOf(typeof(T)) : others.FormatEntityName<T>();
    }
}
