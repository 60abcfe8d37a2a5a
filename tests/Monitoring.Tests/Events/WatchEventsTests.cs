using System.Globalization;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Tests.Events;

[Trait("Category", "Sqlite")]
public sealed class WatchEventsTests_Sqlite(SqliteDatabase<MonitoringDatabase> database)
    : WatchEventsTests<SqliteDatabase<MonitoringDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class WatchEventsTests_Postgres(PostgresDatabase<MonitoringDatabase> database)
    : WatchEventsTests<PostgresDatabase<MonitoringDatabase>>(database)
{
    [Fact]
    public async Task OfAnotherReplica_WhatIsCommitted_ComesWithoutAPoll()
    {
        await using var here = await StartAsync();
        await using var there = await StartAsync();
        using var reader = await here.Watch().BeginAsync();

        for (var i = 1; i <= 20; i++)
        {
            await there.PublishAsync(Missed(i));
            Assert.Equal(i, Assert.Single(await reader.TakeAsync(1)).Sequence);
        }

        // A token of the one is good for the other, also before that has read so far.
        await there.PublishAsync(Missed(21));
        Assert.Equal(21, Assert.Single(await reader.TakeAsync(1)).Sequence);
        using var resumed = await there.Watch(reader.Token).BeginAsync();
        await here.PublishAsync(Missed(22));
        Assert.Equal(22, Assert.Single(await resumed.TakeAsync(1)).Sequence);
    }

    [Fact]
    public async Task OfManyReplicas_WhileAllCommit_ComesEachOnceInOrder()
    {
        await using var here = await StartAsync();
        await using var there = await StartAsync();
        using var one = await here.Watch().BeginAsync();
        using var other = await there.Watch().BeginAsync();

        await Task.WhenAll(WriteAsync(here, 4), WriteAsync(there, 4));

        var first = await one.TakeAsync(2 * 4 * EventsOfAWriter);
        Assert.Equal(first.Select(e => e.Id), (await other.TakeAsync(first.Count)).Select(e => e.Id));
        await AssertIsTheLogAsync(first);
    }
}

/// <summary>What a stream promises: nothing left out, nothing twice, in order, whoever else reads or writes.</summary>
public abstract class WatchEventsTests<TDatabase> : IClassFixture<TDatabase> where TDatabase : TestDatabase<MonitoringDatabase>
{
    protected const int EventsOfAWriter = 60;

    readonly TDatabase _database;

    protected WatchEventsTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _database = database;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal Task<WatchReplica> StartAsync(params (string Key, string Value)[] settings) =>
        WatchReplica.StartAsync(_database.Database.Options, settings);

    [Fact]
    public async Task FromNowOn_WhileManyCommit_ComesEachOnceInOrder()
    {
        await using var replica = await StartAsync();
        using var reader = await replica.Watch().BeginAsync();

        var writing = WriteAsync(replica, 8);
        var events = await reader.TakeAsync(8 * EventsOfAWriter);
        await writing;

        await AssertIsTheLogAsync(events);
        Assert.All(events.GroupBy(e => e.Subject), of => Assert.Equal(Enumerable.Range(1, of.Count()), of.Select(e => (int)e.Sequence)));
        Assert.Equal(await replica.Database.ReadAsync(EventLog.HeadAsync, Ct), events[^1].Position);
    }

    [Fact]
    public async Task CutAgainAndAgain_FromItsTokenOn_GetsEachOnce()
    {
        await using var replica = await StartAsync();
        string token;
        using (var first = await replica.Watch().BeginAsync())
        {
            token = first.Token;
        }

        var writing = WriteAsync(replica, 8);
        var events = new List<Event>();
        for (var cut = 1; events.Count < 8 * EventsOfAWriter; cut++)
        {
            using var reader = replica.Watch(token);
            events.AddRange(await reader.TakeAsync(Math.Min(cut, (8 * EventsOfAWriter) - events.Count)));
            token = reader.Token;
        }

        await writing;
        await AssertIsTheLogAsync(events);

        // The same token gives the same again: from the database what it gave from memory.
        using var again = replica.Watch(TokenAt(events[9].Position));
        Assert.Equal(events.Skip(10), await again.TakeAsync(events.Count - 10));
    }

