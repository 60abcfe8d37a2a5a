using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Errors;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.WorkItems;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class WardAssignmentStoreTests_Sqlite(SqliteDatabase<WardDatabase> fixture)
    : WardAssignmentStoreTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class WardAssignmentStoreTests_Postgres(PostgresDatabase<WardDatabase> fixture)
    : WardAssignmentStoreTests<PostgresDatabase<WardDatabase>>(fixture);

public abstract class WardAssignmentStoreTests<TFixture> : IClassFixture<TFixture> where TFixture : TestDatabase<WardDatabase>
{
    readonly WardAssignmentStore _store = new();
    readonly WardDatabase _database;

    protected WardAssignmentStoreTests(TFixture fixture)
    {
        Assert.SkipWhen(fixture.Missing is not null, fixture.Missing ?? "");
        _database = fixture.Database;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_OlderVersionAfterNewer_KeepsTheNewer()
    {
        var assignment = Events.Issued(Events.NinhKieu);
        await SaveAsync(assignment with { State = AssignmentState.InProgress, ProgressPercent = 40 }, 5);
        await SaveAsync(assignment, 1);
        await SaveAsync(assignment with { State = AssignmentState.Cancelled }, 5);

        var copy = await GetAsync(Events.NinhKieu, assignment.Id);

        Assert.Equal(5, copy.Version);
        Assert.Equal(AssignmentState.InProgress, copy.Assignment.State);
        Assert.Equal(40, copy.Assignment.ProgressPercent);
    }

    [Fact]
    public async Task Save_LeadAndCoordinators_IsACopyForEach()
    {
        var assignment = Events.Issued(Events.NinhKieu, [Events.CaiKhe, Events.NinhKieu]);
        await SaveAsync(assignment, 1);

        Assert.True((await GetAsync(Events.NinhKieu, assignment.Id)).Leads);
        Assert.False((await GetAsync(Events.CaiKhe, assignment.Id)).Leads);
        Assert.Equal("Dọn kênh Rạch Bần", (await GetAsync(Events.CaiKhe, assignment.Id)).Assignment.Title);
        var refusal = await Assert.ThrowsAsync<DomainException>(() => GetAsync(Events.AnBinh, assignment.Id));
        Assert.Equal("ASSIGNMENT_NOT_FOUND", refusal.Reason);
    }

    [Fact]
    public async Task List_Pages_NewestFirstWithoutGapsOrRepeats()
    {
        const string First = "trang-mot", Second = "trang-hai";
        var ids = new List<Guid>();
        for (var day = 0; day < 5; day++)
        {
            // Two of the same moment each, so that the cursor has to tell them apart.
            var one = Events.Issued(First, [Second], Events.Monday.AddDays(day));
            var two = Events.Issued(Second, [], Events.Monday.AddDays(day));
            await SaveAsync(one, 1);
            await SaveAsync(two, 1);
            ids.AddRange([one.Id, one.Id, two.Id]);
        }

        var listed = new List<WardAssignment>();
        string? after = null;
        while (await ListAsync([First, Second], after, 4) is { Count: > 0 } page)
        {
            listed.AddRange(page);
            after = WardAssignmentStore.Cursor(page[^1]);
        }

        Assert.Equal(ids.Order(), listed.Select(copy => copy.AssignmentId).Order());
        Assert.Equal(listed.Select(copy => copy.CreatedAt).OrderDescending(), listed.Select(copy => copy.CreatedAt));
        Assert.Equal(15, listed.Select(copy => copy.Name).Distinct().Count());
        Assert.Equal(5, (await ListAsync([First], null, 100)).Count);
    }

    [Fact]
    public async Task Get_WithWorkItems_RollsProgressUpWithEqualWeights()
    {
        var assignment = Events.Issued(Events.NinhKieu, [Events.CaiKhe]);
        await SaveAsync(assignment, 1);
        await AddItemAsync(Events.NinhKieu, assignment.Id, 100);
        await AddItemAsync(Events.NinhKieu, assignment.Id, 99);
        await AddItemAsync(Events.CaiKhe, assignment.Id, 10);

        var lead = await GetAsync(Events.NinhKieu, assignment.Id);
        var coordinator = await GetAsync(Events.CaiKhe, assignment.Id);

        Assert.Equal((2, 99), (lead.WorkItemCount, lead.WorkProgressPercent));
        Assert.Equal((1, 10), (coordinator.WorkItemCount, coordinator.WorkProgressPercent));
    }

    [Fact]
    public async Task Note_BeforeTheAssignmentAndTwice_IsKeptOnceForTheLeadUnit()
    {
        var assignment = Events.Issued(Events.NinhKieu, [Events.CaiKhe]);
        var missed = new DeadlineMissed(
            assignment.Id, assignment.Title, Events.NinhKieu, Events.Due, 1, Rung: 0, [], "Đã đến hạn.", Events.Due, Events.Due.AddHours(1),
            Late: true, Illustrative: true, 2);
        await _database.InTransactionAsync(transaction => _store.NoteAsync(transaction, DeadlineNotice.Of(missed)), Ct);
        await _database.InTransactionAsync(transaction => _store.NoteAsync(transaction, DeadlineNotice.Of(missed)), Ct);

        var notice = Assert.Single(await _database.ReadAsync(session => _store.ListNoticesAsync(session, [assignment.Id]), Ct));

        Assert.Equal((Events.NinhKieu, DeadlineNoticeKind.Missed, Events.Due), (notice.Unit, notice.Kind, notice.DueAt));
    }

    [Fact]
    public async Task WorkItems_AddedByManyAtOnce_AreNumberedOneAfterTheOther()
    {
        var assignment = Events.Issued(Events.NinhKieu);
        await SaveAsync(assignment, 1);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => AddItemAsync(Events.NinhKieu, assignment.Id, 0))));

        var items = await _database.ReadAsync(
            session => new WorkItemStore().ListAsync(session, new(Events.NinhKieu, assignment.Id), 0, 100), Ct);
        Assert.Equal(Enumerable.Range(1, 10), items.Select(item => item.Number));
    }

    Task SaveAsync(AssignmentSnapshot assignment, long version) => _database.InTransactionAsync(
        transaction => _store.SaveAsync(transaction, assignment, version, Events.Monday), Ct);

    Task<WardAssignment> GetAsync(string unit, Guid id) => _database.ReadAsync(session => _store.GetAsync(session, new(unit, id)), Ct);

    Task<IReadOnlyList<WardAssignment>> ListAsync(string[] units, string? after, int limit) =>
        _database.ReadAsync(session => _store.ListAsync(session, units, after, limit), Ct);

    Task AddItemAsync(string unit, Guid assignment, int percent) => _database.InTransactionAsync(async transaction =>
    {
        await _store.LockAsync(transaction, new(unit, assignment));
        await new WorkItemStore().AddAsync(transaction, new WorkItem
        {
            Id = Guid.CreateVersion7(),
            Unit = unit,
            AssignmentId = assignment,
            Title = "Thu gom rác",
            Official = "Nguyễn Văn Mẫu",
            OfficialRole = "Công chức",
            DueDate = new DateOnly(2026, 1, 30),
            ProgressPercent = percent,
            Illustrative = true,
            CreatedAt = Events.Monday,
            UpdatedAt = Events.Monday,
        });
    }, Ct);
}
