using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Platform.Tests.Messaging;

public sealed class SourceDatabase(DatabaseOptions options, TimeProvider time) : Database("city", options, time);

public sealed class SinkDatabase(DatabaseOptions options, TimeProvider time) : Database("monitoring", options, time);

/// <summary>Adds up what it is given: a repeat would show.</summary>
public sealed class Recorder : IEventHandler<DocumentRegistered>
{
    public Task HandleAsync(DocumentRegistered e, Transaction transaction) =>
        transaction.ExecuteAsync("INSERT INTO handled (document) VALUES (@Title)", new { e.Title });
}

[Trait("Category", "Sqlite")]
public sealed class EventFlowTests_SqliteInMemory(SqliteDatabase<SourceDatabase> source, SqliteDatabase<SinkDatabase> sink)
    : EventFlowTests<SqliteDatabase<SourceDatabase>, SqliteDatabase<SinkDatabase>>(source, sink, BusTransport.InMemory),
        IClassFixture<SqliteDatabase<SourceDatabase>>, IClassFixture<SqliteDatabase<SinkDatabase>>;

[Trait("Category", "Postgres")]
public sealed class EventFlowTests_PostgresInMemory(PostgresDatabase<SourceDatabase> source, PostgresDatabase<SinkDatabase> sink)
    : EventFlowTests<PostgresDatabase<SourceDatabase>, PostgresDatabase<SinkDatabase>>(source, sink, BusTransport.InMemory),
        IClassFixture<PostgresDatabase<SourceDatabase>>, IClassFixture<PostgresDatabase<SinkDatabase>>;

// One after the other: on one broker the two would take each other's messages.
[Trait("Category", "RabbitMq")]
[Collection("one broker")]
public sealed class EventFlowTests_PostgresRabbitMq(PostgresDatabase<SourceDatabase> source, PostgresDatabase<SinkDatabase> sink)
    : EventFlowTests<PostgresDatabase<SourceDatabase>, PostgresDatabase<SinkDatabase>>(source, sink, BusTransport.RabbitMq),
        IClassFixture<PostgresDatabase<SourceDatabase>>, IClassFixture<PostgresDatabase<SinkDatabase>>;

[Trait("Category", "RabbitMq")]
[Collection("one broker")]
public sealed class EventFlowTests_SqliteRabbitMq(SqliteDatabase<SourceDatabase> source, SqliteDatabase<SinkDatabase> sink)
    : EventFlowTests<SqliteDatabase<SourceDatabase>, SqliteDatabase<SinkDatabase>>(source, sink, BusTransport.RabbitMq),
        IClassFixture<SqliteDatabase<SourceDatabase>>, IClassFixture<SqliteDatabase<SinkDatabase>>;

