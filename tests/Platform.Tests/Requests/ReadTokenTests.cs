using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Tests.Messaging;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.Platform.Tests.Requests;

[Trait("Category", "Sqlite")]
public sealed class ReadTokenTests_Sqlite(SqliteDatabase<SourceDatabase> source, SqliteDatabase<SinkDatabase> sink)
    : ReadTokenTests<SqliteDatabase<SourceDatabase>, SqliteDatabase<SinkDatabase>>(source, sink),
        IClassFixture<SqliteDatabase<SourceDatabase>>, IClassFixture<SqliteDatabase<SinkDatabase>>;

[Trait("Category", "Postgres")]
public sealed class ReadTokenTests_Postgres(PostgresDatabase<SourceDatabase> source, PostgresDatabase<SinkDatabase> sink)
    : ReadTokenTests<PostgresDatabase<SourceDatabase>, PostgresDatabase<SinkDatabase>>(source, sink),
        IClassFixture<PostgresDatabase<SourceDatabase>>, IClassFixture<PostgresDatabase<SinkDatabase>>;

/// <summary>Who wrote to one service reads it from another, whatever the broker does: it brings nothing here unless a test lets it.</summary>
public abstract class ReadTokenTests<TSource, TSink>(TSource source, TSink sink) : EventFlow<TSource, TSink>(source, sink, BusTransport.InMemory)
    where TSource : TestDatabase<SourceDatabase> where TSink : TestDatabase<SinkDatabase>
{
    [Fact]
    public async Task ARead_WithTheTokenOfAWrite_SeesIt()
    {
        var (title, token) = await PublishAsync();
        await ReadAsync();
        Assert.DoesNotContain(title, await HandledTitlesAsync());

        await ReadAsync(token);

        Assert.Single(await HandledTitlesAsync(), title);
    }

    [Fact]
    public async Task ManyReads_OfManyWrites_ShareAFewLooksIntoTheLog()
    {
        var writes = new List<(string Title, string Token)>();
        for (var i = 0; i < 100; i++)
        {
            writes.Add(await PublishAsync());
        }

        var before = LogReads;
        await Task.WhenAll(writes.Select(async write =>
        {
            await ReadAsync(write.Token);
            Assert.Contains(write.Title, await HandledTitlesAsync());
        }));

        Assert.InRange(LogReads - before, 1, 10);
        var after = LogReads;
        await ReadAsync(writes[50].Token);
        Assert.Equal(after, LogReads);
    }

    [Fact]
    public async Task WhatTheBrokerBroughtOutOfOrder_IsNotTakenForWhatLiesBefore()
    {
        var (early, earlyToken) = await PublishAsync();
        var (late, lateToken) = await PublishAsync();
        var handler = Services.GetRequiredService<Recorder>();
        await CatchUpButAsync(handler, early);
        Assert.Contains(late, await HandledTitlesAsync());

        handler.Unwanted = early;
        await AssertNotReachedAsync(earlyToken);
        await AssertNotReachedAsync(lateToken);

        handler.Unwanted = null;
        await ReadAsync(earlyToken);
        Assert.Single(await HandledTitlesAsync(), early);
        Assert.Single(await HandledTitlesAsync(), late);
    }

    [Fact]
    public async Task WhatTheServiceDoesNotTake_IsNotWaitedFor()
    {
        var position = 0L;
        await Source.InTransactionAsync(async transaction =>
        {
            transaction.Publish(new ClockAdvanced(DateTimeOffset.UnixEpoch, 1));
            await transaction.FlushAsync();
            position = transaction.Position;
        }, Ct);

        await ReadAsync($"city:{position}");
        await ReadAsync("ward:4711");   // nothing of that log comes here
        await ReadAsync("monitoring:4711");   // its own log
    }

    [Fact]
    public async Task WhileTheHandlerFails_ItIsUnavailableInTime_AndTriedSeldom()
    {
        var (title, token) = await PublishAsync();
        var handler = Services.GetRequiredService<Recorder>();
        handler.Unwanted = title;
        var before = LogReads;

        // The call's own deadline counts if it comes before.
        await AssertNotReachedAsync(token, TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AssertNotReachedAsync(token)));

        Assert.InRange(LogReads - before, 2, 40);   // in 3 s, one each 100 ms
        handler.Unwanted = null;
        await ReadAsync(token);
        Assert.Single(await HandledTitlesAsync(), title);
    }

    [Fact]
    public async Task WhileTheOtherServiceIsAway_ItIsUnavailable_UnlessItIsKnownToBeHandled()
    {
        var (_, known) = await PublishAsync();
        await ReadAsync(known);
        var (_, unknown) = await PublishAsync();
        IsSourceAway = true;

        await ReadAsync(known);
        await AssertNotReachedAsync(unknown);

        IsSourceAway = false;
        await ReadAsync(unknown);
    }

    [Fact]
    public async Task SeveralTokens_AreAllWaitedFor_InOneEntryOrMore()
    {
        var (first, firstToken) = await PublishAsync();
        await ReadAsync($"monitoring:9, {firstToken}");
        var (second, secondToken) = await PublishAsync();
        await ReadAsync("ward:3", secondToken, firstToken);

        Assert.Equal([first, second], (await HandledTitlesAsync()).Where(title => title == first || title == second));
    }

    [Fact]
    public async Task AheadOfTheLog_IsOutOfRange()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => ReadAsync("city:4711000"));

        Assert.Equal((StatusCode.OutOfRange, "READ_TOKEN_AHEAD"), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("city")]
    [InlineData("city:")]
    [InlineData("city:-1")]
    [InlineData("city:4711:1")]
    [InlineData("city:99999999999999999999")]
    [InlineData("hamlet:1")]
    [InlineData("city:1,hamlet:2")]
    public async Task Malformed_IsInvalid(string token)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(token));

        Assert.Equal((StatusCode.InvalidArgument, FieldErrors.Reason), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
        Assert.Equal(ReadToken.Key, Assert.Single(RpcErrors.FieldViolationsOf(refusal)).Field);
    }

    [Fact]
    public async Task TooMany_AreInvalid()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => ReadAsync([.. Enumerable.Range(0, 17).Select(i => $"city:{i}")]));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    /// <summary>Committed, and never brought by the broker.</summary>
    async Task<(string Title, string Token)> PublishAsync()
    {
        var title = $"Chỉ thị {Guid.NewGuid()}";
        var position = 0L;
        await Source.InTransactionAsync(async transaction =>
        {
            transaction.Publish(new DocumentRegistered(
                Guid.NewGuid(), "1", "CT-UBND", "Chỉ thị", null, "Ủy ban nhân dân thành phố", title, Illustrative: true, DateTimeOffset.UnixEpoch, 1));
            await transaction.FlushAsync();
            position = transaction.Position;
            await transaction.ExecuteAsync("UPDATE event_log SET sent_at = @RealNow WHERE position = @Position", transaction);
        }, Ct);
        return (title, new ReadToken("city", position).ToString());
    }

    /// <summary>Everything is handled but this one, as a broker leaves it that brought the later one first.</summary>
    async Task CatchUpButAsync(Recorder handler, string title)
    {
        handler.Unwanted = title;
        await CatchUp.CatchUpAsync("city", Ct);
        handler.Unwanted = null;
    }

    async Task AssertNotReachedAsync(string token, TimeSpan? limit = null)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(limit ?? TimeSpan.FromSeconds(30), token));
        Assert.Equal((StatusCode.Unavailable, "READ_TOKEN_NOT_REACHED"), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
        Assert.NotNull(RpcErrors.RetryAfterOf(refusal));
        Assert.Equal(token, RpcErrors.MetadataOf(refusal)["token"]);
    }

    Task ReadAsync(params string[] tokens) => ReadAsync(TimeSpan.FromSeconds(30), tokens);

    /// <summary>Some read of the sink.</summary>
    async Task ReadAsync(TimeSpan limit, params string[] tokens)
    {
        using var channel = GrpcChannel.ForAddress(SinkAddress);
        var bearer = Services.GetRequiredService<TokenIssuer>().Issue(Roles.Supervisor, "test", [], TimeSpan.FromMinutes(5));
        var headers = new Metadata { { "authorization", "Bearer " + bearer } };
        foreach (var token in tokens)
        {
            headers.Add(ReadToken.Key, token);
        }

        await new EventLogService.EventLogServiceClient(channel).ListEventsAsync(
            new ListEventsRequest(), headers, CallDeadline.In(limit), Ct);
    }
}