    [Fact]
    public async Task FromOldest_GivesTheWholeLogAndGoesOn()
    {
        await using var replica = await StartAsync();
        await WriteAsync(replica, 2);
        var log = await LogAsync();

        using var reader = replica.Watch(fromOldest: true);
        Assert.Equal(log, (await reader.TakeAsync(log.Length)).Select(e => e.Position));
        await replica.PublishAsync(Missed(1));
        using var resumed = replica.Watch(reader.Token, fromOldest: true);
        Assert.Equal(log[^1] + 1, Assert.Single(await resumed.TakeAsync(1)).Position);
    }

    [Fact]
    public async Task TooSlow_IsEndedWithItsToken_OthersDoNotNotice()
    {
        await using var replica = await StartAsync(("Watch:WriteLimit", "00:00:02"));
        using var quick = await replica.Watch().BeginAsync();
        using var slow = await replica.Watch().BeginAsync();

        IReadOnlyList<Event> events = [];
        var ended = await WatchReplica.CountAsync(EventWatch<MonitoringDatabase>.TooSlowMetric, async () =>
        {
            var taking = quick.TakeAsync(100);
            // More than the windows of a connection take, for one that does not read.
            foreach (var chunk in Enumerable.Range(1, 100).Select(i => (IEvent)Missed(i, title: new string('đ', 10_000))).Chunk(10))
            {
                await replica.PublishAsync(chunk);
            }

            events = await taking;
            await Eventually.HoldsAsync(() => Task.FromResult(replica.Tail.Watchers == 1), "the slow one is ended");
        });

        await AssertIsTheLogAsync(events);
        Assert.Equal(1, ended);
        var (taken, end) = await slow.DrainAsync();
        Assert.Equal((StatusCode.ResourceExhausted, "READER_TOO_SLOW"), (end.StatusCode, RpcErrors.ReasonOf(end)));
        Assert.InRange(taken.Count, 1, 99);
        Assert.Equal(events.Take(taken.Count), taken);
        var token = RpcErrors.MetadataOf(end)["resume_token"];
        Assert.Equal((token, token), (slow.Token, slow.Trailers.GetValue(EventWatch<MonitoringDatabase>.ResumeTokenTrailer)));

        using var resumed = replica.Watch(token);
        Assert.Equal(events.Skip(taken.Count), await resumed.TakeAsync(100 - taken.Count));
        await replica.PublishAsync(Missed(101));
        Assert.Equal(101, Assert.Single(await quick.TakeAsync(1)).Sequence);
    }

    [Fact]
    public async Task AWard_GetsItsOwnAndWhatConcernsEverybody()
    {
        await using var replica = await StartAsync();
        using var start = await replica.Watch().BeginAsync();
        var ward = replica.Client(Roles.Ward, Some.Ward);
        using var live = await WatchReplica.Watch(ward, new()).BeginAsync();
        for (var i = 1; i <= 30; i++)
        {
            await replica.PublishAsync(Missed(i, Some.Commune), Missed(i, Some.Ward), new MonitoringClockFollowed(i));
        }

        var own = await live.TakeAsync(60);
        Assert.All(own, e => Assert.True(e.Units is [] or [Some.Ward]));
        Assert.Equal(30, own.Count(e => e.Units.Count == 0));

        // From memory, from the database, and by the other way to ask for a unit: the same.
        using var later = WatchReplica.Watch(ward, new() { ResumeToken = start.Token });
        Assert.Equal(own, await later.TakeAsync(60));
        using var asked = await WatchReplica.Watch(replica.Client(), new() { Unit = $"units/{Some.Ward}" }).BeginAsync();
        using var foreign = await WatchReplica.Watch(ward, new() { Unit = $"units/{Some.Commune}" }).BeginAsync();
        await replica.PublishAsync(Missed(31, Some.Commune), Missed(31, Some.Ward), new MonitoringClockFollowed(31));
        Assert.Equal(await live.TakeAsync(2), await asked.TakeAsync(2));
        Assert.Equal("clock", Assert.Single(await foreign.TakeAsync(1)).Subject);
    }

    [Fact]
    public async Task Types_GiveOnlyThese_InAnyOrder()
    {
        await using var replica = await StartAsync();
        var (missed, soon) = (EventCatalog.NameOf(typeof(DeadlineMissed)), EventCatalog.NameOf(typeof(DeadlineDueSoon)));
        using var reader = await WatchReplica.Watch(replica.Client(), new() { Types_ = { missed, soon } }).BeginAsync();
        await replica.PublishAsync(new MonitoringClockFollowed(1), Missed(1));
        Assert.Equal(missed, Assert.Single(await reader.TakeAsync(1)).Type);

        using var resumed = WatchReplica.Watch(replica.Client(), new() { ResumeToken = reader.Token, Types_ = { soon, missed, soon } });
        await replica.PublishAsync(new MonitoringClockFollowed(2), Missed(2));
        Assert.Equal(2, Assert.Single(await resumed.TakeAsync(1)).Sequence);
    }

