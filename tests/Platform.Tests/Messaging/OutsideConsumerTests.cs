using System.Globalization;
using System.Text;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace CanThoGov.Platform.Tests.Messaging;

public sealed class DeadlineDatabase(DatabaseOptions options, TimeProvider time) : Database("monitoring", options, time);

/// <summary>The outbox, relay and log of a monitoring service, and a broker that only these tests use.</summary>
public sealed class DeadlinePublisher : IAsyncLifetime
{
    readonly SqliteDatabase<DeadlineDatabase> _database = new();
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-outside-").FullName;
    OwnRabbitMq? _broker;
    WebApplication? _app;
    int _units;

    public static string? Missing => OwnRabbitMq.Missing ?? NodeConsumer.Missing;

    public OwnRabbitMq Broker => _broker!;

    public DeadlineDatabase Database => _database.Database;

    public string LogAddress { get; } = $"127.0.0.1:{TestPorts.Free(1)[0]}";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (Missing is not null)
        {
            return;
        }

        _broker = new();
        await _broker.StartAsync();
        var user = _broker.Address.UserInfo.Split(':');
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = Database.Options.Provider.ToString(),
            ["Database:ConnectionString"] = Database.Options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Telemetry:Endpoint"] = "none",
            ["Outbox:PollInterval"] = "00:00:00.100",
            ["Outbox:PublishTimeout"] = "00:00:05",
            ["Bus:Transport"] = "RabbitMq",
            ["Bus:Host"] = _broker.Address.Host,
            ["Bus:Port"] = $"{_broker.Address.Port}",
            ["Bus:User"] = user[0],
            ["Bus:Password"] = user[1],
        });
        builder.AddServiceDefaults("monitoring");
        var port = builder.ListenOn("monitoring", "http://" + LogAddress, HttpProtocols.Http2);
        builder.Logging.ClearProviders();
        builder.AddDatabase<DeadlineDatabase>("Monitoring");
        builder.AddEventBus(builder.AddEvents(new Subscriptions<DeadlineDatabase>("monitoring") { CountRepeatedEffects = "SELECT 0" }));
        _app = builder.Build();
        _app.MapPort(port, endpoints => endpoints.MapGrpcService<EventLogGrpcService<DeadlineDatabase>>());
        await _app.StartAsync(Ct);
    }

    /// <summary>Id of a unit that no other test uses.</summary>
    public string NewUnit() => $"{31_100 + Interlocked.Increment(ref _units)}-2025";

    public NodeConsumer NewConsumer(string unit, params string[] types) =>
        new(Broker.Address, unit, Path.Combine(_folder, $"{Guid.NewGuid()}.jsonl"), types);

    public string TokenOf(string unit) =>
        _app!.Services.GetRequiredService<TokenIssuer>().Issue(Roles.Ward, "phần mềm của phường", [unit], TimeSpan.FromMinutes(5));

    public Task PublishAsync(params IEvent[] events) => Database.InTransactionAsync(transaction =>
    {
        foreach (var e in events)
        {
            transaction.Publish(e);
        }

        return Task.CompletedTask;
    }, Ct);

    public Task SendAgainAsync(string unit) => Database.InTransactionAsync(
        transaction => transaction.ExecuteAsync("UPDATE event_log SET sent_at = NULL WHERE units = @unit", new { unit }), Ct);

    public Task<IReadOnlyList<LoggedEvent>> LogOfAsync(string unit) => Database.ReadAsync(session => session.ListAsync<LoggedEvent>(
        """
        SELECT position, id, type, subject, sequence, occurred_at, units, traceparent, body FROM event_log WHERE units = @unit ORDER BY position
        """, new { unit }), Ct);

    public Task<long> UnsentAsync() => Database.ReadAsync(
        session => session.SingleAsync<long>("SELECT COUNT(*) FROM event_log WHERE sent_at IS NULL"), Ct);

    public Task SentAsync() => Eventually.HoldsAsync(async () => await UnsentAsync() == 0, "everything is sent", TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>
/// What an outside consumer is promised, shown by one in another language: <c>tests/interop/consumer</c>, which has nothing of ours.
/// </summary>
[Trait("Category", "Interop")]
public sealed class OutsideConsumerTests : IClassFixture<DeadlinePublisher>
{
    static readonly string DueSoon = EventCatalog.NameOf(typeof(DeadlineDueSoon));
    static readonly string Missed = EventCatalog.NameOf(typeof(DeadlineMissed));
    static readonly string Escalated = EventCatalog.NameOf(typeof(DeadlineEscalated));

    readonly DeadlinePublisher _monitoring;

    public OutsideConsumerTests(DeadlinePublisher monitoring)
    {
        Assert.SkipWhen(DeadlinePublisher.Missing is not null, DeadlinePublisher.Missing ?? "");
        _monitoring = monitoring;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Nothing else here publishes escalations: the consumer is the first who declares that exchange.
    [Fact]
    public async Task Bound_BeforeAnythingWasPublished_GetsTheEventsOfItsUnitWhole()
    {
        var (unit, other) = (_monitoring.NewUnit(), _monitoring.NewUnit());
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed, Escalated);
        await consumer.StartAsync();

        foreach (var assignment in Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()))
        {
            await _monitoring.PublishAsync(Ladder(assignment, unit));
            await _monitoring.PublishAsync(Ladder(Guid.NewGuid(), other));
        }

        await _monitoring.SentAsync();
        await consumer.StoresAsync(15);
        var log = await _monitoring.LogOfAsync(unit);
        Assert.Equal(15, log.Count);
        Assert.Equal(log.Select(Line).Order(), consumer.Stored.Select(Line).Order());
    }

    [Fact]
    public async Task OnTheWire_ItIsACloudEventInBinaryMode()
    {
        var unit = _monitoring.NewUnit();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await channel.ExchangeDeclareAsync(Missed, ExchangeType.Topic, durable: true, cancellationToken: Ct);
        await channel.QueueDeclareAsync("wire", exclusive: true, cancellationToken: Ct);
        await channel.QueueBindAsync("wire", Missed, unit, cancellationToken: Ct);

        using (new System.Diagnostics.Activity("commit").Start())
        {
            await _monitoring.PublishAsync(Ladder(Guid.NewGuid(), unit)[1]);
        }

        await _monitoring.SentAsync();
        var message = (await channel.BasicGetAsync("wire", autoAck: true, Ct))!;
        var logged = Assert.Single(await _monitoring.LogOfAsync(unit));
        Assert.Equal(Missed, message.Exchange);
        Assert.Equal(unit, message.RoutingKey);
        Assert.Equal("application/json", message.BasicProperties.ContentType);
        Assert.Equal(DeliveryModes.Persistent, message.BasicProperties.DeliveryMode);
        Assert.Equal(logged.Id.ToString(), message.BasicProperties.MessageId);
        Assert.Equal(logged.Body, Encoding.UTF8.GetString(message.Body.Span));
        // Besides these there is only what the client library adds for itself.
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["cloudEvents_specversion"] = "1.0",
                ["cloudEvents_id"] = logged.Id.ToString(),
                ["cloudEvents_source"] = "urn:canthogov:monitoring",
                ["cloudEvents_type"] = Missed,
                ["cloudEvents_subject"] = logged.Subject,
                ["cloudEvents_time"] = Time(logged.OccurredAt),
                ["cloudEvents_sequence"] = "2",
                ["cloudEvents_traceparent"] = logged.Traceparent!,
            },
            new SortedDictionary<string, string>(
                message.BasicProperties.Headers!.Where(header => header.Key.StartsWith("cloudEvents", StringComparison.Ordinal))
                    .ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(Assert.IsType<byte[]>(header.Value))),
                StringComparer.Ordinal));
    }

    [Fact]
    public async Task BrokerStoppedAndStarted_EverythingArrivesOnce()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await PublishManyAsync(unit, 5);
        await consumer.StoresAsync(10);

        await _monitoring.Broker.StopAsync();
        await consumer.SaysAsync(1, "disconnected");
        await PublishManyAsync(unit, 10);
        Assert.Equal(20, await _monitoring.UnsentAsync());
        await _monitoring.Broker.StartAsync();
        await PublishManyAsync(unit, 5);

        await _monitoring.SentAsync();
        await consumer.StoresAsync(40);
        Assert.True(consumer.Runs);
        Assert.Equal((await LoggedIdsAsync(unit)).Order(), consumer.StoredIds.Order());
    }

    [Fact]
    public async Task SentTwice_HasOneEffect_AlsoAcrossACrashOfTheConsumer()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await PublishManyAsync(unit, 4);
        await consumer.StoresAsync(8);

        await _monitoring.SendAgainAsync(unit);
        await consumer.SaysAsync(8, "duplicate");
        await consumer.KillAsync();
        await consumer.StartAsync();
        await _monitoring.SendAgainAsync(unit);
        await consumer.SaysAsync(8, "duplicate");

        Assert.Equal(0, consumer.Count("stored", "overtaken"));
        Assert.Equal((await LoggedIdsAsync(unit)).Order(), consumer.StoredIds.Order());
    }

    [Fact]
    public async Task KilledInTheMiddle_NothingIsLost()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await consumer.StopAsync();
        await PublishManyAsync(unit, 100);
        await _monitoring.SentAsync();

        await consumer.StartAsync();
        await consumer.StoresAsync(1);
        await consumer.KillAsync();
        var before = consumer.Stored.Count;
        await consumer.StartAsync();
        await consumer.StoresAsync(200 - before);

        Assert.InRange(before, 1, 199);
        Assert.Equal((await LoggedIdsAsync(unit)).Order(), consumer.StoredIds.Order());
    }

    [Fact]
    public async Task ConsumerAway_ItsQueueKeepsTheEvents_AlsoWhenTheBrokerRestarts()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await PublishManyAsync(unit, 2);
        await consumer.StoresAsync(4);
        await consumer.StopAsync();

        await PublishManyAsync(unit, 3);
        await _monitoring.SentAsync();
        await _monitoring.Broker.StopAsync();
        await _monitoring.Broker.StartAsync();
        await consumer.CutLineAsync();
        await consumer.StartAsync();

        await consumer.StoresAsync(6);
        await consumer.StopAsync();
        Assert.Equal((await LoggedIdsAsync(unit)).Order(), consumer.StoredIds.Order());
    }

    [Fact]
    public async Task Unreadable_GoesToTheDeadLetters_AndWhatIsUnknownIsPassedOver()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);

        await SendAsync(channel, unit, "không phải JSON", 1);
        await SendAsync(channel, unit, "{}", 1, ("cloudEvents_id", null));
        await SendAsync(channel, unit, "{}", 1, ("cloudEvents_sequence", "mới"));
        await SendAsync(channel, unit, "{}", 1, ("cloudEvents_type", "vn.gov.cantho.monitoring.something-new.v1"));
        await SendAsync(channel, unit, """{"title":"Dọn kênh Rạch Bần","new":{"field":[1]}}""", 1, ("cloudEvents_new", "thêm sau này"));
        await PublishManyAsync(unit, 1);
        await consumer.StoresAsync(3);

        Assert.Equal((3, 1), (consumer.Count("dead"), consumer.Count("ignored")));
        Assert.Equal("Dọn kênh Rạch Bần", consumer.Stored[0].GetProperty("data").GetProperty("title").GetString());
        await Eventually.HoldsAsync(async () => await channel.MessageCountAsync(consumer.Queue + ".dead", Ct) == 3, "three dead letters");
        await consumer.StopAsync();
        Assert.Equal(0u, await channel.MessageCountAsync(consumer.Queue, Ct));
        var dead = (await channel.BasicGetAsync(consumer.Queue + ".dead", autoAck: true, Ct))!;
        Assert.Equal("không phải JSON", Encoding.UTF8.GetString(dead.Body.Span));
    }

    [Fact]
    public async Task Overtaken_IsKeptAndSaid()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);

        // Nine after ten: as text it would be the other way round. And a gap, which is nothing to speak of.
        await SendAsync(channel, unit, "{}", 10);
        await SendAsync(channel, unit, "{}", 9);
        await consumer.SaysAsync(1, "overtaken");
        await consumer.KillAsync();
        await consumer.StartAsync();
        await SendAsync(channel, unit, "{}", 8);
        await SendAsync(channel, unit, "{}", 12);
        await consumer.SaysAsync(1, "stored");

        Assert.Equal([10, 9, 8, 12], consumer.Stored.Select(e => e.GetProperty("sequence").GetInt64()));
        Assert.Equal([false, true, true, false], consumer.Stored.Select(e => e.TryGetProperty("overtaken", out _)));
    }

    [Fact]
    public async Task QueueDeleted_TheConsumerDeclaresItAgain()
    {
        var unit = _monitoring.NewUnit();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);

        await channel.QueueDeleteAsync(consumer.Queue, cancellationToken: Ct);
        await consumer.SaysAsync(2, "consuming");
        await PublishManyAsync(unit, 1);

        await consumer.StoresAsync(2);
    }

    [Fact]
    public async Task PublishedBeforeItWasBound_IsFoundInTheLog()
    {
        var unit = _monitoring.NewUnit();
        await PublishManyAsync(unit, 2);
        await PublishManyAsync(_monitoring.NewUnit(), 2);
        await _monitoring.SentAsync();
        await using var consumer = _monitoring.NewConsumer(unit, DueSoon, Missed);
        await consumer.StartAsync();
        await PublishManyAsync(unit, 1);
        await consumer.StoresAsync(2);
        await consumer.StopAsync();

        var missing = await consumer.CatchUpAsync(_monitoring.LogAddress, _monitoring.TokenOf(unit));
        Assert.Equal(4, missing.Length);
        await consumer.AppendAsync(missing);

        Assert.Equal((await LoggedIdsAsync(unit)).Order(), consumer.StoredIds.Order());
        Assert.Empty(await consumer.CatchUpAsync(_monitoring.LogAddress, _monitoring.TokenOf(unit)));
        await consumer.StartAsync();
        await _monitoring.SendAgainAsync(unit);
        await consumer.SaysAsync(6, "duplicate");
    }

    async Task PublishManyAsync(string unit, int assignments)
    {
        foreach (var ladder in Enumerable.Range(0, assignments).Select(_ => Ladder(Guid.NewGuid(), unit)))
        {
            await _monitoring.PublishAsync(ladder[..2]);
        }
    }

    static IEvent[] Ladder(Guid assignment, string unit)
    {
        const string title = "Rà soát hộ nghèo ở khu vực Rạch Bần — đợt \"2\"";
        var due = new DateTimeOffset(2026, 3, 31, 10, 0, 0, TimeSpan.Zero);
        return
        [
            new DeadlineDueSoon(assignment, title, unit, due, 1, -3, [Recipient.ResponsiblePerson],
                "Còn 3 ngày làm việc.", due, due, Late: false, Illustrative: true, 1),
            new DeadlineMissed(assignment, title, unit, due, 1, 0, [Recipient.HeadOfUnit],
                "Đã quá hạn.", due, due, Late: false, Illustrative: true, 2),
            new DeadlineEscalated(assignment, title, unit, due, 1, 3, [Recipient.CityOffice],
                "Quá hạn 3 ngày làm việc.", due, due, Late: true, Illustrative: true, 3),
        ];
    }

    Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = _monitoring.Broker.Address }.CreateConnectionAsync(Ct);

    // A message such as no relay of ours sends.
    static async Task SendAsync(IChannel channel, string unit, string body, int sequence, params (string Name, string? Value)[] headers)
    {
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            Headers = new Dictionary<string, object?>
            {
                ["cloudEvents_specversion"] = "1.0",
                ["cloudEvents_id"] = Guid.NewGuid().ToString(),
                ["cloudEvents_source"] = "urn:canthogov:monitoring",
                ["cloudEvents_type"] = DueSoon,
                ["cloudEvents_subject"] = $"deadlines/{unit}",
                ["cloudEvents_time"] = "2026-03-26T10:00:00Z",
                ["cloudEvents_sequence"] = $"{sequence}",
            },
        };
        foreach (var (name, value) in headers)
        {
            properties.Headers[name] = value;
        }

        await channel.BasicPublishAsync(DueSoon, unit, mandatory: true, properties, Encoding.UTF8.GetBytes(body), Ct);
    }

    async Task<IEnumerable<string>> LoggedIdsAsync(string unit) => (await _monitoring.LogOfAsync(unit)).Select(e => e.Id.ToString());

    static string Line(LoggedEvent e) => string.Join('\n', e.Id, CloudEvent.SourceOf("monitoring"), e.Type, e.Subject, Time(e.OccurredAt), e.Sequence, e.Body);

    static string Line(JsonElement stored) => string.Join('\n',
        new[] { "id", "source", "type", "subject", "time", "sequence", "data" }.Select(name => stored.GetProperty(name).ToString()));

    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
