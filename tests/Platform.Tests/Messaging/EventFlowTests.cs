using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Tests.Messaging;

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
public abstract class EventFlowTests<TSource, TSink>(TSource source, TSink sink, BusTransport transport) : EventFlow<TSource, TSink>(source, sink, transport)
    where TSource : TestDatabase<SourceDatabase> where TSink : TestDatabase<SinkDatabase>
{
    [Fact]
    public async Task Published_ByManyAtOnce_EachHasItsEffectOnce()
    {
        var titles = Enumerable.Range(0, 150).Select(i => $"Chỉ thị {i} {Guid.NewGuid()}").ToArray();
        await Task.WhenAll(titles.Select(title => PublishAsync(title)));

        await HandledAsync(titles);
        Assert.Equal(titles.Order(), (await HandledTitlesAsync()).Intersect(titles).Order());
        Assert.Equal(titles.Length, (await HandledTitlesAsync()).Count(titles.Contains));
        var (count, first, last) = await Source.ReadAsync(session => session.SingleAsync<(long, long, long)>(
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

        await Source.InTransactionAsync(transaction => transaction.ExecuteAsync("UPDATE event_log SET sent_at = NULL"), Ct);
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
        await Source.InTransactionAsync(async transaction =>
        {
            transaction.Publish(Registered(title));
            await transaction.FlushAsync();
            await transaction.ExecuteAsync("UPDATE event_log SET sent_at = @RealNow WHERE position = @Position", transaction);
        }, Ct);
        Assert.Equal(1, await Logs.CountMissingAsync("city", Ct));

        await CatchUp.CatchUpAsync("city", Ct);

        Assert.Single(await HandledTitlesAsync(), title);
        Assert.Equal(0, await Logs.CountMissingAsync("city", Ct));
    }

    /// <summary>As after an upgrade: the position of the release before lies behind what it did not ask for.</summary>
    [Fact]
    public async Task Type_ThatTheReleaseBeforeDidNotTake_IsReadFromTheBeginning()
    {
        var (taken, later) = ($"Chỉ thị {Guid.NewGuid()}", $"Phường {Guid.NewGuid()}");
        await Source.InTransactionAsync(transaction =>
        {
            transaction.Publish(new UnitRegistered(
                $"{Guid.NewGuid()}", later, UnitKind.Ward, "31135", "", new(2025, 7, 1), null, Illustrative: true, DateTimeOffset.UnixEpoch, 1));
            return Task.CompletedTask;
        }, Ct);
        await PublishAsync(taken);
        await HandledAsync(taken);
        await CatchUp.CatchUpAsync("city", Ct);

        var newer = new Subscriptions<SinkDatabase>("monitoring") { CountRepeatedEffects = "SELECT 0" }
            .On<DocumentRegistered, Recorder>().On<UnitRegistered, Recorder>();
        var logs = ActivatorUtilities.CreateInstance<SourceLogs<SinkDatabase>>(Services, newer);
        await ActivatorUtilities.CreateInstance<CatchUp<SinkDatabase>>(Services, newer, logs).CatchUpAsync("city", Ct);

        var handled = await HandledTitlesAsync();
        Assert.Single(handled, later);
        Assert.Single(handled, taken);
    }

    [Fact]
    public async Task Reader_NewToALogThatIsOlderThanItsRetention_GetsTheLastStateOfEverything()
    {
        var (titles, oldest) = await CondensedAsync();
        await BeginAtAsync(0);

        await CatchUp.CatchUpAsync("city", Ct);

        Assert.Equal([titles[1], titles[2], titles[3]], await HandledTitlesAsync());
        Assert.Equal(0, await Logs.CountMissingAsync("city", Ct));
        Assert.Equal(oldest, await Source.ReadAsync(EventLog.OldestAsync, Ct));
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task Reader_BackAfterTheRetention_GoesOnAndSaysWhatIsLost()
    {
        var (titles, _) = await CondensedAsync();
        var first = await Source.ReadAsync(session => session.SingleAsync<long>("SELECT MIN(position) FROM event_log"), Ct);
        await BeginAtAsync(first - 1);

        await CatchUp.CatchUpAsync("city", Ct);

        Assert.Equal([titles[1], titles[2], titles[3]], await HandledTitlesAsync());
        Assert.Equal(0, await Logs.CountMissingAsync("city", Ct));
        Assert.Contains(Errors, error => error.Contains("is lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhoDoesNotAskForWhatIsCondensed_IsToldThatItIsGone()
    {
        var (_, oldest) = await CondensedAsync();
        using var channel = GrpcChannel.ForAddress(SourceAddress);
        var token = await Services.GetRequiredService<ITokenSource>().GetAsync(Roles.Supervisor, null, Ct);
        var log = new EventLogService.EventLogServiceClient(channel);
        var headers = new Metadata { { "authorization", "Bearer " + token } };

        var refusal = await Assert.ThrowsAsync<RpcException>(() => log.ListEventsAsync(
            new() { AfterPosition = oldest - 2 }, headers, cancellationToken: Ct).ResponseAsync);
        var whole = await log.ListEventsAsync(new() { AfterPosition = oldest - 1 }, headers, cancellationToken: Ct);

        Assert.Equal("LOG_TRUNCATED", RpcErrors.ReasonOf(refusal));
        Assert.Equal(oldest, whole.OldestPosition);
        Assert.Equal(oldest, Assert.Single(whole.Events).Position);
    }

    /// <summary>One for a field concerns no unit, and is not for everybody for that.</summary>
    [Fact]
    public async Task WhoIsInChargeOfWhat_IsNotShownToAWard()
    {
        await Source.InTransactionAsync(transaction =>
        {
            transaction.Publish(new PortfolioChanged(
                Guid.NewGuid(), Guid.NewGuid(), PortfolioKind.Field, "đất đai", [], new(2026, 1, 1), null, DateTimeOffset.UnixEpoch, 1));
            transaction.Publish(Registered("Chỉ thị cho mọi nơi"));
            return Task.CompletedTask;
        }, Ct);
        var (types, head) = (EventCatalog.NotForWards, await HeadAsync());
        using var channel = GrpcChannel.ForAddress(SourceAddress);
        var log = new EventLogService.EventLogServiceClient(channel);

        Assert.Equal(2, (await ListAsync(Roles.Supervisor, null)).Events.Count);
        Assert.Equal(head, Assert.Single((await ListAsync(Roles.Ward, "31135-2025")).Events).Position);
        Assert.Empty((await ListAsync(Roles.Ward, "31135-2025", [.. types])).Events);

        async Task<ListEventsResponse> ListAsync(string role, string? unit, params string[] asked)
        {
            var token = await Services.GetRequiredService<ITokenSource>().GetAsync(role, unit, Ct);
            return await log.ListEventsAsync(
                new() { AfterPosition = head - 2, Types_ = { asked } }, new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: Ct);
        }
    }

    /// <summary>Two states of one document and one of another, sent long ago, and one sent now; the sink has read nothing.</summary>
    async Task<(string[] Titles, long Oldest)> CondensedAsync()
    {
        await Source.InTransactionAsync(transaction => transaction.ExecuteAsync("DELETE FROM event_log"), Ct);
        string[] titles = [.. Enumerable.Range(0, 4).Select(i => $"Chỉ thị {i} {Guid.NewGuid()}")];
        var document = Registered(titles[0]);
        foreach (var state in new[] { document, document with { Title = titles[1], Version = 2 }, Registered(titles[2]) })
        {
            await Source.InTransactionAsync(transaction =>
            {
                transaction.Publish(state);
                return Task.CompletedTask;
            }, Ct);
        }

        await HandledAsync(titles[..3]);
        await Eventually.HoldsAsync(async () => await UnsentAsync() == 0, "everything is sent");
        await Source.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE event_log SET sent_at = @past", new { past = transaction.RealNow.AddDays(-100) }), Ct);
        await PublishAsync(titles[3]);
        await HandledAsync(titles[3]);
        await Services.GetServices<IHostedService>().OfType<Housekeeping<SourceDatabase>>().Single().RemoveAsync(Ct);
        return (titles, await HeadAsync());
    }

    async Task BeginAtAsync(long position)
    {
        await Sink.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("DELETE FROM handled");
            await transaction.ExecuteAsync("DELETE FROM inbox");
            await transaction.ExecuteAsync("DELETE FROM caught_up");
        }, Ct);
        (await Logs.StreamsAsync("city", Ct))[0].Reached = position;
        Errors.Clear();
    }

    Task PublishAsync(string title, bool fail = false) => Source.InTransactionAsync(async transaction =>
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

    Task<long> HeadAsync() => Source.ReadAsync(EventLog.HeadAsync, Ct);

    Task<long> UnsentAsync() => Source.ReadAsync(
        session => session.SingleAsync<long>("SELECT COUNT(*) FROM event_log WHERE sent_at IS NULL"), Ct);
}