/// <summary>From a commit in one service to an effect in another: the same promises on each database and each transport.</summary>
public abstract class EventFlowTests<TSource, TSink> : IAsyncLifetime
    where TSource : TestDatabase<SourceDatabase> where TSink : TestDatabase<SinkDatabase>
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-flow-").FullName;
    readonly BusTransport _transport;
    readonly TSource _source;
    readonly TSink _sink;
    WebApplication _app = null!;

    protected EventFlowTests(TSource source, TSink sink, BusTransport transport)
    {
        var missing = source.Missing ?? sink.Missing ?? (transport == BusTransport.RabbitMq ? Servers.Missing(Servers.RabbitMq) : null);
        Assert.SkipWhen(missing is not null, missing ?? "");
        (_source, _sink, _transport) = (source, sink, transport);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _sink.Database.InTransactionAsync(
            transaction => transaction.ExecuteAsync("CREATE TABLE IF NOT EXISTS handled (document text NOT NULL)"), Ct);

        var port = TestPorts.Free(1)[0];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["City:Database:Provider"] = _source.Database.Options.Provider.ToString(),
            ["City:Database:ConnectionString"] = _source.Database.Options.ConnectionString,
            ["Monitoring:Database:Provider"] = _sink.Database.Options.Provider.ToString(),
            ["Monitoring:Database:ConnectionString"] = _sink.Database.Options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Endpoints:city"] = $"http://127.0.0.1:{port}",
            ["Services:City"] = $"http://127.0.0.1:{port}",
            ["Telemetry:Endpoint"] = "none",
            ["Outbox:PollInterval"] = "00:00:00.100",
            ["Bus:Transport"] = _transport.ToString(),
        });
        if (_transport == BusTransport.RabbitMq)
        {
            var uri = new Uri(Servers.Value(Servers.RabbitMq));
            builder.Configuration["Bus:Host"] = uri.Host;
            builder.Configuration["Bus:Port"] = $"{uri.Port}";
            builder.Configuration["Bus:User"] = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]);
            builder.Configuration["Bus:Password"] = Uri.UnescapeDataString(uri.UserInfo.Split(':')[1]);
        }

        builder.AddServiceDefaults("flow");
        builder.ListenOn("city", "", HttpProtocols.Http2);
        builder.Logging.ClearProviders();
        builder.AddDatabase<SourceDatabase>("City");
        builder.AddDatabase<SinkDatabase>("Monitoring");
        builder.AddEventBus(
            builder.AddEvents(new Subscriptions<SourceDatabase>("city") { CountRepeatedEffects = "SELECT 0" }),
            builder.AddEvents(new Subscriptions<SinkDatabase>("monitoring") { CountRepeatedEffects = "SELECT 0" }
                .On<DocumentRegistered, Recorder>()));
        _app = builder.Build();
        _app.MapPort(port, endpoints => endpoints.MapGrpcService<EventLogGrpcService<SourceDatabase>>());
        await _app.StartAsync(Ct);

        // From here on only the tests catch up.
        await CatchUp.StopAsync(Ct);
        // It began before the server listened; after a refused connection the channel pauses.
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await CatchUp.CatchUpAsync("city", Ct);
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
        }, "the log can be read");
    }

    CatchUp<SinkDatabase> CatchUp => _app.Services.GetRequiredService<CatchUp<SinkDatabase>>();

    [Fact]
    public async Task Published_ByManyAtOnce_EachHasItsEffectOnce()
    {
        var titles = Enumerable.Range(0, 150).Select(i => $"Chỉ thị {i} {Guid.NewGuid()}").ToArray();
        await Task.WhenAll(titles.Select(title => PublishAsync(title)));

        await HandledAsync(titles);
        Assert.Equal(titles.Order(), (await HandledTitlesAsync()).Intersect(titles).Order());
        Assert.Equal(titles.Length, (await HandledTitlesAsync()).Count(titles.Contains));
        var (count, first, last) = await _source.Database.ReadAsync(session => session.SingleAsync<(long, long, long)>(
            "SELECT COUNT(*), MIN(position), MAX(position) FROM event_log"), Ct);
        Assert.Equal(last - first + 1, count);
    }

    [Fact]
    public async Task RolledBack_NothingIsPublishedAndNoPositionIsLost()
    {
        var head = await HeadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => PublishAsync("Chỉ thị bị hủy", fail: true));
        await PublishAsync("Chỉ thị sau đó");

        await HandledAsync("Chỉ thị sau đó");
        Assert.Equal(head + 1, await HeadAsync());
        Assert.DoesNotContain("Chỉ thị bị hủy", await HandledTitlesAsync());
    }

    [Fact]
    public async Task SentAgain_AfterACrashBeforeTheMark_HasNoSecondEffect()
    {
        var title = $"Chỉ thị {Guid.NewGuid()}";
        await PublishAsync(title);
        await HandledAsync(title);

        await _source.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("UPDATE event_log SET sent_at = NULL"), Ct);
        var after = $"Chỉ thị sau {Guid.NewGuid()}";
        await PublishAsync(after);
        await HandledAsync(after);
        await Eventually.HoldsAsync(async () => await UnsentAsync() == 0, "everything is sent again");

        Assert.Single(await HandledTitlesAsync(), title);
    }

    [Fact]
    public async Task LostOnTheWay_IsFoundInTheLog()
    {
        var title = $"Chỉ thị {Guid.NewGuid()}";
        await _source.Database.InTransactionAsync(async transaction =>
        {
            transaction.Publish(Registered(title));
            await transaction.FlushAsync();
            await transaction.ExecuteAsync("UPDATE event_log SET sent_at = @RealNow WHERE position = @Position", transaction);
        }, Ct);
        Assert.Equal(1, await CatchUp.CountMissingAsync("city", Ct));

        await CatchUp.CatchUpAsync("city", Ct);

        Assert.Single(await HandledTitlesAsync(), title);
        Assert.Equal(0, await CatchUp.CountMissingAsync("city", Ct));
    }

    Task PublishAsync(string title, bool fail = false) => _source.Database.InTransactionAsync(async transaction =>
    {
        transaction.Publish(Registered(title));
        if (fail)
        {
            await transaction.FlushAsync();
            throw new InvalidOperationException();
        }
    }, Ct);

    static DocumentRegistered Registered(string title) => new(
        Guid.NewGuid(), "1", "CT-UBND", "Chỉ thị", null, "Ủy ban nhân dân thành phố", title, Illustrative: true, DateTimeOffset.UnixEpoch, 1);

    Task HandledAsync(params string[] titles) => Eventually.HoldsAsync(
        async () => !titles.Except(await HandledTitlesAsync()).Any(), $"{titles.Length} events are handled", TimeSpan.FromSeconds(60));

    Task<IReadOnlyList<string>> HandledTitlesAsync() =>
        _sink.Database.ReadAsync(session => session.ListAsync<string>("SELECT document FROM handled"), Ct);

    Task<long> HeadAsync() => _source.Database.ReadAsync(EventLog.HeadAsync, Ct);

    Task<long> UnsentAsync() => _source.Database.ReadAsync(
        session => session.SingleAsync<long>("SELECT COUNT(*) FROM event_log WHERE sent_at IS NULL"), Ct);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
