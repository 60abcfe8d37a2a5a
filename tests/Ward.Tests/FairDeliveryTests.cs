using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Outgoing;
using Google.Protobuf;
using City = CanThoGov.Protos.City.V1;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class FairDeliveryTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : FairDeliveryTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class FairDeliveryTests_Postgres(PostgresDatabase<WardDatabase> fixture) : FairDeliveryTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>All 103 units on one ward system: what one has piled up is not in the way of the others.</summary>
public abstract class FairDeliveryTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    const int Parallelism = 8;

    static readonly string[] Units = [.. Enumerable.Range(0, 103).Select(i => $"u{i:000}")];

    readonly OutgoingQueue _queue = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.InTransactionAsync(transaction => transaction.ExecuteAsync("DELETE FROM outgoing_calls; DELETE FROM outgoing_turns"), Ct);
    }

    [Fact]
    public async Task R20_OfAllUnits_TheOneWith2000Calls_IsDeliveredInOrderAndStarvesNobody()
    {
        var calls = await FillAsync(2_000, 5);
        var order = new List<OutgoingCall>();
        while (await ServeAsync(50) is { Count: > 0 } served)
        {
            Assert.Distinct(served.Select(call => call.AssignmentId));
            order.AddRange(served.OrderBy(call => call.Position));
        }

        Assert.Equal(calls.Select(call => call.Id).Order(), order.Select(call => call.Id).Order());
        Assert.All(order.GroupBy(call => (call.Unit, call.AssignmentId)), of => Assert.Equal(of.Select(one => one.Position).Order(), of.Select(one => one.Position)));
        // Within a unit oldest first; but a call waits for the one before it on its assignment, and the next assignment goes on.
        Assert.All(order.Where(call => call.Unit != Units[0]).GroupBy(call => call.Unit), of =>
            Assert.Equal(of.Select(one => one.Position).Order(), of.Select(one => one.Position)));
        var last = order.FindLastIndex(call => call.Unit != Units[0]);
        // In the last round there were few others left to take the places.
        Assert.InRange(order.Take(last).Count(call => call.Unit == Units[0]), 1, 60);
    }

    [Fact]
    public async Task R20_AnOfflineDay_IsDeliveredOnceOldestFirst()
    {
        var calls = await FillAsync(60, 2);
        await City.StopAsync();
        await using var ward = await StartWardAsync(
            ("Ward:Units", string.Join(',', Units)), ("Ward:Outgoing:Parallelism", $"{Parallelism}"), ("Ward:Outgoing:PollInterval", "00:00:01"));
        await Eventually.HoldsAsync(async () => await AttemptsAsync() > 2, "the city was found to be away");
        await City.StartAsync();
        await Eventually.HoldsAsync(async () => await PendingAsync() == 0, "everything is delivered", TimeSpan.FromMinutes(3));

        var carriedOut = City.CarriedOut.ToArray();
        Assert.Equal(calls.Select(call => call.Id.ToString()).Order(), carriedOut.Select(received => received.RequestId).Order());
        Assert.All(carriedOut.GroupBy(received => received.Assignment), of => Assert.Equal(of.Select(PercentOf).Order(), of.Select(PercentOf)));
        var positions = calls.Index().ToDictionary(call => call.Item.Id.ToString(), call => call.Index);
        Assert.All(carriedOut.Where(received => received.Unit != Units[0]).GroupBy(received => received.Unit), of =>
        {
            var order = of.Select(received => positions[received.RequestId]).ToArray();
            Assert.Equal(order.Order(), order);
        });
        var last = Array.FindLastIndex(carriedOut, received => received.Unit != Units[0]);
        Assert.InRange(carriedOut.Take(last).Count(received => received.Unit == Units[0]), 1, 30);
    }

    [Fact]
    public async Task R20_UnitsWithOldBacklogs_TakeTurnsWithThoseThatHaveOneNewCall()
    {
        var backlogs = Units.Take(10).SelectMany(unit => Enumerable.Range(0, 40).Select(i => Call(unit, Guid.CreateVersion7(), i))).ToArray();
        var others = Units.Skip(10).Select(unit => Call(unit, Guid.CreateVersion7(), 0)).ToArray();
        await AddAsync([.. backlogs, .. others]);

        var waiting = others.Select(call => call.Id).ToHashSet();
        var rounds = 0;
        for (; waiting.Count > 0; rounds++)
        {
            waiting.ExceptWith((await ServeAsync(10)).Select(call => call.Id));
        }

        Assert.Equal(11, rounds);   // 103 units, ten at a time: nobody has a second turn before everybody had his first
    }

    [Fact]
    public async Task R20_AUnitWhoseCallsAreUnderWay_WaitsForItsTurnAgain()
    {
        await AddAsync([.. Units.Take(3).SelectMany(unit => Enumerable.Range(0, 10).Select(i => Call(unit, Guid.CreateVersion7(), i)))]);

        var first = await ClaimAsync(4);
        var second = await ClaimAsync(5);

        Assert.Equal([1, 1, 2], first.GroupBy(call => call.Unit).Select(of => of.Count()).Order());
        Assert.Equal([3, 3, 3], first.Concat(second).GroupBy(call => call.Unit).Select(of => of.Count()));
    }

    /// <summary>The longest backlog is the oldest, half of it on one assignment and half on others; the others worked a little, later.</summary>
    async Task<IReadOnlyList<OutgoingCall>> FillAsync(int backlog, int each)
    {
        var one = Guid.CreateVersion7();
        var theirs = Units.Skip(1).ToDictionary(unit => unit, _ => new[] { Guid.CreateVersion7(), Guid.CreateVersion7() });
        OutgoingCall[] calls =
        [
            .. Enumerable.Range(0, backlog).Select(i => Call(Units[0], i % 2 == 0 ? one : Guid.CreateVersion7(), i)),
            .. Enumerable.Range(0, each).SelectMany(i => theirs.Select(unit => Call(unit.Key, unit.Value[i % 2], i))),
        ];
        await AddAsync(calls);
        return calls;
    }

    static OutgoingCall Call(string unit, Guid assignment, int percent)
    {
        var id = Guid.CreateVersion7();
        var request = new City.ReportProgressRequest
        {
            Name = $"assignments/{assignment}",
            Unit = $"units/{unit}",
            Percent = percent,
            Report = "Đang làm",
            RequestId = id.ToString(),
        };
        return OutgoingCall.New(id, new AssignmentName(unit, assignment), "ReportProgress", request.ToByteArray(), "test", Events.Monday);
    }

    Task AddAsync(IReadOnlyList<OutgoingCall> calls) => Database.InTransactionAsync(async transaction =>
    {
        foreach (var call in calls)
        {
            await _queue.AddAsync(transaction, call);
        }
    }, Ct);

    Task<IReadOnlyList<OutgoingCall>> ClaimAsync(int limit) => Database.InTransactionAsync(
        transaction => _queue.ClaimAsync(transaction, TimeProvider.System.GetUtcNow().AddMinutes(1), limit), Ct);

    /// <summary>Hands out and answers at once.</summary>
    Task<IReadOnlyList<OutgoingCall>> ServeAsync(int limit) => Database.InTransactionAsync(async transaction =>
    {
        var calls = await _queue.ClaimAsync(transaction, TimeProvider.System.GetUtcNow().AddMinutes(1), limit);
        foreach (var call in calls)
        {
            await _queue.DeliveredAsync(transaction, call.Id, Events.Monday, "");
        }

        return calls;
    }, Ct);

    Task<long> PendingAsync() => Database.ReadAsync(
        session => session.SingleAsync<long>("SELECT COUNT(*) FROM outgoing_calls WHERE state = 'Pending'"), Ct);

    Task<long> AttemptsAsync() => Database.ReadAsync(
        session => session.SingleAsync<long>("SELECT COALESCE(SUM(attempt_count), 0) FROM outgoing_calls"), Ct);

    static int PercentOf(Received received) => ((City.ReportProgressRequest)received.Request).Percent;
}