    [Fact]
    public async Task WithoutEvents_TokensComeThatPassOverTheOthers()
    {
        await using var replica = await StartAsync(("Watch:HeartbeatInterval", "00:00:00.100"));
        var types = new[] { EventCatalog.NameOf(typeof(DeadlineEscalated)) };
        using var reader = await WatchReplica.Watch(replica.Client(), new() { Types_ = { types } }).BeginAsync();
        var begin = reader.Token;
        await WriteAsync(replica, 1);
        var head = await replica.Database.ReadAsync(EventLog.HeadAsync, Ct);

        do
        {
            Assert.Null(await reader.NextAsync());
        }
        while (reader.Token != TokenAt(head, types));
        Assert.NotEqual(begin, reader.Token);
    }

    [Fact]
    public async Task NobodyTells_ThePollFindsIt()
    {
        await using var replica = await StartAsync(("Watch:PollInterval", "00:00:00.100"));
        using var reader = await replica.Watch().BeginAsync();

        // A process that has no tail says nothing.
        await WatchReplica.PublishAsync(_database.Database, Missed(1));

        Assert.Equal(1, Assert.Single(await reader.TakeAsync(1)).Sequence);
    }

    [Fact]
    public async Task AfterATimeWithoutReaders_AllIsThere()
    {
        await using var replica = await StartAsync();
        string token;
        using (var first = await replica.Watch().BeginAsync())
        {
            token = first.Token;
        }

        await Eventually.HoldsAsync(() => Task.FromResult(replica.Tail.Watchers == 0), "the reader has left");
        await WriteAsync(replica, 1);

        using var reader = replica.Watch(token);
        await AssertIsTheLogAsync(await reader.TakeAsync(EventsOfAWriter));
    }

    [Fact]
    public async Task Truncated_SaysSo_AlsoToWhoFellBehind()
    {
        await using var replica = await StartAsync();
        using var reader = await replica.Watch().BeginAsync();
        await WriteAsync(replica, 1);
        var log = await LogAsync();
        await replica.Database.InTransactionAsync(
            transaction => transaction.ExecuteAsync(
                "DELETE FROM event_log WHERE position <= @oldest; UPDATE event_log_head SET oldest = @oldest + 1", new { oldest = log[^10] }), Ct);

        using var late = replica.Watch(TokenAt(log[^10] - 1));
        var refusal = await late.RefusedAsync(StatusCode.OutOfRange, "LOG_TRUNCATED");
        Assert.Equal($"{log[^10] + 1}", RpcErrors.MetadataOf(refusal)["oldest_position"]);

        using var oldest = replica.Watch(fromOldest: true);
        Assert.Equal(log[^9..], (await oldest.TakeAsync(9)).Select(e => e.Position));
        using var justInTime = replica.Watch(TokenAt(log[^10]));
        Assert.Equal(log[^9..], (await justInTime.TakeAsync(9)).Select(e => e.Position));
    }

