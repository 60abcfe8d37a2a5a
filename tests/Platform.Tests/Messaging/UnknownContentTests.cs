using System.Collections.Concurrent;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.Platform.Tests.Messaging;

public sealed record NewerNote(string Text, IReadOnlyList<string> Authors);

/// <summary>A document as a release to come may publish it: with more than this one knows.</summary>
public sealed record NewerDocument(
    Guid Id, string Number, string Symbol, string Kind, string Issuer, string Title, bool Illustrative, DateTimeOffset OccurredAt, long Version,
    int Urgency, NewerNote Note, IReadOnlyList<NewerNote> Notes);

[Trait("Category", "Sqlite")]
public sealed class UnknownContentTests_SqliteInMemory(SqliteDatabase<SourceDatabase> source, SqliteDatabase<SinkDatabase> sink)
    : UnknownContentTests<SqliteDatabase<SourceDatabase>, SqliteDatabase<SinkDatabase>>(source, sink, BusTransport.InMemory),
        IClassFixture<SqliteDatabase<SourceDatabase>>, IClassFixture<SqliteDatabase<SinkDatabase>>;

[Trait("Category", "Postgres")]
public sealed class UnknownContentTests_PostgresInMemory(PostgresDatabase<SourceDatabase> source, PostgresDatabase<SinkDatabase> sink)
    : UnknownContentTests<PostgresDatabase<SourceDatabase>, PostgresDatabase<SinkDatabase>>(source, sink, BusTransport.InMemory),
        IClassFixture<PostgresDatabase<SourceDatabase>>, IClassFixture<PostgresDatabase<SinkDatabase>>;

[Trait("Category", "RabbitMq")]
[Collection("one broker")]
public sealed class UnknownContentTests_PostgresRabbitMq(PostgresDatabase<SourceDatabase> source, PostgresDatabase<SinkDatabase> sink)
    : UnknownContentTests<PostgresDatabase<SourceDatabase>, PostgresDatabase<SinkDatabase>>(source, sink, BusTransport.RabbitMq),
        IClassFixture<PostgresDatabase<SourceDatabase>>, IClassFixture<PostgresDatabase<SinkDatabase>>;

[Trait("Category", "RabbitMq")]
[Collection("one broker")]
public sealed class UnknownContentTests_SqliteRabbitMq(SqliteDatabase<SourceDatabase> source, SqliteDatabase<SinkDatabase> sink)
    : UnknownContentTests<SqliteDatabase<SourceDatabase>, SqliteDatabase<SinkDatabase>>(source, sink, BusTransport.RabbitMq),
        IClassFixture<SqliteDatabase<SourceDatabase>>, IClassFixture<SqliteDatabase<SinkDatabase>>;

