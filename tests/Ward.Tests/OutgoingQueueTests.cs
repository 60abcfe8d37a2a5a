using CanThoGov.Platform.Data;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Outgoing;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class OutgoingQueueTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : OutgoingQueueTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class OutgoingQueueTests_Postgres(PostgresDatabase<WardDatabase> fixture)
    : OutgoingQueueTests<PostgresDatabase<WardDatabase>>(fixture);

public abstract class OutgoingQueueTests<TFixture> : IClassFixture<TFixture>, IAsyncLifetime where TFixture : TestDatabase<WardDatabase>
{
    readonly OutgoingQueue _queue = new();
    readonly WardDatabase _database;

    protected OutgoingQueueTests(TFixture fixture)
    {
        Assert.SkipWhen(fixture.Missing is not null, fixture.Missing ?? "");
        _database = fixture.Database;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await _database.InTransactionAsync(transaction => transaction.ExecuteAsync("DELETE FROM outgoing_calls"), Ct);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Claim_SeveralOnOneAssignment_GivesTheOldestOnlyUntilItIsAnswered()
    {
        var assignment = new AssignmentName(Events.NinhKieu, Guid.NewGuid());
        var first = await AddAsync(assignment);
        var second = await AddAsync(assignment);

        Assert.Equal([first], await ClaimAsync());
        Assert.Empty(await ClaimAsync());
        await _database.InTransactionAsync(transaction => _queue.DeliveredAsync(transaction, first, Events.Monday, ""), Ct);
        Assert.Equal([second], await ClaimAsync());
    }

    [Fact]
    public async Task Claim_SameAssignmentOfTwoUnits_GivesBoth()
    {
        var assignment = Guid.NewGuid();
        var first = await AddAsync(new(Events.NinhKieu, assignment));
        var second = await AddAsync(new(Events.CaiKhe, assignment));

        Assert.Equal([first, second], await ClaimAsync());
    }

    [Fact]
    public async Task Claim_BacklogOfOneUnit_GivesTheOtherUnitItsTurn()
    {
        var backlog = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            backlog.Add(await AddAsync(new(Events.NinhKieu, Guid.NewGuid())));
        }

        var other = await AddAsync(new(Events.CaiKhe, Guid.NewGuid()));

        Assert.Equal([backlog[0], other], await ClaimAsync(limit: 2));
        Assert.Equal([backlog[1]], await ClaimAsync(limit: 1));
        var late = await AddAsync(new(Events.AnBinh, Guid.NewGuid()));
        Assert.Equal([late], await ClaimAsync(limit: 1));
    }

    [Fact]
    public async Task Claim_Postponed_WaitsAndNothingOvertakesIt()
    {
        var assignment = new AssignmentName(Events.NinhKieu, Guid.NewGuid());
        var first = await AddAsync(assignment);
        await AddAsync(assignment);
        await ClaimAsync();

        await PostponeAsync(first, TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Empty(await ClaimAsync());

        await PostponeAsync(first, TimeProvider.System.GetUtcNow());
        Assert.Equal([first], await ClaimAsync());
    }

    [Fact]
    public async Task Claim_LeaseOfAVanishedReplicaEnded_GivesItAgain()
    {
        var call = await AddAsync(new(Events.NinhKieu, Guid.NewGuid()));

        Assert.Equal([call], await ClaimAsync(until: TimeProvider.System.GetUtcNow()));
        Assert.Equal([call], await ClaimAsync(until: TimeProvider.System.GetUtcNow().AddMinutes(1)));
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_GivesEachCallToOne()
    {
        var added = new List<Guid>();
        for (var i = 0; i < 40; i++)
        {
            added.Add(await AddAsync(new(i % 2 == 0 ? Events.NinhKieu : Events.CaiKhe, Guid.NewGuid())));
        }

        var claimed = new List<Guid>();
        await Eventually.HoldsAsync(
            async () =>
            {
                foreach (var batch in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ClaimAsync(limit: 3)))))
                {
                    claimed.AddRange(batch);
                }

                return claimed.Count >= 40;
            }, "every call was claimed");

        Assert.Equal(added.Order(), claimed.Order());
    }

    [Fact]
    public async Task Add_ByManyAtOnce_NumbersThemInTheOrderOfTheCommits()
    {
        var assignment = new AssignmentName(Events.NinhKieu, Guid.NewGuid());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => AddAsync(assignment))));

        var listed = await _database.ReadAsync(session => _queue.ListAsync(session, [Events.NinhKieu], [], 0, 100), Ct);

        Assert.Equal(20, listed.Count);
        Assert.Equal(20, listed[^1].Position - listed[0].Position + 1);
    }

    [Fact]
    public async Task Answered_Twice_KeepsTheFirstAnswer()
    {
        var id = await AddAsync(new(Events.NinhKieu, Guid.NewGuid()));
        await _database.InTransactionAsync(transaction => _queue.DeliveredAsync(transaction, id, Events.Monday, ""), Ct);
        await _database.InTransactionAsync(transaction => _queue.RefusedAsync(transaction, id, Events.Monday, "LATE", "Late."), Ct);

        var call = await _database.ReadAsync(session => _queue.FindAsync(session, Events.NinhKieu, id), Ct);

        Assert.Equal(OutgoingState.Delivered, call!.State);
        Assert.Equal("", call.RefusalReason);
        Assert.Equal("Nội dung"u8.ToArray(), call.Request);
    }

    async Task<Guid> AddAsync(AssignmentName assignment)
    {
        var call = OutgoingCall.New(
            Guid.CreateVersion7(), assignment, "ReportProgress", "Nội dung"u8.ToArray(), "chuyen-vien@example.vn", Events.Monday);
        await _database.InTransactionAsync(transaction => _queue.AddAsync(transaction, call), Ct);
        return call.Id;
    }

    async Task<Guid[]> ClaimAsync(int limit = 100, DateTimeOffset? until = null) =>
        [.. (await _database.InTransactionAsync(
            transaction => _queue.ClaimAsync(transaction, until ?? TimeProvider.System.GetUtcNow().AddMinutes(1), limit), Ct))
            .OrderBy(call => call.Position).Select(call => call.Id)];

    Task PostponeAsync(Guid id, DateTimeOffset next) =>
        _database.InTransactionAsync(transaction => _queue.PostponeAsync(transaction, id, next), Ct);
}
