using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.WorkItems;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Grpc.Core;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Tests;

/// <summary>The gRPC edge: who may do what, and what is answered to bad input.</summary>
[Trait("Category", "Sqlite")]
public sealed class WardApiTests(SqliteDatabase<WardDatabase> fixture) : WardTests<SqliteDatabase<WardDatabase>>(fixture)
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

    Metadata NinhKieu => _ward.As(Roles.Ward, Events.NinhKieu);

    Metadata CaiKhe => _ward.As(Roles.Ward, Events.CaiKhe);

    [Fact]
    public async Task Get_OwnAssignment_IsTheCitysWordAndTheUnitsWork()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        await CreateItemAsync(name);
        await _ward.HandleAsync(new DeadlineDueSoon(
            name.Assignment, "Dọn kênh Rạch Bần", Events.NinhKieu, Events.Due, 1, Rung: -3, [], "Còn 3 ngày làm việc đến hạn.", Events.Due,
            Events.Due, Late: false, Illustrative: true, 1));

        await _ward.HandleAsync(new ReminderIssued(
            name.Assignment, "Dọn kênh Rạch Bần", Events.NinhKieu, "Đề nghị báo cáo tiến độ trước thứ Sáu.", [Recipient.HeadOfUnit], "van-phong-01",
            Events.Due, Illustrative: true, 2));

        var copy = await _ward.Assignments.GetWardAssignmentAsync(new() { Name = name.ToString() }, NinhKieu, cancellationToken: Ct);

        Assert.Equal(name.ToString(), copy.Name);
        Assert.Equal($"assignments/{name.Assignment}", copy.Assignment.Name);
        Assert.Equal("Dọn kênh Rạch Bần", copy.Assignment.Title);
        Assert.Equal((true, 1L, 1), (copy.Leads, copy.CityVersion, copy.WorkItemCount));
        Assert.Equal(
            [
                (Pb.DeadlineNotice.Types.Kind.DueSoon, "Còn 3 ngày làm việc đến hạn."),
                (Pb.DeadlineNotice.Types.Kind.Reminder, "Đề nghị báo cáo tiến độ trước thứ Sáu."),
            ],
            copy.DeadlineNotices.Select(notice => (notice.Kind, notice.Text)));
    }

    [Fact]
    public async Task Get_ForeignUnitsAssignment_IsAsIfItDidNotExist()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var unknown = new AssignmentName(Events.CaiKhe, Guid.NewGuid());

        var foreign = await RefusedAsync(() => _ward.Assignments.GetWardAssignmentAsync(
            new() { Name = name.ToString() }, CaiKhe, cancellationToken: Ct));
        var missing = await RefusedAsync(() => _ward.Assignments.GetWardAssignmentAsync(
            new() { Name = unknown.ToString() }, CaiKhe, cancellationToken: Ct));

        Assert.Equal((StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND"), foreign);
        Assert.Equal(missing, foreign);
    }

    [Fact]
    public async Task Verbs_ForeignUnit_AreNotFoundAndNothingIsQueued()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var target = name.ToString();
        var item = await CreateItemAsync(name);
        var ground = new Protos.City.V1.Ground { Kind = Protos.City.V1.Ground.Types.Kind.Other };
        Func<Task>[] verbs =
        [
            async () => await _ward.Assignments.AcknowledgeWardAssignmentAsync(new() { Name = target, RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.SubmitWardContributionAsync(
                new() { Name = target, Contribution = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.ReportWardProgressAsync(
                new() { Name = target, Percent = 1, Report = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.SubmitWardResultAsync(new() { Name = target, Result = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.ReturnWardAssignmentAsync(new() { Name = target, Ground = ground, Reason = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.RequestWardTransferAsync(
                new() { Name = target, To = new() { Unit = $"units/{Events.AnBinh}" }, Ground = ground, Reason = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.RequestWardExtensionAsync(
                new() { Name = target, Reason = "x", ProposedDate = "2026-02-06", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.RaiseWardObstacleAsync(
                new() { Name = target, Field = "x", Description = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.ConfirmWardObstacleAsync(new() { Name = target, Number = 1, RequestId = "1" }, CaiKhe),
            async () => await _ward.Assignments.ReopenWardObstacleAsync(new() { Name = target, Number = 1, Reason = "x", RequestId = "1" }, CaiKhe),
            async () => await _ward.WorkItems.CreateWorkItemAsync(
                new() { Parent = target, WorkItem = new() { Title = "x", Official = "x" }, RequestId = "1" }, CaiKhe),
            async () => await _ward.WorkItems.ReportWorkItemProgressAsync(new() { Name = item.Name, Percent = 1, RequestId = "1" }, CaiKhe),
        ];

        Assert.All(verbs, verb => Assert.Equal(StatusCode.NotFound, RefusedAsync(verb).Result.Code));
        var copy = await _ward.Assignments.GetWardAssignmentAsync(new() { Name = target }, NinhKieu, cancellationToken: Ct);
        Assert.Equal((0, 1, 0), (copy.PendingCallCount, copy.WorkItemCount, copy.WorkProgressPercent));
        Assert.Empty(City.Attempts);
    }

    [Fact]
    public async Task Unit_ThatIsNotServed_IsNotFoundForEverybody()
    {
        var name = await IssueAsync(_ward, Events.AnBinh);

        Assert.Equal((StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND"), await RefusedAsync(() => _ward.Assignments.GetWardAssignmentAsync(
            new() { Name = name.ToString() }, _ward.As(Roles.Ward, Events.AnBinh), cancellationToken: Ct)));
        Assert.Equal((StatusCode.NotFound, "UNIT_NOT_FOUND"), await RefusedAsync(() => _ward.Assignments.ListWardAssignmentsAsync(
            new() { Parent = $"units/{Events.AnBinh}" }, _ward.As(Roles.Supervisor), cancellationToken: Ct)));
    }

    [Theory]
    [InlineData(Roles.CityOffice)]
    [InlineData(Roles.CityDepartment)]
    [InlineData(Roles.Supervisor)]
    [InlineData(Roles.Operator)]
    public async Task CityAndOversight_ReadButDoNotAct(string role)
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var item = await CreateItemAsync(name);
        var caller = _ward.As(role);

        Assert.Equal(name.ToString(), (await _ward.Assignments.GetWardAssignmentAsync(
            new() { Name = name.ToString() }, caller, cancellationToken: Ct)).Name);
        Assert.Equal(item.Name, (await _ward.WorkItems.GetWorkItemAsync(new() { Name = item.Name }, caller, cancellationToken: Ct)).Name);
        Assert.Equal((StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed), await RefusedAsync(() =>
            _ward.Assignments.AcknowledgeWardAssignmentAsync(new() { Name = name.ToString(), RequestId = "1" }, caller, cancellationToken: Ct)));
        Assert.Equal((StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed), await RefusedAsync(() =>
            _ward.WorkItems.ReportWorkItemProgressAsync(new() { Name = item.Name, RequestId = "1" }, caller, cancellationToken: Ct)));
    }

    [Fact]
    public async Task NoToken_IsRefused() =>
        Assert.Equal((StatusCode.Unauthenticated, TokenErrors.Missing), await RefusedAsync(() =>
            _ward.Assignments.ListWardAssignmentsAsync(new() { Parent = "units/-" }, cancellationToken: Ct)));

    [Fact]
    public async Task List_AllUnits_ShowsAWardItsOwnAndOversightAll()
    {
        var one = await IssueAsync(_ward, Events.NinhKieu, Events.CaiKhe, Events.AnBinh);

        Assert.Equal([Events.CaiKhe], await UnitsAsync(CaiKhe));
        Assert.Equal([Events.NinhKieu, Events.CaiKhe], await UnitsAsync(_ward.As(Roles.Supervisor)));

        async Task<string[]> UnitsAsync(Metadata caller) =>
            [.. (await _ward.Assignments.ListWardAssignmentsAsync(new() { Parent = "units/-", PageSize = 1000 }, caller, cancellationToken: Ct))
                .WardAssignments.Where(copy => copy.Name.EndsWith($"{one.Assignment}", StringComparison.Ordinal))
                .Select(copy => copy.Name.Split('/')[1]).Order()];
    }

    [Fact]
    public async Task List_Pages_AreContinuedByTheirTokenOnly()
    {
        for (var i = 0; i < 3; i++)
        {
            await IssueAsync(_ward, Events.CaiKhe);
        }

        var names = new List<string>();
        var request = new Pb.ListWardAssignmentsRequest { Parent = $"units/{Events.CaiKhe}", PageSize = 2 };
        do
        {
            var page = await _ward.Assignments.ListWardAssignmentsAsync(request, CaiKhe, cancellationToken: Ct);
            names.AddRange(page.WardAssignments.Select(copy => copy.Name));
            request.PageToken = page.NextPageToken;
            Assert.True(page.WardAssignments.Count <= 2);
        }
        while (request.PageToken.Length > 0);

        Assert.True(names.Count >= 3);
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(StatusCode.InvalidArgument, (await RefusedAsync(() => _ward.Assignments.ListWardAssignmentsAsync(
            new() { Parent = $"units/{Events.CaiKhe}", PageToken = "abc" }, CaiKhe, cancellationToken: Ct))).Code);
    }

    [Fact]
    public async Task Verb_BadInput_NamesEveryField()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await _ward.Assignments.ReportWardProgressAsync(
            new() { Name = "assignments/1", Percent = 101, Report = " " }, NinhKieu, cancellationToken: Ct));

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Equal(
            ["name", "percent", "report", "request_id"], RpcErrors.FieldViolationsOf(exception).Select(violation => violation.Field).Order());
    }

    [Fact]
    public async Task WorkItem_BadInput_NamesEveryField()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await _ward.WorkItems.CreateWorkItemAsync(
            new() { Parent = "x", WorkItem = new() { DueDate = "30/01/2026", OfficialRole = new string('x', 201) } }, NinhKieu, cancellationToken: Ct));

        Assert.Equal(
            ["parent", "request_id", "work_item.due_date", "work_item.official", "work_item.official_role", "work_item.title"],
            RpcErrors.FieldViolationsOf(exception).Select(violation => violation.Field).Order());
    }

    [Fact]
    public async Task Verb_Repeated_GivesTheFirstAnswerAndIsQueuedOnce()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var requestId = Guid.NewGuid().ToString();

        var first = await ReportAsync(_ward, name, 30, requestId);
        await AnsweredAsync(_ward, first);
        var repeated = await ReportAsync(_ward, name, 30, requestId);

        Assert.Equal(first, repeated);
        Assert.Single(City.CarriedOut);
        Assert.Equal((StatusCode.AlreadyExists, "REQUEST_ID_REUSED"), await RefusedAsync(() => ReportAsync(_ward, name, 31, requestId)));
    }

    [Fact]
    public async Task Report_WithoutPercent_SendsWhatTheWorkItemsRollUpTo()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var request = new Pb.ReportWardProgressRequest { Name = name.ToString(), Report = "Đang làm", RequestId = Guid.NewGuid().ToString() };
        Assert.Equal((StatusCode.InvalidArgument, FieldErrors.Reason), await RefusedAsync(() =>
            _ward.Assignments.ReportWardProgressAsync(request, NinhKieu, cancellationToken: Ct)));

        var item = await CreateItemAsync(name);
        await CreateItemAsync(name);
        await _ward.WorkItems.ReportWorkItemProgressAsync(
            new() { Name = item.Name, Percent = 75, RequestId = Guid.NewGuid().ToString() }, NinhKieu, cancellationToken: Ct);
        await AnsweredAsync(_ward, await _ward.Assignments.ReportWardProgressAsync(request, NinhKieu, cancellationToken: Ct));

        Assert.Equal(37, ((Protos.City.V1.ReportProgressRequest)Assert.Single(City.CarriedOut).Request).Percent);
    }

    [Fact]
    public async Task WorkItem_CreatedAndReported_IsPublishedWithItsWholeState()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var item = await CreateItemAsync(name, "2026-01-28");
        var reported = await _ward.WorkItems.ReportWorkItemProgressAsync(
            new() { Name = item.Name, Etag = item.Etag, Percent = 60, Note = "Còn một đoạn", RequestId = Guid.NewGuid().ToString() },
            NinhKieu, cancellationToken: Ct);

        Assert.Equal((60, "Còn một đoạn", "2026-01-28"), (reported.ProgressPercent, reported.Note, reported.DueDate));
        Assert.NotEqual(item.Etag, reported.Etag);
        Assert.Equal(reported, await _ward.WorkItems.GetWorkItemAsync(new() { Name = item.Name }, NinhKieu, cancellationToken: Ct));
        var log = await Database.ReadAsync(session => session.ListAsync<string>(
            "SELECT type FROM event_log WHERE subject = @Name ORDER BY position", new { item.Name }), Ct);
        Assert.Equal([EventCatalog.NameOf(typeof(WorkItemAllocated)), EventCatalog.NameOf(typeof(WorkItemReported))], log);
    }

    [Fact]
    public async Task WorkItem_WithoutDueDate_IsDueWithTheAssignment_LaterIsRefused()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);

        Assert.Equal("2026-01-30", (await CreateItemAsync(name)).DueDate);
        Assert.Equal("2026-01-30", (await CreateItemAsync(name, "2026-01-30")).DueDate);
        var exception = await Assert.ThrowsAsync<RpcException>(() => CreateItemAsync(name, "2026-01-31"));
        Assert.Equal("work_item.due_date", Assert.Single(RpcErrors.FieldViolationsOf(exception)).Field);
    }

    [Theory]
    [InlineData(AssignmentState.Completed)]
    [InlineData(AssignmentState.Cancelled)]
    [InlineData(AssignmentState.Returned)]
    public async Task WorkItem_ForAClosedAssignment_IsRefused(AssignmentState state)
    {
        var assignment = Events.Issued(Events.NinhKieu, state: state);
        await _ward.HandleAsync(new AssignmentCancelled(assignment, "Không còn cần", Events.Monday, 2));

        Assert.Equal((StatusCode.FailedPrecondition, "ASSIGNMENT_CLOSED"), await RefusedAsync(() =>
            CreateItemAsync(new(Events.NinhKieu, assignment.Id))));
    }

    [Fact]
    public async Task WorkItem_StaleEtag_AbortsAndChangesNothing()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var item = await CreateItemAsync(name);
        await ReportItemAsync(item, item.Etag, 10);

        Assert.Equal((StatusCode.Aborted, "WORK_ITEM_CHANGED"), await RefusedAsync(() => ReportItemAsync(item, item.Etag, 20)));
        Assert.Equal(30, (await ReportItemAsync(item, "", 30)).ProgressPercent);

        async Task<Pb.WorkItem> ReportItemAsync(Pb.WorkItem reported, string etag, int percent) =>
            await _ward.WorkItems.ReportWorkItemProgressAsync(
                new() { Name = reported.Name, Etag = etag, Percent = percent, RequestId = Guid.NewGuid().ToString() }, NinhKieu,
                cancellationToken: Ct);
    }

    [Fact]
    public async Task WorkItems_Listed_ComeInTheOrderOfTheirCreation()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var created = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            created.Add((await CreateItemAsync(name)).Name);
        }

        var first = await _ward.WorkItems.ListWorkItemsAsync(new() { Parent = name.ToString(), PageSize = 3 }, NinhKieu, cancellationToken: Ct);
        var second = await _ward.WorkItems.ListWorkItemsAsync(
            new() { Parent = name.ToString(), PageSize = 3, PageToken = first.NextPageToken }, NinhKieu, cancellationToken: Ct);

        Assert.Equal(created, first.WorkItems.Concat(second.WorkItems).Select(item => item.Name));
        Assert.Equal("", second.NextPageToken);
        Assert.Equal((StatusCode.NotFound, "WORK_ITEM_NOT_FOUND"), await RefusedAsync(() =>
            _ward.WorkItems.GetWorkItemAsync(new() { Name = created[0] }, CaiKhe, cancellationToken: Ct)));
    }

    [Fact]
    public async Task OutgoingCalls_Listed_AreFilteredByStateAndSeenByTheirUnitOnly()
    {
        City.Before = (received, _) => received.Unit == Events.NinhKieu
            ? throw DomainException.Precondition("ASSIGNMENT_NOT_IN_WORK", "No.")
            : Task.CompletedTask;
        var refused = await ReportAsync(_ward, await IssueAsync(_ward, Events.NinhKieu), 1);
        var delivered = await ReportAsync(_ward, await IssueAsync(_ward, Events.CaiKhe), 2);
        await AnsweredAsync(_ward, refused, delivered);

        Assert.Contains(refused.Name, await ListAsync(_ward.As(Roles.Operator), Pb.OutgoingCall.Types.State.Refused));
        Assert.DoesNotContain(delivered.Name, await ListAsync(_ward.As(Roles.Operator), Pb.OutgoingCall.Types.State.Refused));
        Assert.Contains(delivered.Name, await ListAsync(CaiKhe));
        Assert.DoesNotContain(refused.Name, await ListAsync(CaiKhe));
        Assert.Equal((StatusCode.NotFound, "OUTGOING_CALL_NOT_FOUND"), await RefusedAsync(() =>
            _ward.Outgoing.GetOutgoingCallAsync(new() { Name = refused.Name }, CaiKhe, cancellationToken: Ct)));

        async Task<string[]> ListAsync(Metadata caller, params Pb.OutgoingCall.Types.State[] states) =>
            [.. (await _ward.Outgoing.ListOutgoingCallsAsync(
                new() { Parent = "units/-", PageSize = 1000, States = { states } }, caller, cancellationToken: Ct))
                .OutgoingCalls.Select(call => call.Name)];
    }

    [Fact]
    public async Task Acts_AreWrittenDownWithWhoDidThemAndByWhichRequest()
    {
        var name = await IssueAsync(_ward, Events.NinhKieu);
        var call = await ReportAsync(_ward, name, 1, "r-17");

        var act = await Database.ReadAsync(session => session.SingleAsync<(string Actor, string RequestId, string Kind)>(
            "SELECT actor, request_id, kind FROM journal WHERE subject = @Name", new { call.Name }), Ct);

        Assert.Equal(("chuyen-vien@example.vn", "r-17", "ReportProgress"), act);
    }

    async Task<Pb.WorkItem> CreateItemAsync(AssignmentName name, string dueDate = "") => await _ward.WorkItems.CreateWorkItemAsync(
        new()
        {
            Parent = name.ToString(),
            WorkItem = new() { Title = "Thu gom rác", Official = "Nguyễn Văn Mẫu", OfficialRole = "Công chức", DueDate = dueDate },
            RequestId = Guid.NewGuid().ToString(),
        }, _ward.As(Roles.Ward, name.Unit), cancellationToken: Ct);

    static async Task<(StatusCode Code, string? Reason)> RefusedAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        return (exception.StatusCode, RpcErrors.ReasonOf(exception));
    }

    static Task<(StatusCode Code, string? Reason)> RefusedAsync<T>(Func<AsyncUnaryCall<T>> call) => RefusedAsync(async () => await call());
}