    [Fact]
    public async Task BadRequests_NameTheField()
    {
        await using var replica = await StartAsync();
        using var reader = await replica.Watch().BeginAsync();
        var missed = EventCatalog.NameOf(typeof(DeadlineMissed));

        await NamesAsync(new() { ResumeToken = "hỏng" }, "resume_token");
        await NamesAsync(new() { ResumeToken = reader.Token, Types_ = { missed } }, "resume_token");
        await NamesAsync(new() { ResumeToken = reader.Token, Unit = $"units/{Some.Ward}" }, "resume_token");
        await NamesAsync(new() { ResumeToken = Paging.Token("5") }, "resume_token");
        await NamesAsync(
            new() { ResumeToken = "x", Unit = Some.Ward, Types_ = { missed, "missed", EventCatalog.NameOf(typeof(UnitRegistered)) } },
            "types[1]", "types[2]", "unit", "resume_token");

        var head = await replica.Database.ReadAsync(EventLog.HeadAsync, Ct);
        using var ahead = replica.Watch(TokenAt(head + 1));
        await ahead.RefusedAsync(StatusCode.OutOfRange, "RESUME_TOKEN_AHEAD");

        async Task NamesAsync(Pb.WatchEventsRequest request, params string[] fields)
        {
            using var bad = WatchReplica.Watch(replica.Client(), request);
            var refusal = await bad.RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason);
            Assert.Equal(fields, RpcErrors.FieldViolationsOf(refusal).Select(violation => violation.Field));
        }
    }

    [Fact]
    public async Task Stopping_EndsReadersAtOnce_AnotherReplicaGoesOn()
    {
        WatchReader<Pb.WatchEventsResponse, Event>[] readers;
        await using (var replica = await StartAsync())
        {
            readers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => replica.Watch().BeginAsync()));
            var begun = TimeProvider.System.GetTimestamp();
            await replica.StopAsync();
            Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(10));
            foreach (var reader in readers)
            {
                var end = await reader.RefusedAsync(StatusCode.Unavailable, "SERVICE_STOPPING");
                Assert.Equal(reader.Token, RpcErrors.MetadataOf(end)["resume_token"]);
                Assert.NotNull(RpcErrors.RetryAfterOf(end));
                reader.Dispose();
            }
        }

        await using var other = await StartAsync();
        await other.PublishAsync(Missed(1));
        using var resumed = other.Watch(readers[0].Token);
        Assert.Equal(1, Assert.Single(await resumed.TakeAsync(1)).Sequence);
    }

    [Fact]
    public async Task TooManyReaders_AreRefused_UntilOneLeaves()
    {
        await using var replica = await StartAsync(("Watch:MaxWatchers", "2"));
        using var one = await replica.Watch().BeginAsync();
        using (await replica.Watch().BeginAsync())
        {
            using var third = replica.Watch();
            Assert.NotNull(RpcErrors.RetryAfterOf(await third.RefusedAsync(StatusCode.ResourceExhausted, "TOO_MANY_WATCHERS")));
        }

        await Eventually.HoldsAsync(() => Task.FromResult(replica.Tail.Watchers == 1), "one has left");
        using var next = await replica.Watch().BeginAsync();
    }

    [Fact]
    public async Task ExpiredToken_EndsTheStream()
    {
        // The first reader only warms the way up: the second has a few seconds to begin.
        await using var replica = await StartAsync(("Auth:ClockSkew", "00:00:00"));
        using var other = await replica.Watch().BeginAsync();
        using var reader = await WatchReplica.Watch(replica.Client(lifetime: TimeSpan.FromSeconds(5)), new()).BeginAsync();

        var end = await reader.RefusedAsync(StatusCode.Unauthenticated, TokenErrors.Invalid);

        Assert.Equal(reader.Token, RpcErrors.MetadataOf(end)["resume_token"]);
        await replica.PublishAsync(Missed(1));
        Assert.Equal(1, Assert.Single(await other.TakeAsync(1)).Sequence);
        using var resumed = replica.Watch(reader.Token);
        Assert.Equal(1, Assert.Single(await resumed.TakeAsync(1)).Sequence);
    }

    /// <summary>Writers that commit at the same time, each with subjects of its own and one to three events in a transaction.</summary>
    internal static Task WriteAsync(WatchReplica replica, int writers) => Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
    {
        var subject = Guid.CreateVersion7();
        for (int version = 1, size = 1; version <= EventsOfAWriter; version += size, size = Math.Min((size % 3) + 1, EventsOfAWriter - version + 1))
        {
            await replica.PublishAsync([.. Enumerable.Range(version, size).Select(one => Missed(one, subject: subject))]);
        }
    })));

    /// <summary>As they stand in the log, none left out between the first and the last.</summary>
    protected async Task AssertIsTheLogAsync(IReadOnlyList<Event> events)
    {
        var positions = events.Select(e => e.Position).ToArray();
        Assert.Equal((await LogAsync()).Where(position => position >= positions[0] && position <= positions[^1]), positions);
    }

    protected static DeadlineMissed Missed(long version, string unit = Some.Commune, string title = "Dọn kênh Rạch Bần", Guid? subject = null) => new(
        subject ?? Guid.CreateVersion7(), title, unit, DateTimeOffset.UnixEpoch, 1, 0, [], "Đã đến hạn.", DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch, Late: false, Illustrative: true, version);

    async Task<long[]> LogAsync() =>
        [.. await _database.Database.ReadAsync(session => session.ListAsync<long>("SELECT position FROM event_log ORDER BY position"), Ct)];

    static string TokenAt(long position, params string[] types) => CursorToken.Of(
        position.ToString(CultureInfo.InvariantCulture), "watch", "monitoring", string.Join(',', types), "");
}
