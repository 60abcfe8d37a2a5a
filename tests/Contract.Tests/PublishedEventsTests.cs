using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace CanThoGov.Contract.Tests;

public sealed class CityLog(DatabaseOptions options, TimeProvider time) : Database(EventCatalog.City, options, time);

public sealed class WardLog(DatabaseOptions options, TimeProvider time) : Database(EventCatalog.Ward, options, time);

public sealed class MonitoringLog(DatabaseOptions options, TimeProvider time) : Database(EventCatalog.Monitoring, options, time);

/// <summary>
/// Every event of the catalog goes through outbox and relay to the broker. A queue that is bound by what the committed document says
/// takes it with the plain client; there it is held against the committed schemas.
/// </summary>
[Trait("Category", "RabbitMq")]
public sealed class PublishedEventsTests(SqliteDatabase<CityLog> city, SqliteDatabase<WardLog> ward, SqliteDatabase<MonitoringLog> monitoring)
    : IAsyncLifetime, IClassFixture<SqliteDatabase<CityLog>>, IClassFixture<SqliteDatabase<WardLog>>, IClassFixture<SqliteDatabase<MonitoringLog>>
{
    sealed record Delivery(
        string Exchange, string RoutingKey, string? ContentType, string? MessageId, DeliveryModes Mode, JsonObject Headers, byte[] Body);

    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-published-").FullName;
    readonly ConcurrentQueue<Delivery> _deliveries = new();
    WebApplication? _app;
    IConnection? _connection;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var missing = Servers.Missing(Servers.RabbitMq);
        Assert.SkipWhen(missing is not null, missing ?? "");
        await ListenAsync();

        var uri = new Uri(Servers.Value(Servers.RabbitMq));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Urls"] = $"http://127.0.0.1:{TestPorts.Free(1)[0]}",
            ["Telemetry:Endpoint"] = "none",
            ["Outbox:PollInterval"] = "00:00:00.100",
            ["Bus:Transport"] = "RabbitMq",
            ["Bus:Host"] = uri.Host,
            ["Bus:Port"] = $"{uri.Port}",
            ["Bus:User"] = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]),
            ["Bus:Password"] = Uri.UnescapeDataString(uri.UserInfo.Split(':')[1]),
        });
        builder.AddServiceDefaults("published");
        builder.Logging.ClearProviders();
        builder.AddEventBus(Publish(builder, "City", city), Publish(builder, "Ward", ward), Publish(builder, "Monitoring", monitoring));
        _app = builder.Build();
        await _app.StartAsync(Ct);
    }

    static IReadOnlyList<EventEndpoint> Publish<TDatabase>(WebApplicationBuilder builder, string name, SqliteDatabase<TDatabase> database)
        where TDatabase : Database
    {
        builder.Configuration[$"{name}:Database:ConnectionString"] = database.Database.Options.ConnectionString;
        builder.AddDatabase<TDatabase>(name);
        return builder.AddEvents(new Subscriptions<TDatabase>(name.ToLowerInvariant()) { CountRepeatedEffects = "SELECT 0" });
    }

    async Task ListenAsync()
    {
        _connection = await new ConnectionFactory { Uri = new(Servers.Value(Servers.RabbitMq)) }.CreateConnectionAsync(Ct);
        var channel = await _connection.CreateChannelAsync(cancellationToken: Ct);
        var queue = await channel.QueueDeclareAsync(cancellationToken: Ct);
        foreach (var type in EventCatalog.All)
        {
            var exchange = Validation.Channel(type)["bindings"]!["amqp"]!["exchange"]!;
            var name = exchange["name"]!.GetValue<string>();
            await channel.ExchangeDeclareAsync(
                name, exchange["type"]!.GetValue<string>(), exchange["durable"]!.GetValue<bool>(), exchange["autoDelete"]!.GetValue<bool>(),
                cancellationToken: Ct);
            await channel.QueueBindAsync(queue.QueueName, name, "#", cancellationToken: Ct);
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var headers = delivery.BasicProperties.Headers!.Select(header => KeyValuePair.Create(
                header.Key, (JsonNode?)(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value?.ToString())));
            _deliveries.Enqueue(new(
                delivery.Exchange, delivery.RoutingKey, delivery.BasicProperties.ContentType, delivery.BasicProperties.MessageId,
                delivery.BasicProperties.DeliveryMode, new(headers), delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, Ct);
    }

    [Fact]
    public async Task EveryEvent_OnTheWire_IsAsTheCommittedDocumentsSay()
    {
        var expected = 0;
        // Some with a trace, some without.
        using var activity = new Activity("a change").Start();
        foreach (var type in EventCatalog.All)
        {
            foreach (var e in new[] { Samples.Full(type), Samples.Bare(type) })
            {
                Activity.Current = e.Version == 1 ? null : activity;
                await LogOf(type).InTransactionAsync(transaction =>
                {
                    transaction.Publish(e);
                    return Task.CompletedTask;
                }, Ct);
                expected += Math.Max(e.Units().Count, 1);
            }
        }

        // At least once: a copy may come again.
        await Eventually.HoldsAsync(
            () => Task.FromResult(_deliveries.DistinctBy(one => (one.MessageId, one.RoutingKey)).Count() >= expected), $"{expected} messages arrive",
            TimeSpan.FromSeconds(60));

        Assert.All(_deliveries, delivery =>
        {
            var type = EventCatalog.FindType(delivery.Exchange)!;
            Assert.Empty(Validation.FaultsOfHeaders(type, delivery.Headers));
            var body = JsonNode.Parse(delivery.Body)!;
            Assert.Empty(Validation.FaultsOfBody(type, body));
            Assert.Equal(Validation.ContentType(type), delivery.ContentType);
            Assert.Equal(DeliveryModes.Persistent, delivery.Mode);
            Assert.Equal(delivery.Headers[CloudEvent.Id]!.GetValue<string>(), delivery.MessageId);
            Assert.Equal(delivery.Headers[CloudEvent.Sequence]!.GetValue<string>(), body["version"]!.ToJsonString());
            Assert.Equal(body["version"]!.GetValue<long>() > 1, delivery.Headers.ContainsKey(CloudEvent.TraceParent));
        });
        foreach (var type in EventCatalog.All)
        {
            // Two events of each type; every unit of the full one has its copy.
            var copies = _deliveries.Where(delivery => delivery.Exchange == EventCatalog.NameOf(type))
                .GroupBy(delivery => delivery.MessageId).ToArray();
            Assert.Equal(2, copies.Length);
            var units = Samples.Full(type).Units();
            Assert.Contains(copies, copy => copy.Select(one => one.RoutingKey).Distinct().Order().SequenceEqual(units.DefaultIfEmpty("all").Order()));
        }
    }

    Database LogOf(Type type) => EventCatalog.ServiceOf(EventCatalog.NameOf(type)) switch
    {
        EventCatalog.City => city.Database,
        EventCatalog.Ward => ward.Database,
        _ => monitoring.Database,
    };

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
