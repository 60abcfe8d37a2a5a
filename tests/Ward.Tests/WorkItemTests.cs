using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Grpc.Core;
using Pb = CanThoGov.Protos.Ward.V1;
using State = CanThoGov.Protos.Ward.V1.WorkItem.Types.State;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class WorkItemTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : WorkItemTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class WorkItemTests_Postgres(PostgresDatabase<WardDatabase> fixture) : WorkItemTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>An assignment is split into work that named officials do, each with a date and a share of its own.</summary>
public abstract class WorkItemTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    WardHost _ward = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _ward = await StartWardAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _ward.DisposeAsync();
        await base.DisposeAsync();
    }

    Metadata NinhKieu => _ward.As("pho-chu-tich@example.vn", Roles.Ward, [Events.NinhKieu]);

    [Fact]
    public async Task R05_Allocating_NamesAnOfficialWithRoleAndTheBodyThatAnswersBesideHim()
    {
        var item = await CreateAsync(await IssueAsync(_ward, Events.NinhKieu), collective: "Phòng Kinh tế, Hạ tầng và Đô thị");

        Assert.Equal(
            ("Nguyễn Văn Mẫu", "Công chức", "Phòng Kinh tế, Hạ tầng và Đô thị"), (item.Official, item.OfficialRole, item.Collective));
        Assert.Equal((State.Open, item.CreateTime, 1), (item.State, item.AllocateTime, item.Weight));
        Assert.Empty(item.FormerAllocations);
    }

    [Fact]
    public async Task R05_Reallocating_KeepsWhoHadItBefore()
    {
        var item = await CreateAsync(await IssueAsync(_ward, Events.NinhKieu), collective: "Phòng Kinh tế");

        var second = await ReallocateAsync(item, "Trần Thị Mẫu", "Phòng Văn hóa - Xã hội", "Nghỉ thai sản");
        var third = await ReallocateAsync(second, "Lê Văn Mẫu", "", "Điều động công tác");

        Assert.Equal(("Lê Văn Mẫu", ""), (third.Official, third.Collective));
        Assert.Equal(
            [("Nguyễn Văn Mẫu", "Phòng Kinh tế", "Nghỉ thai sản"), ("Trần Thị Mẫu", "Phòng Văn hóa - Xã hội", "Điều động công tác")],
            third.FormerAllocations.Select(former => (former.Official, former.Collective, former.Reason)));
        Assert.All(third.FormerAllocations, former => Assert.Equal("pho-chu-tich@example.vn", former.DecidedBy));
        Assert.Equal(item.AllocateTime, third.FormerAllocations[0].StartTime);
        Assert.Equal(
            [second.AllocateTime, third.AllocateTime], third.FormerAllocations.Select(former => former.EndTime));
        Assert.Equal(second.AllocateTime, third.FormerAllocations[1].StartTime);
        Assert.Equal(third, await _ward.WorkItems.GetWorkItemAsync(new() { Name = item.Name }, NinhKieu, cancellationToken: Ct));

        Assert.Equal((StatusCode.FailedPrecondition, "ALREADY_ALLOCATED"), await RefusedAsync(() => ReallocateAsync(third, "Lê Văn Mẫu", "", "x")));
        Assert.Equal((StatusCode.Aborted, "WORK_ITEM_CHANGED"), await RefusedAsync(() => ReallocateAsync(second, "Phạm Văn Mẫu", "", "x")));
        await ReportAsync(third, 100);
        Assert.Equal((StatusCode.FailedPrecondition, "WORK_ITEM_DONE"), await RefusedAsync(async () => await _ward.WorkItems.ReallocateWorkItemAsync(
            new() { Name = item.Name, Official = "Phạm Văn Mẫu", Reason = "x", RequestId = NewId() }, NinhKieu, cancellationToken: Ct)));
    }

    [Fact]
    public async Task R05_OfACoordinatingUnit_IsJudgedByTheDateOfItsPart()
    {
        var issued = Events.Issued(Events.CaiKhe, [Events.NinhKieu]);   // due on 30 January, the part a week earlier
        var assignment = issued with { Coordinators = [issued.Coordinators[0] with { Due = new(Events.Due.AddDays(-7), "") }] };
        await _ward.HandleAsync(assignment.IssuedEvent());
        var name = new AssignmentName(Events.NinhKieu, assignment.Id);

        Assert.Equal("2026-01-23", (await CreateAsync(name)).DueDate);
        Assert.Equal(["work_item.due_date"], await FieldsAsync(() => CreateAsync(name, dueDate: "2026-01-24")));
        Assert.Equal("2026-01-24", (await CreateAsync(name, dueDate: "2026-01-24", lateReason: "Chờ nghiệm thu")).DueDate);
    }

    [Fact]
    public async Task R05_LaterThanTheCitysDueDate_OnlyWithAReason_WhichIsKept()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);   // due on 30 January
        var late = await CreateAsync(name, dueDate: "2026-02-06", lateReason: "Chờ nghiệm thu của Sở");
        Assert.Equal(("2026-02-06", "Chờ nghiệm thu của Sở"), (late.DueDate, late.LateReason));

        Assert.Equal(["work_item.due_date"], await FieldsAsync(() => CreateAsync(name, dueDate: "2026-02-06")));
        Assert.Equal(["work_item.due_date"], await FieldsAsync(() => CreateAsync(name, dueDate: "2026-02-06", lateReason: " ")));
        Assert.Equal(["work_item.late_reason"], await FieldsAsync(() => CreateAsync(name, dueDate: "2026-01-30", lateReason: "x")));

        var early = await RescheduleAsync(late, "2026-01-29", "");
        Assert.Equal(("2026-01-29", ""), (early.DueDate, early.LateReason));
        Assert.Equal(["due_date"], await FieldsAsync(() => RescheduleAsync(early, "2026-01-31", "")));
        var again = await RescheduleAsync(early, "2026-01-31", "Thứ Bảy ra quân");
        Assert.Equal(("2026-01-31", "Thứ Bảy ra quân"), (again.DueDate, again.LateReason));
        Assert.Equal("2026-01-30", (await RescheduleAsync(again, "", "")).DueDate);
    }

    [Fact]
    public async Task R20_Progress_RollsUpByTheWeights_RoundedDown()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var heavy = await CreateAsync(name, weight: 5);
        var light = await CreateAsync(name, weight: 2);
        await CreateAsync(name);
        Assert.Equal((0, 8, 3), await RolledUpAsync(name));

        await ReportAsync(heavy, 50);
        await ReportAsync(light, 100);
        Assert.Equal((56, 8, 2), await RolledUpAsync(name));   // (5 * 50 + 2 * 100) / 8 = 56.25

        var call = await _ward.Assignments.ReportWardProgressAsync(
            new() { Name = name.ToString(), Report = "Đang làm", RequestId = NewId() }, NinhKieu, cancellationToken: Ct);
        await AnsweredAsync(_ward, call);
        Assert.Equal(56, ((Protos.City.V1.ReportProgressRequest)Assert.Single(City.CarriedOut).Request).Percent);
    }

    [Theory]
    [InlineData(AssignmentState.Returned)]
    [InlineData(AssignmentState.Cancelled)]
    public async Task R20_AssignmentEnded_ShowsWhatIsLeftOpen_AndTakesItUpIfItIsGivenAgain(AssignmentState ended)
    {
        var assignment = Events.Issued(Events.NinhKieu);
        await _ward.HandleAsync(assignment.IssuedEvent());
        var name = new AssignmentName(Events.NinhKieu, assignment.Id);
        var done = await CreateAsync(name);
        var open = await CreateAsync(name);
        await ReportAsync(done, 100);

        await _ward.HandleAsync(new AssignmentCancelled(assignment with { State = ended }, "Không thuộc địa bàn", Events.Monday, 2));
        Assert.Equal([State.Done, State.Stopped], await StatesAsync(name));
        Assert.Equal(1, (await GetAsync(name)).OpenWorkItemCount);
        Assert.All(
            new Func<Task>[] { () => ReportAsync(open, 10), () => ReallocateAsync(open, "Lê Văn Mẫu", "", "x"), () => RescheduleAsync(open, "2026-01-29", "") },
            verb => Assert.Equal((StatusCode.FailedPrecondition, "ASSIGNMENT_CLOSED"), RefusedAsync(verb).Result));

        await _ward.HandleAsync(assignment.IssuedEvent(3));
        Assert.Equal([State.Done, State.Open], await StatesAsync(name));
        Assert.Equal(10, (await ReportAsync(open, 10)).ProgressPercent);
    }

    [Fact]
    public async Task Foreign_IsNotFound()
    {
        var item = await CreateAsync(await IssueAsync(_ward, Events.NinhKieu));
        var caller = _ward.As(Roles.Ward, Events.CaiKhe);

        Assert.Equal((StatusCode.NotFound, "WORK_ITEM_NOT_FOUND"), await RefusedAsync(async () => await _ward.WorkItems.ReallocateWorkItemAsync(
            new() { Name = item.Name, Official = "Lê Văn Mẫu", Reason = "x", RequestId = NewId() }, caller, cancellationToken: Ct)));
        Assert.Equal((StatusCode.NotFound, "WORK_ITEM_NOT_FOUND"), await RefusedAsync(async () => await _ward.WorkItems.RescheduleWorkItemAsync(
            new() { Name = item.Name, RequestId = NewId() }, caller, cancellationToken: Ct)));
    }

    static string NewId() => Guid.NewGuid().ToString();

    async Task<Pb.WorkItem> CreateAsync(
        AssignmentName name, string dueDate = "", string lateReason = "", string collective = "", int weight = 0) =>
        await _ward.WorkItems.CreateWorkItemAsync(
            new()
            {
                Parent = name.ToString(),
                WorkItem = new()
                {
                    Title = "Thu gom rác",
                    Official = "Nguyễn Văn Mẫu",
                    OfficialRole = "Công chức",
                    Collective = collective,
                    DueDate = dueDate,
                    LateReason = lateReason,
                    Weight = weight,
                },
                RequestId = NewId(),
            }, NinhKieu, cancellationToken: Ct);

    async Task<Pb.WorkItem> ReallocateAsync(Pb.WorkItem item, string official, string collective, string reason) =>
        await _ward.WorkItems.ReallocateWorkItemAsync(
            new() { Name = item.Name, Etag = item.Etag, Official = official, Collective = collective, Reason = reason, RequestId = NewId() },
            NinhKieu, cancellationToken: Ct);

    async Task<Pb.WorkItem> RescheduleAsync(Pb.WorkItem item, string dueDate, string lateReason) =>
        await _ward.WorkItems.RescheduleWorkItemAsync(
            new() { Name = item.Name, Etag = item.Etag, DueDate = dueDate, LateReason = lateReason, RequestId = NewId() },
            NinhKieu, cancellationToken: Ct);

    async Task<Pb.WorkItem> ReportAsync(Pb.WorkItem item, int percent) => await _ward.WorkItems.ReportWorkItemProgressAsync(
        new() { Name = item.Name, Percent = percent, Note = "Đang làm", RequestId = NewId() }, NinhKieu, cancellationToken: Ct);

    async Task<Pb.WardAssignment> GetAsync(AssignmentName name) =>
        await _ward.Assignments.GetWardAssignmentAsync(new() { Name = name.ToString() }, NinhKieu, cancellationToken: Ct);

    async Task<(int Percent, int Weight, int Open)> RolledUpAsync(AssignmentName name)
    {
        var copy = await GetAsync(name);
        return (copy.WorkProgressPercent, copy.WorkWeight, copy.OpenWorkItemCount);
    }

    async Task<State[]> StatesAsync(AssignmentName name) =>
        [.. (await _ward.WorkItems.ListWorkItemsAsync(new() { Parent = name.ToString() }, NinhKieu, cancellationToken: Ct))
            .WorkItems.Select(item => item.State)];

    static async Task<IEnumerable<string>> FieldsAsync(Func<Task> call) =>
        RpcErrors.FieldViolationsOf(await Assert.ThrowsAsync<RpcException>(call)).Select(violation => violation.Field);

    static async Task<(StatusCode Code, string? Reason)> RefusedAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        return (exception.StatusCode, RpcErrors.ReasonOf(exception));
    }
}
