using CanThoGov.City.Batches;
using CanThoGov.City.Units;
using CanThoGov.Platform.Data;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

/// <summary>Who waits for whom where units are dissolved, get heads and get work at once. Only PostgreSQL has several writers.</summary>
[Trait("Category", "Postgres")]
public sealed class UnitRaceTests : CityTests<CityOnPostgres>
{
    readonly CityOnPostgres _city;

    public UnitRaceTests(CityOnPostgres city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R33_BatchWhileAUnitIsDissolved_GivesItNothing(bool leads)
    {
        var (old, successor, other) = (await NewUnitAsync(), await NewUnitAsync(), await NewUnitAsync());
        var request = await NewBatchAsync();
        request.Receivers.Add(new Pb.Receiver { Unit = (leads ? old : other).Name });
        if (!leads)
        {
            request.Assignment.Coordinators.Add(new Pb.Coordinator { Assignee = new() { Unit = old.Name }, Part = "Cử lực lượng phối hợp" });
        }

        var batch = await _city.Office.Batches.BatchIssueAssignmentsAsync(request);
        using var replica = Replica(new Failures());
        await HoldingAsync([old, successor], async transaction =>
        {
            await replica.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync(async () => await WaitersAsync() > 0 || await IsDoneAsync(batch), "the batch waits for the unit");
            await EndAsync(transaction, old, successor);
        });

        await Eventually.HoldsAsync(() => IsDoneAsync(batch), "the batch is done");
        await replica.StopAsync(CancellationToken.None);
        var item = Assert.Single((await _city.Office.Batches.ListBatchItemsAsync(new() { Parent = batch.Name })).Items);
        Assert.Equal("UNIT_NOT_IN_FORCE", item.Refusal?.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R33_DraftWhileAUnitIsDissolved_DoesNotNameIt(bool leads)
    {
        var (old, successor) = (await NewUnitAsync(), await NewUnitAsync());
        var assignment = Draft((await NewDocumentAsync(_city.Office)).Name);
        (leads ? assignment.Lead : assignment.Coordinators[0].Assignee).Unit = old.Name;
        Task<Pb.Assignment> creating = null!;
        await HoldingAsync([old, successor], async transaction =>
        {
            creating = _city.Office.Assignments.CreateAssignmentAsync(new() { Assignment = assignment, RequestId = NewId() }).ResponseAsync;
            await Eventually.HoldsAsync(async () => await WaitersAsync() > 0 || creating.IsCompleted, "the draft waits for the unit");
            await EndAsync(transaction, old, successor);
        });

        var refusal = await Assert.ThrowsAsync<RpcException>(() => creating);
        Assert.Equal("UNIT_NOT_IN_FORCE", CanThoGov.Platform.Errors.RpcErrors.ReasonOf(refusal));
    }

    [Fact]
    public async Task R33_AppointHeadBesideDissolveUnit_DoNotWaitForEachOther()
    {
        var (old, successor) = (await NewUnitAsync(), await NewUnitAsync());
        var draft = await NewDraftAsync(_city.Office, one => one.Lead.Unit = old.Name);
        await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
        var official = await _city.Office.Officials.CreateOfficialAsync(
            new() { Official = new() { DisplayName = "Cán bộ Mẫu 11", Illustrative = true }, RequestId = NewId() });
        Task<Pb.Appointment> appointing = null!;
        Task<Pb.DissolveUnitResponse> dissolving = null!;
        await HoldingAsync([old], async _ =>
        {
            appointing = _city.Office.Officials.AppointHeadAsync(new()
            {
                Official = official.Name,
                Unit = old.Name,
                Organ = draft.Lead.Organ,
                Role = "Chủ tịch",
                Date = "2026-01-05",
                RequestId = NewId(),
            }).ResponseAsync;
            await Eventually.HoldsAsync(async () => await WaitersAsync() == 1, "who appoints waits for the unit");
            dissolving = _city.Office.Units.DissolveUnitAsync(
                new() { Name = old.Name, Etag = old.Etag, Successor = successor.Name, Decision = "Nghị quyết mẫu", RequestId = NewId() }).ResponseAsync;
            await Eventually.HoldsAsync(async () => await WaitersAsync() == 2, "who dissolves waits as well");
        });

        await appointing;
        Assert.Equal(1, (await dissolving).AssignmentCount);
    }

    [Fact]
    public async Task R17_TwoReplicasWithTheReceiversInOppositeOrder_DoNotWaitForEachOther()
    {
        var units = new List<Pb.Unit>();
        for (var i = 0; i < 50; i++)
        {
            units.Add(await NewUnitAsync());
        }

        var request = await NewBatchAsync();
        request.Receivers.Add(units.Select(unit => new Pb.Receiver { Unit = unit.Name, Title = $"Việc một {Words()}" }));
        request.Receivers.Add(units.AsEnumerable().Reverse().Select(unit => new Pb.Receiver { Unit = unit.Name, Title = $"Việc hai {Words()}" }));
        var batch = await _city.Office.Batches.BatchIssueAssignmentsAsync(request);

        var failures = new Failures();
        using var first = Replica(failures);
        using var second = Replica(failures);
        BatchIssuing[] replicas = [first, second];
        await HoldingAsync([units[25]], async _ =>
        {
            await Task.WhenAll(replicas.Select(replica => replica.StartAsync(CancellationToken.None)));
            await Eventually.HoldsAsync(async () => await WaitersAsync() == 2, "both wait for the same unit");
        });
        await Eventually.HoldsAsync(async () => failures.Count > 0 || await IsDoneAsync(batch), "the batch is done", TimeSpan.FromMinutes(1));
        await Task.WhenAll(replicas.Select(replica => replica.StopAsync(CancellationToken.None)));

        Assert.Equal(0, failures.Count);
        Assert.Equal(100, (await _city.Office.Batches.GetBatchAsync(new() { Name = batch.Name })).IssuedCount);
    }

    /// <summary>One that is carried out only by a <see cref="Replica"/>.</summary>
    async Task<Pb.BatchIssueAssignmentsRequest> NewBatchAsync()
    {
        await _city.Services.GetRequiredService<BatchIssuing>().StopAsync(CancellationToken.None);
        var assignment = Draft((await NewDocumentAsync(_city.Office)).Name);
        assignment.Lead = null;
        assignment.Coordinators.Clear();
        return new() { Assignment = assignment, RequestId = NewId() };
    }

    BatchIssuing Replica(Failures failures) => ActivatorUtilities.CreateInstance<BatchIssuing>(_city.Services, failures);

    /// <summary>Holds units as who changes them does, until <paramref name="work"/> is done.</summary>
    Task HoldingAsync(Pb.Unit[] units, Func<Transaction, Task> work) => _city.Database.InTransactionAsync(async transaction =>
    {
        await transaction.ListAsync<string>(
            "SELECT id FROM units WHERE id = ANY(@ids) ORDER BY id FOR UPDATE", new { ids = units.Select(Id).ToArray() });
        await work(transaction);
    }, TestContext.Current.CancellationToken);

    /// <summary>As DissolveUnit does, with what is the unit's at that moment: here nothing.</summary>
    async Task EndAsync(Transaction transaction, Pb.Unit unit, Pb.Unit successor)
    {
        var store = _city.Services.GetRequiredService<UnitStore>();
        var (old, next) = (await store.GetAsync(transaction, Id(unit)), await store.GetAsync(transaction, Id(successor)));
        var now = TimeProvider.System.GetUtcNow();
        await store.DissolveAsync(transaction, old.Dissolve(next, "Nghị quyết mẫu", Calendar.LocalTime.DateOf(now), now).Unit);
    }

    /// <summary>Connections to this database that wait for a lock.</summary>
    Task<int> WaitersAsync() => _city.Database.ReadAsync(session => session.SingleAsync<int>(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"), TestContext.Current.CancellationToken);

    async Task<bool> IsDoneAsync(Pb.Batch batch) =>
        (await _city.Office.Batches.GetBatchAsync(new() { Name = batch.Name })).State == Pb.Batch.Types.State.Done;

    static string Id(Pb.Unit unit) => unit.Name["units/".Length..];

    async Task<Pb.Unit> NewUnitAsync() => await _city.Office.Units.CreateUnitAsync(new()
    {
        UnitId = "mau-" + NewId()[..12],
        Unit = new() { DisplayName = "Xã Mẫu", Kind = Pb.Unit.Types.Kind.Commune, ValidFrom = "2025-07-01", Illustrative = true },
        RequestId = NewId(),
    });

    /// <summary>Counts what is logged as an error.</summary>
    sealed class Failures : ILogger<BatchIssuing>
    {
        int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref _count);
    }
}
