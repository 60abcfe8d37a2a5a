using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class QuarterProgrammeTests_Sqlite(CityOnSqlite city) : QuarterProgrammeTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class QuarterProgrammeTests_Postgres(CityOnPostgres city)
    : QuarterProgrammeTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>Work programmes quarter by quarter. Each test has years of its own.</summary>
public abstract class QuarterProgrammeTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Office = "van-phong-ubnd";

    readonly TCity _city;

    protected QuarterProgrammeTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    Pb.QuarterProgrammeService.QuarterProgrammeServiceClient Quarters => _city.Office.Quarters;

    Pb.QuarterProgrammeService.QuarterProgrammeServiceClient Ward => _city.As(Roles.Ward, NinhKieu).Quarters;

    public async ValueTask InitializeAsync() => await _city.ShowAsync("2026-03-30", "08:00");

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task R16_UnfinishedTasks_AreCarriedOverOnceAndKeepWhereTheyCameFrom()
    {
        var programme = await CreateAsync(Quarters, Office, "2026-Q4");
        var done = await AddAsync(Quarters, programme, "Ban hành Chỉ thị");
        var started = await AddAsync(Quarters, programme, "Sơ kết quý");
        var dropped = await AddAsync(Quarters, programme, "Hội thảo");
        var planned = await AddAsync(Quarters, programme, "Rà soát quy hoạch");
        await SetAsync(done, Pb.QuarterItem.Types.Status.Done);
        await SetAsync(started, Pb.QuarterItem.Types.Status.InProgress);
        await SetAsync(dropped, Pb.QuarterItem.Types.Status.Cancelled, "Không còn cần thiết");
        var request = new Pb.CloseQuarterRequest { Name = programme.Name, Etag = programme.Etag, RequestId = NewId() };

        var closed = await Quarters.CloseQuarterAsync(request);
        var repeated = await Quarters.CloseQuarterAsync(request);
        var (_, again) = await RefusalAsync(Quarters.CloseQuarterAsync(new() { Name = programme.Name, Etag = closed.Closed.Etag, RequestId = NewId() }));
        var second = await ItemsAsync(closed.Next);
        var next = await Quarters.CloseQuarterAsync(new() { Name = closed.Next.Name, Etag = closed.Next.Etag, RequestId = NewId() });
        var third = await ItemsAsync(next.Next);

        Assert.Equal(closed, repeated);
        Assert.Equal("QUARTER_CLOSED", again);
        Assert.Equal((2, Pb.QuarterProgramme.Types.State.Closed), (closed.CarriedCount, closed.Closed.State));
        Assert.Equal((4, 1, 2), (closed.Closed.ItemCount, closed.Closed.DoneCount, closed.Closed.UnfinishedCount));
        Assert.Equal($"units/{Office}/quarterProgrammes/2027-Q1", closed.Next.Name);
        Assert.Equal((2, 2, 2), (closed.Next.ItemCount, closed.Next.CarriedCount, closed.Next.OverdueCount));
        Assert.Equal(
            [
                ("Sơ kết quý", Pb.QuarterItem.Types.Status.InProgress, started.Name, "2026-Q4", 1, "2026-03-27"),
                ("Rà soát quy hoạch", Pb.QuarterItem.Types.Status.Planned, planned.Name, "2026-Q4", 1, "2026-03-27"),
            ],
            second.Select(item => (item.Content, item.Status, item.CarriedFrom, item.FirstQuarter, item.CarryCount, item.DueDate)));
        Assert.Equal(second.Select(item => (item.Content, item.Name, "2026-Q4", 2)),
            third.Select(item => (item.Content, item.CarriedFrom, item.FirstQuarter, item.CarryCount)));
        Assert.Equal(4, (await ItemsAsync(programme)).Count);
    }

    [Fact]
    public async Task R16_CallersWhoCloseAtOnce_CarryEachTaskOverOnce()
    {
        var programme = await CreateAsync(Quarters, Office, "2028-Q1");
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(Quarters, programme, $"Việc {i}");
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await Quarters.CloseQuarterAsync(new() { Name = programme.Name, Etag = programme.Etag, RequestId = NewId() })).CarriedCount;
            }
            catch (Grpc.Core.RpcException refusal)
            {
                Assert.Equal("QUARTER_CLOSED", Platform.Errors.RpcErrors.ReasonOf(refusal));
                return 0;
            }
        })));

        Assert.Equal(5, outcomes.Sum());
        Assert.Equal([1, 2, 3, 4, 5], (await ItemsAsync($"units/{Office}/quarterProgrammes/2028-Q2")).Select(item => item.Number));
    }

    [Fact]
    public async Task R16_NextQuarter_ThatThereIs_TakesThemBehindItsOwn_AndAClosedOneNone()
    {
        var first = await CreateAsync(Quarters, Office, "2029-Q1");
        await AddAsync(Quarters, first, "Việc cũ");
        var next = await CreateAsync(Quarters, Office, "2029-Q2");
        await AddAsync(Quarters, next, "Việc mới");
        var closed = await Quarters.CloseQuarterAsync(new() { Name = first.Name, Etag = first.Etag, RequestId = NewId() });
        Assert.Equal([(1, "Việc mới"), (2, "Việc cũ")], (await ItemsAsync(closed.Next)).Select(item => (item.Number, item.Content)));

        var early = await CreateAsync(Quarters, Office, "2028-Q4");
        var (_, reason) = await RefusalAsync(Quarters.CloseQuarterAsync(new() { Name = early.Name, Etag = early.Etag, RequestId = NewId() }));
        var (_, added) = await RefusalAsync(Quarters.CreateQuarterItemAsync(
            new() { Parent = first.Name, QuarterItem = new() { Content = "Quá muộn" }, RequestId = NewId() }));
        Assert.Equal(("NEXT_QUARTER_CLOSED", "QUARTER_CLOSED"), (reason, added));
        Assert.Equal(Pb.QuarterProgramme.Types.State.Open, (await Quarters.GetQuarterProgrammeAsync(new() { Name = early.Name })).State);
    }

    [Fact]
    public async Task R16_WholeQuarter_ShowsTheTasksOfAll_AndAWardItsOwn()
    {
        var ofOffice = await CreateAsync(Quarters, Office, "2030-Q1");
        var ofWard = await CreateAsync(Ward, NinhKieu, "2030-Q1");
        await AddAsync(Quarters, ofOffice, "Việc của thành phố");
        var own = await AddAsync(Ward, ofWard, "Việc của phường");
        const string Whole = "units/-/quarterProgrammes/2030-Q1";

        var first = await Quarters.ListQuarterItemsAsync(new() { Parent = Whole, PageSize = 1 });
        var second = await Quarters.ListQuarterItemsAsync(new() { Parent = Whole, PageSize = 1, PageToken = first.NextPageToken });
        var all = await _city.As(Roles.Supervisor).Quarters.ListQuarterProgrammesAsync(new() { Parent = "units/-", Quarter = "2030-Q1" });
        Assert.Equal(["Việc của phường", "Việc của thành phố"], first.Items.Concat(second.Items).Select(item => item.Content));
        Assert.Empty(second.NextPageToken);
        Assert.Equal([ofWard.Name, ofOffice.Name], all.QuarterProgrammes.Select(one => one.Name));
        Assert.All(all.QuarterProgrammes, one => Assert.Equal((1, 1), (one.ItemCount, one.OverdueCount)));
        Assert.Empty((await Quarters.ListQuarterItemsAsync(new() { Parent = Whole, Statuses = { Pb.QuarterItem.Types.Status.Done } })).Items);

        Assert.Equal(own, Assert.Single((await Ward.ListQuarterItemsAsync(new() { Parent = Whole })).Items));
        Assert.Empty((await Ward.ListQuarterItemsAsync(new() { Parent = ofOffice.Name })).Items);
        Assert.Equal("QUARTER_PROGRAMME_NOT_FOUND", (await RefusalAsync(Ward.GetQuarterProgrammeAsync(new() { Name = ofOffice.Name }))).Reason);
        Assert.Equal("QUARTER_PROGRAMME_NOT_FOUND", (await RefusalAsync(
            Ward.CloseQuarterAsync(new() { Name = ofOffice.Name, Etag = ofOffice.Etag, RequestId = NewId() }))).Reason);
        Assert.Equal("UNIT_NOT_ALLOWED", (await RefusalAsync(
            Quarters.CloseQuarterAsync(new() { Name = ofWard.Name, Etag = ofWard.Etag, RequestId = NewId() }))).Reason);
        Assert.Equal("QUARTER_PROGRAMME_EXISTS", (await RefusalAsync(CreateCall(Ward, NinhKieu, "2030-Q1"))).Reason);
    }

    [Fact]
    public async Task R16_Task_IsLinkedToAssignmentsThatItsUnitHas()
    {
        var mine = await NewIssuedAsync(_city.Office);
        var programme = await CreateAsync(Ward, NinhKieu, "2031-Q1");
        var item = await AddAsync(Ward, programme, "Dọn kênh", mine.Name);
        var draft = await NewDraftAsync(_city.Office);
        var (_, foreign) = await RefusalAsync(Ward.CreateQuarterItemAsync(new()
        {
            Parent = programme.Name,
            QuarterItem = new() { Content = "Việc", Assignments = { draft.Name } },
            RequestId = NewId(),
        }));
        var change = item.Clone();
        change.Status = Pb.QuarterItem.Types.Status.Done;
        var changed = await Ward.UpdateQuarterItemAsync(new() { Name = item.Name, Etag = item.Etag, QuarterItem = change, RequestId = NewId() });
        var (_, stale) = await RefusalAsync(
            Ward.UpdateQuarterItemAsync(new() { Name = item.Name, Etag = item.Etag, QuarterItem = change, RequestId = NewId() }));
        var (error, _) = await RefusalAsync(Ward.UpdateQuarterItemAsync(new()
        {
            Name = item.Name,
            Etag = changed.Etag,
            QuarterItem = new() { Content = "Việc", Status = Pb.QuarterItem.Types.Status.Cancelled },
            RequestId = NewId(),
        }));

        Assert.Equal([mine.Name], changed.Assignments);
        Assert.Equal(("ASSIGNMENT_NOT_FOUND", "QUARTER_ITEM_CHANGED"), (foreign, stale));
        Assert.Equal("quarter_item.note", Assert.Single(FieldViolations(error)).Field);
    }

    static Grpc.Core.AsyncUnaryCall<Pb.QuarterProgramme> CreateCall(
        Pb.QuarterProgrammeService.QuarterProgrammeServiceClient caller, string unit, string quarter) => caller.CreateQuarterProgrammeAsync(new()
        {
            Parent = $"units/{unit}",
            Quarter = quarter,
            QuarterProgramme = new() { Title = $"Chương trình công tác {quarter}", Illustrative = true },
            RequestId = NewId(),
        });

    static async Task<Pb.QuarterProgramme> CreateAsync(
        Pb.QuarterProgrammeService.QuarterProgrammeServiceClient caller, string unit, string quarter) => await CreateCall(caller, unit, quarter);

    static async Task<Pb.QuarterItem> AddAsync(
        Pb.QuarterProgrammeService.QuarterProgrammeServiceClient caller, Pb.QuarterProgramme programme, string content, params string[] assignments) =>
        await caller.CreateQuarterItemAsync(new()
        {
            Parent = programme.Name,
            QuarterItem = new() { Content = content, Lead = new() { Role = "Chánh Văn phòng" }, DueDate = "2026-03-27", Assignments = { assignments } },
            RequestId = NewId(),
        });

    async Task SetAsync(Pb.QuarterItem item, Pb.QuarterItem.Types.Status status, string note = "")
    {
        var change = item.Clone();
        (change.Status, change.Note) = (status, note);
        await Quarters.UpdateQuarterItemAsync(new() { Name = item.Name, Etag = item.Etag, QuarterItem = change, RequestId = NewId() });
    }

    Task<IReadOnlyList<Pb.QuarterItem>> ItemsAsync(Pb.QuarterProgramme programme) => ItemsAsync(programme.Name);

    async Task<IReadOnlyList<Pb.QuarterItem>> ItemsAsync(string programme) =>
        (await Quarters.ListQuarterItemsAsync(new() { Parent = programme })).Items;
}