/// <summary>What a newer release of another service publishes never breaks this one: what is unknown in it is passed over.</summary>
public abstract class UnknownContentTests<TSource, TSink>(TSource source, TSink sink, BusTransport transport) : EventFlow<TSource, TSink>(source, sink, transport)
    where TSource : TestDatabase<SourceDatabase> where TSink : TestDatabase<SinkDatabase>
{
    const string NewerType = "vn.gov.cantho.city.document-annotated.v1", Queue = "monitoring-document-registered";

    static readonly string KnownType = EventCatalog.NameOf(typeof(DocumentRegistered));

    [Fact]
    public async Task UnknownFields_OnTheBus_AreIgnored()
    {
        var document = Newer();
        using var outcomes = new Outcomes(Services.GetRequiredService<IBus>());

        await SendAsync(KnownType, KnownType, document);

        await HandledAsync(document.Title);
        Assert.Null(await outcomes.OfAsync(document.Id));
    }

    [Fact]
    public async Task UnknownFields_InTheLog_AreIgnored()
    {
        var document = Newer();
        await AppendAsync(KnownType, document);

        await CatchUp.CatchUpAsync("city", Ct);

        Assert.Single(await HandledTitlesAsync(), document.Title);
        Assert.Equal(0, await Logs.CountMissingAsync("city", Ct));
    }

    /// <summary>It goes to an exchange of its own, to which nothing of this release is bound.</summary>
    [Fact]
    public async Task UnknownType_OnTheBus_IsPassedOver()
    {
        var (unknown, known) = (Newer(), Newer());
        await SendAsync(NewerType, NewerType, unknown);
        await SendAsync(KnownType, KnownType, known);

        await HandledAsync(known.Title);
        Assert.DoesNotContain(unknown.Title, await HandledTitlesAsync());
    }

    /// <summary>Somebody bound the queue to the newer exchange as well.</summary>
    [Fact]
    public async Task UnknownType_InAQueueOfOurs_IsPassedOver()
    {
        var (unknown, known) = (Newer(), Newer());
        using var outcomes = new Outcomes(Services.GetRequiredService<IBus>());
        await SendAsync(Queue, NewerType, unknown);
        await SendAsync(KnownType, KnownType, known);

        await HandledAsync(known.Title);
        Assert.Null(await outcomes.OfAsync(unknown.Id));
        Assert.DoesNotContain(unknown.Title, await HandledTitlesAsync());
    }

    [Fact]
    public async Task UnknownType_InTheLog_IsPassedOverAndWhatFollowsIsHandled()
    {
        var (unknown, known) = (Newer(), Newer());
        await AppendAsync(NewerType, unknown);
        await AppendAsync(KnownType, known);

        await CatchUp.CatchUpAsync("city", Ct);

        Assert.Single(await HandledTitlesAsync(), known.Title);
        Assert.DoesNotContain(unknown.Title, await HandledTitlesAsync());
        Assert.Equal(0, await Logs.CountMissingAsync("city", Ct));
        Assert.Equal(await Source.ReadAsync(EventLog.HeadAsync, Ct), await Sink.ReadAsync(
            session => session.SingleAsync<long>("SELECT position FROM caught_up WHERE stream = 'city'"), Ct));
    }

    static NewerDocument Newer() => new(
        Guid.NewGuid(), "1", "CT-UBND", "Chỉ thị", "Ủy ban nhân dân thành phố", $"Chỉ thị {Guid.NewGuid()}", true, DateTimeOffset.UnixEpoch, 1,
        3, new("Hỏa tốc", ["Nguyễn Văn Ẩn"]), [new("Bổ sung sau", [])]);

    /// <summary>As the newer release's relay would, with the id of the document as that of the event.</summary>
    async Task SendAsync(string exchange, string type, NewerDocument document)
    {
        var kind = exchange == Queue ? "" : "?type=topic";
        var endpoint = await Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{exchange}{kind}"));
        await endpoint.Send(document, Pipe.Execute<SendContext>(context =>
        {
            context.MessageId = document.Id;
            context.TrySetRoutingKey("all");
            context.Headers.Set(CloudEvent.Id, document.Id.ToString());
            context.Headers.Set(CloudEvent.Source, CloudEvent.SourceOf("city"));
            context.Headers.Set(CloudEvent.Type, type);
        }), Ct);
    }

    /// <summary>As the newer release would, already sent.</summary>
    Task AppendAsync(string type, NewerDocument document) => Source.InTransactionAsync(async transaction =>
    {
        var position = await transaction.SingleAsync<long>("UPDATE event_log_head SET position = position + 1 WHERE id = 1 RETURNING position");
        await transaction.ExecuteAsync(
            """
            INSERT INTO event_log (position, id, type, subject, sequence, occurred_at, units, body, sent_at)
            VALUES (@position, @Id, @type, 'documents/1', 1, @now, '', @body, @now)
            """, new { position, document.Id, type, now = transaction.RealNow, body = JsonSerializer.Serialize(document, ContractJson.Options) });
    }, Ct);

    /// <summary>How the handling of each message ended.</summary>
    sealed class Outcomes : IReceiveObserver, IDisposable
    {
        readonly ConcurrentDictionary<Guid, Exception?> _ends = new();
        readonly ConnectHandle _handle;

        public Outcomes(IBus bus) => _handle = bus.ConnectReceiveObserver(this);

        /// <returns>Null if it was taken without a fault.</returns>
        public async Task<Exception?> OfAsync(Guid id)
        {
            await Eventually.HoldsAsync(() => Task.FromResult(_ends.ContainsKey(id)), "the message is taken from the queue");
            return _ends[id];
        }

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => End(context.MessageId, null);

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
            End(context.MessageId, exception);

        public Task ReceiveFault(ReceiveContext context, Exception exception) => End(context.GetMessageId(), exception);

        Task End(Guid? id, Exception? exception)
        {
            _ends[id!.Value] = exception;
            return Task.CompletedTask;
        }

        public void Dispose() => _handle.Disconnect();
    }
}
