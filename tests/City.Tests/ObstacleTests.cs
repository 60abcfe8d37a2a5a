using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Kind = CanThoGov.Protos.City.V1.ObstacleStep.Types.Kind;
using Level = CanThoGov.Protos.City.V1.ObstacleLevel;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Obstacle.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class ObstacleTests_Sqlite(CityOnSqlite city) : ObstacleTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class ObstacleTests_Postgres(CityOnPostgres city) : ObstacleTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>The way of an obstacle: to whom it concerns, up to the centre, and back to the unit that raised it. Each test has a field of its own.</summary>
public abstract class ObstacleTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string HomeAffairs = "so-noi-vu", Office = "van-phong-ubnd", Foreign = "31147-2025";

    readonly TCity _city;

    protected ObstacleTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Ward => _city.As(Roles.Ward, NinhKieu);

    CityClient Department => _city.As(Roles.CityDepartment, HomeAffairs);

    public ValueTask InitializeAsync() => new(_city.ShowAsync("2026-02-02", "08:00"));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task R28_Obstacle_IsRoutedAnsweredAndClosedOnlyWhenItsRaiserConfirms()
    {
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.Personnel);
        var raised = await RaiseAsync(Pb.FieldOfWork.Personnel);
        Assert.Equal(
            (State.Open, $"units/{NinhKieu}", $"units/{HomeAffairs}", Level.Unit, "thiếu cán bộ", Pb.FieldOfWork.Personnel),
            (raised.State, raised.Unit, raised.AnsweringUnit, raised.Level, raised.Field, raised.FieldOfWork));
        Assert.Equal("2026-02-09 17:00", Local(raised.DueTime));
        var waiting = new Pb.ListObstaclesRequest { AnsweringUnit = $"units/{HomeAffairs}", States = { State.Open, State.Accepted } };
        Assert.Contains(raised, (await Department.Obstacles.ListObstaclesAsync(waiting)).Obstacles);

        Assert.Equal("OBSTACLE_NOT_ANSWERED", await RefusedAsync(ConfirmCall(Ward, raised)));
        var answered = await AnswerAsync(Department, raised);
        Assert.Equal((State.Answered, "Đã điều động"), (answered.State, answered.Answer));
        Assert.Null(answered.DueTime);
        Assert.DoesNotContain((await Department.Obstacles.ListObstaclesAsync(waiting)).Obstacles, one => one.Name == raised.Name);
        Assert.Contains(answered, (await Ward.Obstacles.ListObstaclesAsync(new() { Unit = $"units/{NinhKieu}", States = { State.Answered } })).Obstacles);

        Assert.Equal("NOT_RAISING_UNIT", await RefusedAsync(ConfirmCall(_city.As(Roles.Ward, CaiKhe), raised)));
        Assert.Equal("ASSIGNMENT_NOT_FOUND", await RefusedAsync(ConfirmCall(_city.As(Roles.Ward, Foreign), raised)));
        var resolved = await ConfirmCall(Ward, raised);
        Assert.Equal(State.Resolved, resolved.State);
        Assert.NotNull(resolved.ResolveTime);
        Assert.Equal("OBSTACLE_NOT_ANSWERED", await RefusedAsync(ConfirmCall(Ward, raised)));
        Assert.Equal("OBSTACLE_NOT_ANSWERED", await RefusedAsync(ReopenCall(Ward, raised)));
        Assert.Equal(
            [(Kind.Raised, $"units/{NinhKieu}"), (Kind.Answered, ""), (Kind.Resolved, $"units/{NinhKieu}")],
            resolved.Steps.Select(step => (step.Kind, step.Unit)));
        var history = (await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = AssignmentOf(raised) })).Entries;
        Assert.Equal(["raise-obstacle", "answer-obstacle", "confirm-obstacle"], history.TakeLast(3).Select(entry => entry.Verb));
    }

    [Fact]
    public async Task R29_Escalation_ToTheCityAndThenTheCentre_KeepsTheWholeChain()
    {
        var finance = await NewDepartmentAsync();
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.Delegation);
        var obstacle = await RaiseAsync(Pb.FieldOfWork.Delegation);
        var document = await NewDocumentAsync(_city.Office);

        Assert.Equal("OBSTACLE_NOT_ESCALATED", await RefusedAsync(ProposeCall(obstacle, document.Name, "2026-02-02")));
        Assert.Equal("NOT_ANSWERING_UNIT", await RefusedAsync(EscalateCall(_city.As(Roles.CityDepartment, finance), obstacle)));
        await _city.ShowAsync("2026-02-05", "09:00");
        var escalated = await EscalateCall(Department, obstacle);
        Assert.Equal(($"units/{Office}", Level.City, "2026-02-12 17:00"), (escalated.AnsweringUnit, escalated.Level, Local(escalated.DueTime)));
        Assert.Equal("OBSTACLE_ESCALATED", await RefusedAsync(EscalateCall(_city.Office, escalated)));
        Assert.Equal("NOT_ANSWERING_UNIT", (await RefusalAsync(AnswerCall(_city.As(Roles.CityDepartment, finance), escalated))).Reason);

        var (early, _) = await RefusalAsync(ProposeCall(escalated, document.Name, "2026-02-06"));
        Assert.Equal("proposal.date", Assert.Single(FieldViolations(early)).Field);
        Assert.Equal("DOCUMENT_NOT_FOUND", await RefusedAsync(ProposeCall(escalated, $"documents/{Guid.NewGuid()}")));
        var proposed = await ProposeCall(escalated, document.Name);
        Assert.Equal((State.Open, Level.Centre), (proposed.State, proposed.Level));
        Assert.Equal(
            ("Bộ Nội vụ", document.Name, "2026-02-04"), (proposed.Proposal.Addressee, proposed.Proposal.Document, proposed.Proposal.Date));
        // 30 working days from 5 February, without the nine days of Tết.
        Assert.Equal("2026-03-26 17:00", Local(proposed.DueTime));

        var (sideways, _) = await RefusalAsync(RerouteCall(_city.Office, proposed, CaiKhe));
        Assert.Equal("unit", Assert.Single(FieldViolations(sideways)).Field);
        Assert.Equal("ROLE_NOT_ALLOWED", await RefusedAsync(RerouteCall(Department, proposed, finance)));
        var rerouted = await RerouteCall(_city.Office, proposed, finance);
        Assert.Equal(($"units/{finance}", Level.Unit, proposed.Proposal), (rerouted.AnsweringUnit, rerouted.Level, rerouted.Proposal));
        await AnswerAsync(_city.As(Roles.CityDepartment, finance), rerouted);
        var resolved = await ConfirmCall(Ward, rerouted);

        Assert.Equal(
            [
                (Kind.Raised, $"units/{HomeAffairs}", Level.Unit), (Kind.Escalated, $"units/{Office}", Level.City),
                (Kind.Proposed, $"units/{Office}", Level.Centre), (Kind.Rerouted, $"units/{finance}", Level.Unit),
                (Kind.Answered, $"units/{finance}", Level.Unit), (Kind.Resolved, $"units/{finance}", Level.Unit),
            ],
            resolved.Steps.Select(step => (step.Kind, step.AnsweringUnit, step.Level)));
        Assert.Equal(proposed.Proposal, resolved.Steps[2].Proposal);
        Assert.Equal("OBSTACLE_NOT_OPEN", await RefusedAsync(RerouteCall(_city.Office, resolved, finance)));
    }

    [Fact]
    public async Task R29_Raise_IsRoutedToTheCompetentBodyOfTheCity_NeverToAnotherCommune()
    {
        var unknown = await RaiseAsync(Pb.FieldOfWork.Bidding);
        Assert.Equal(($"units/{Office}", Level.City, false), (unknown.AnsweringUnit, unknown.Level, unknown.WithinOwnCompetence));

        await HoldAsync(CaiKhe, Pb.FieldOfWork.Procedures);
        await HoldAsync(NinhKieu, Pb.FieldOfWork.Procedures);
        var own = await RaiseAsync(Pb.FieldOfWork.Procedures);
        Assert.Equal(($"units/{Office}", true), (own.AnsweringUnit, own.WithinOwnCompetence));

        await HoldAsync("", Pb.FieldOfWork.LegalText);
        var fromDepartment = await IssuedAsync(Department);
        var centre = await RaiseAsync(Pb.FieldOfWork.LegalText, fromDepartment);
        Assert.Equal(($"units/{Office}", Level.City), (centre.AnsweringUnit, centre.Level));
        var assigner = await RaiseAsync(Pb.FieldOfWork.Unspecified, fromDepartment);
        Assert.Equal(($"units/{HomeAffairs}", Level.Unit), (assigner.AnsweringUnit, assigner.Level));

        // A power that has not begun yet, or has ended, does not route.
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.Auction, "2026-02-03");
        Assert.Equal($"units/{Office}", (await RaiseAsync(Pb.FieldOfWork.Auction)).AnsweringUnit);
        await _city.ShowAsync("2026-02-03", "08:00");
        Assert.Equal($"units/{HomeAffairs}", (await RaiseAsync(Pb.FieldOfWork.Auction)).AnsweringUnit);
    }

    [Fact]
    public async Task Raise_KeepsTheUnitsWordsAndWhatItIsAbout()
    {
        var document = await NewDocumentAsync(_city.Office);
        var provision = await _city.Office.Documents.CreateProvisionAsync(new()
        {
            Parent = document.Name,
            Provision = new Pb.Provision { Section = "5.2", Summary = "Rà soát" },
            RequestId = NewId(),
        });
        var issued = await IssuedAsync(_city.Office);
        var request = new Pb.RaiseObstacleRequest
        {
            Name = issued.Name,
            Field = "thiếu hướng dẫn",
            Description = "Chưa có hướng dẫn",
            WorkItem = $"units/{NinhKieu}/workItems/17",
            Provision = provision.Name,
            RequestId = NewId(),
        };
        var raised = Assert.Single((await Ward.Assignments.RaiseObstacleAsync(request)).Obstacles);
        Assert.Equal(
            ("thiếu hướng dẫn", request.WorkItem, provision.Name, Pb.FieldOfWork.Unspecified),
            (raised.Field, raised.WorkItem, raised.Provision, raised.FieldOfWork));

        request.Provision = $"{document.Name}/provisions/{Guid.NewGuid()}";
        request.RequestId = NewId();
        Assert.Equal("PROVISION_NOT_FOUND", (await RefusalAsync(Ward.Assignments.RaiseObstacleAsync(request))).Reason);
    }

    [Fact]
    public async Task Overdue_IsSeenInTheList_UntilItIsAnswered()
    {
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.Software);
        var raised = await RaiseAsync(Pb.FieldOfWork.Software);
        var later = await RaiseAsync(Pb.FieldOfWork.Software);
        await RerouteCall(_city.Office, later, Office);
        var overdue = new Pb.ListObstaclesRequest { Overdue = true, Fields = { Pb.FieldOfWork.Software } };

        await _city.ShowAsync("2026-02-09", "17:00");
        Assert.Empty((await _city.Office.Obstacles.ListObstaclesAsync(overdue)).Obstacles);
        await _city.ShowAsync("2026-02-09", "17:01");
        var seen = (await _city.Office.Obstacles.ListObstaclesAsync(overdue)).Obstacles;
        Assert.Equal([raised.Name, later.Name], seen.Select(one => one.Name));
        Assert.All(seen, one => Assert.True(one.Overdue));
        overdue.AnsweringUnit = $"units/{HomeAffairs}";
        Assert.Equal(raised.Name, Assert.Single((await _city.Office.Obstacles.ListObstaclesAsync(overdue)).Obstacles).Name);
        Assert.True((await Ward.Assignments.GetAssignmentAsync(new() { Name = AssignmentOf(raised) })).Obstacles[0].Overdue);

        Assert.False((await AnswerAsync(Department, raised)).Overdue);
        Assert.Empty((await _city.Office.Obstacles.ListObstaclesAsync(overdue)).Obstacles);
    }

    [Fact]
    public async Task Reopened_TheClockRunsOn_UntilTheCityAcceptsItOnceMore()
    {
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.Premises);
        var raised = await RaiseAsync(Pb.FieldOfWork.Premises);
        var paused = await AcceptAsync(raised);
        Assert.Null(Assert.Single(paused.Pauses).EndTime);
        await _city.ShowAsync("2026-02-03", "08:00");
        await AnswerAsync(Department, raised);
        var running = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = paused.Name });
        Assert.NotEqual(paused.Deadline.DueTime, running.Deadline.DueTime);

        await _city.ShowAsync("2026-02-04", "08:00");
        var reopened = await ReopenCall(Ward, raised);
        Assert.Equal(
            (State.Open, 1, $"units/{HomeAffairs}", "2026-02-11 17:00"),
            (reopened.State, reopened.ReopenCount, reopened.AnsweringUnit, Local(reopened.DueTime)));
        Assert.Equal((Kind.Reopened, "Vẫn chưa có trụ sở"), (reopened.Steps[^1].Kind, reopened.Steps[^1].Note));
        var still = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = paused.Name });
        Assert.Equal(running.Deadline, still.Deadline);
        Assert.NotNull(Assert.Single(still.Pauses).EndTime);

        // Paused anew for one working day: the day between answer and second acceptance was consumed.
        Assert.Equal([1, 1], (await AcceptAsync(raised)).Pauses.Select(pause => pause.ObstacleNumber));
        await _city.ShowAsync("2026-02-05", "08:00");
        await AnswerAsync(Department, raised);
        var again = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = paused.Name });
        Assert.Equal(
            ("2026-02-23 17:00", "2026-02-24 17:00", "2026-02-25 17:00"),
            (Local(again.Deadline.OriginalDueTime), Local(running.Deadline.DueTime), Local(again.Deadline.DueTime)));
        Assert.Equal(State.Resolved, (await ConfirmCall(Ward, raised)).State);
    }

    [Fact]
    public async Task AnsweredObstacle_OfCompletedWork_IsConfirmedButNotOpenedAgain()
    {
        var raised = await RaiseAsync(Pb.FieldOfWork.Other);
        await AnswerAsync(_city.Office, raised);
        var name = AssignmentOf(raised);
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = name, RequestId = NewId() });
        var submitted = await Ward.Assignments.SubmitResultAsync(new() { Name = name, Result = "Báo cáo", RequestId = NewId() });
        await _city.Office.Assignments.AcceptResultAsync(new() { Name = name, Etag = submitted.Etag, RequestId = NewId() });

        Assert.Equal("ASSIGNMENT_CLOSED", await RefusedAsync(ReopenCall(Ward, raised)));
        Assert.Equal(State.Resolved, (await ConfirmCall(Ward, raised)).State);
    }

    [Fact]
    public async Task Obstacle_OfWorkGivenToAnotherUnit_IsStillClosedByItsRaiser()
    {
        var raised = await RaiseAsync(Pb.FieldOfWork.PublicAssets);
        var asked = await Ward.Assignments.RequestTransferAsync(new()
        {
            Name = AssignmentOf(raised),
            To = new() { Unit = $"units/{CaiKhe}" },
            Ground = new() { Kind = Pb.Ground.Types.Kind.WrongCompetence },
            Reason = "Không thuộc địa bàn",
            RequestId = NewId(),
        });
        await _city.Office.Assignments.DecideTransferAsync(
            new() { Name = asked.Name, Etag = asked.Etag, Grant = true, ResponsiblePerson = new() { Role = "Chuyên viên" }, RequestId = NewId() });
        await AnswerAsync(_city.Office, raised);

        var seen = await Ward.Obstacles.ListObstaclesAsync(new() { Fields = { Pb.FieldOfWork.PublicAssets } });
        Assert.Equal(raised.Name, Assert.Single(seen.Obstacles).Name);
        Assert.Equal("NOT_RAISING_UNIT", await RefusedAsync(ConfirmCall(_city.As(Roles.Ward, CaiKhe), raised)));
        Assert.Equal(State.Resolved, (await ConfirmCall(Ward, raised)).State);
    }

    [Fact]
    public async Task ReturnedAndIssuedAgain_TheClockStandsStillForWhatWasAccepted_AndOnlyForThat()
    {
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.Land);
        var first = await RaiseAsync(Pb.FieldOfWork.Land);
        await AcceptAsync(first);
        await _city.ShowAsync("2026-02-03", "08:00");
        var returned = await Ward.Assignments.ReturnAssignmentAsync(
            new() { Name = AssignmentOf(first), Ground = WrongCompetence, Reason = "Chưa đủ điều kiện", RequestId = NewId() });
        Assert.NotNull(Assert.Single(returned.Pauses).EndTime);
        await _city.ShowAsync("2026-02-04", "08:00");
        var again = await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = returned.Name, Etag = returned.Etag, RequestId = NewId() });
        Assert.Equal((2, first.Number, "Sở Nội vụ"), (again.Pauses.Count, again.Pauses[1].ObstacleNumber, again.Pauses[1].WaitsFor));
        Assert.Equal("2026-02-04 08:00", Local(again.Pauses[1].StartTime));
        Assert.Null(again.Pauses[1].EndTime);

        var second = await RaiseAsync(Pb.FieldOfWork.Land, again);
        Assert.Equal(2, (await AcceptAsync(second)).Pauses.Count);
        await AnswerAsync(Department, second);
        await _city.ShowAsync("2026-02-05", "08:00");
        await AnswerAsync(Department, first);
        var running = await Ward.Assignments.GetAssignmentAsync(new() { Name = again.Name });
        Assert.Equal("2026-02-05 08:00", Local(running.Pauses[1].EndTime));
        // Ten working days from the 2nd, and the two on which it stood still; the day on which it was returned was consumed.
        Assert.Equal(("2026-02-23 17:00", "2026-02-25 17:00"), (Local(running.Deadline.OriginalDueTime), Local(running.Deadline.DueTime)));
    }

    [Fact]
    public async Task List_IsPagedInOrder_AndShowsAWardOnlyItsOwn()
    {
        await HoldAsync(HomeAffairs, Pb.FieldOfWork.SiteClearance);
        string[] raised =
        [
            (await RaiseAsync(Pb.FieldOfWork.SiteClearance)).Name, (await RaiseAsync(Pb.FieldOfWork.SiteClearance)).Name,
            (await RaiseAsync(Pb.FieldOfWork.SiteClearance)).Name,
        ];
        var request = new Pb.ListObstaclesRequest { Fields = { Pb.FieldOfWork.SiteClearance }, PageSize = 2 };
        var first = await Department.Obstacles.ListObstaclesAsync(request);
        request.PageToken = first.NextPageToken;
        var second = await Department.Obstacles.ListObstaclesAsync(request);
        Assert.Equal(raised, first.Obstacles.Concat(second.Obstacles).Select(one => one.Name));
        Assert.Equal("", second.NextPageToken);
        request.Overdue = true;
        Assert.Equal("page_token", Assert.Single(FieldViolations((await RefusalAsync(Department.Obstacles.ListObstaclesAsync(request))).Error)).Field);

        var all = new Pb.ListObstaclesRequest { Fields = { Pb.FieldOfWork.SiteClearance } };
        Assert.Equal(3, (await _city.As(Roles.Ward, CaiKhe).Obstacles.ListObstaclesAsync(all)).Obstacles.Count);
        var foreign = _city.As(Roles.Ward, Foreign).Obstacles;
        Assert.Empty((await foreign.ListObstaclesAsync(all)).Obstacles);
        Assert.Equal("ASSIGNMENT_NOT_FOUND", await RefusedAsync(foreign.GetObstacleAsync(new() { Name = raised[0] })));
        Assert.Equal("OBSTACLE_NOT_FOUND", await RefusedAsync(Ward.Obstacles.GetObstacleAsync(new() { Name = raised[0].Replace("obstacles/1", "obstacles/2") })));
    }

    [Fact]
    public async Task Verbs_RepeatedOrStale_AreCarriedOutOnce()
    {
        var raised = await RaiseAsync(Pb.FieldOfWork.Environment);
        var (_, stale) = await RefusalAsync(_city.Office.Obstacles.RerouteObstacleAsync(
            new() { Name = raised.Name, Etag = "1", Unit = $"units/{HomeAffairs}", Reason = "Đúng thẩm quyền", RequestId = NewId() }));
        Assert.Equal("ASSIGNMENT_CHANGED", stale);
        await AnswerAsync(_city.Office, raised);
        var request = new Pb.ConfirmObstacleRequest { Name = raised.Name, RequestId = NewId() };
        Assert.Equal(await Ward.Obstacles.ConfirmObstacleAsync(request), await Ward.Obstacles.ConfirmObstacleAsync(request));
    }

    static string AssignmentOf(Pb.Obstacle obstacle) => string.Join('/', obstacle.Name.Split('/').Take(2));

    async Task<string> NewDepartmentAsync()
    {
        var id = $"so-mau-{NewId()[..8]}";
        await _city.Office.Units.CreateUnitAsync(new()
        {
            UnitId = id,
            Unit = new Pb.Unit { DisplayName = "Sở Mẫu", Kind = Pb.Unit.Types.Kind.Department, ValidFrom = "2025-07-01", Illustrative = true },
            RequestId = NewId(),
        });
        return id;
    }

    /// <param name="unit">Empty for a ministry.</param>
    async Task HoldAsync(string unit, Pb.FieldOfWork field, string from = "2026-01-01") => await _city.Office.Competences.CreateCompetenceAsync(new()
    {
        Competence = new Pb.Competence
        {
            Unit = unit.Length == 0 ? "" : $"units/{unit}",
            Holder = unit.Length == 0 ? "Bộ Tư pháp" : "",
            Field = field,
            Power = "Hướng dẫn, quyết định trong lĩnh vực",
            Level = unit switch
            {
                "" => Pb.Competence.Types.Level.Centre,
                HomeAffairs => Pb.Competence.Types.Level.City,
                _ => Pb.Competence.Types.Level.Commune,
            },
            Basis = Pb.Competence.Types.Basis.Law,
            DocumentText = "Quyết định mẫu số 02",
            ValidFrom = from,
        },
        RequestId = NewId(),
    });

    async Task<Pb.Assignment> IssuedAsync(CityClient assigner)
    {
        var document = await NewDocumentAsync(_city.Office);
        var draft = await assigner.Assignments.CreateAssignmentAsync(new() { Assignment = Draft(document.Name), RequestId = NewId() });
        return await assigner.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    /// <summary>With its steps, as ObstacleService shows it.</summary>
    async Task<Pb.Obstacle> RaiseAsync(Pb.FieldOfWork field, Pb.Assignment? assignment = null)
    {
        assignment ??= await IssuedAsync(_city.Office);
        var raised = await Ward.Assignments.RaiseObstacleAsync(new()
        {
            Name = assignment.Name,
            Field = "thiếu cán bộ",
            Description = "Không đủ người làm",
            FieldOfWork = field,
            RequestId = NewId(),
        });
        return await Ward.Obstacles.GetObstacleAsync(new() { Name = raised.Obstacles[^1].Name });
    }

    async Task<Pb.Assignment> AcceptAsync(Pb.Obstacle obstacle) => await _city.Office.Assignments.AcceptObstacleAsync(new()
    {
        Name = AssignmentOf(obstacle),
        Etag = await EtagAsync(obstacle),
        Number = obstacle.Number,
        WaitsFor = "Sở Nội vụ",
        Reason = "Vượt thẩm quyền của phường",
        RequestId = NewId(),
    });

    AsyncUnaryCall<Pb.Assignment> AnswerCall(CityClient caller, Pb.Obstacle obstacle) => caller.Assignments.AnswerObstacleAsync(new()
    {
        Name = AssignmentOf(obstacle),
        Etag = obstacle.Etag,
        Number = obstacle.Number,
        Answer = "Đã điều động",
        RequestId = NewId(),
    });

    async Task<Pb.Obstacle> AnswerAsync(CityClient caller, Pb.Obstacle obstacle)
    {
        await AnswerCall(caller, await _city.Office.Obstacles.GetObstacleAsync(new() { Name = obstacle.Name }));
        return await _city.Office.Obstacles.GetObstacleAsync(new() { Name = obstacle.Name });
    }

    async Task<string> EtagAsync(Pb.Obstacle obstacle) => (await _city.Office.Obstacles.GetObstacleAsync(new() { Name = obstacle.Name })).Etag;

    static AsyncUnaryCall<Pb.Obstacle> ConfirmCall(CityClient caller, Pb.Obstacle obstacle) =>
        caller.Obstacles.ConfirmObstacleAsync(new() { Name = obstacle.Name, RequestId = NewId() });

    static AsyncUnaryCall<Pb.Obstacle> ReopenCall(CityClient caller, Pb.Obstacle obstacle) =>
        caller.Obstacles.ReopenObstacleAsync(new() { Name = obstacle.Name, Reason = "Vẫn chưa có trụ sở", RequestId = NewId() });

    static AsyncUnaryCall<Pb.Obstacle> EscalateCall(CityClient caller, Pb.Obstacle obstacle) =>
        caller.Obstacles.EscalateObstacleAsync(new() { Name = obstacle.Name, Etag = obstacle.Etag, Reason = "Vượt thẩm quyền của sở", RequestId = NewId() });

    static AsyncUnaryCall<Pb.Obstacle> RerouteCall(CityClient caller, Pb.Obstacle obstacle, string unit) => caller.Obstacles.RerouteObstacleAsync(
        new() { Name = obstacle.Name, Etag = obstacle.Etag, Unit = $"units/{unit}", Reason = "Đúng thẩm quyền", RequestId = NewId() });

    AsyncUnaryCall<Pb.Obstacle> ProposeCall(Pb.Obstacle obstacle, string document, string date = "2026-02-04") =>
        _city.Office.Obstacles.ProposeObstacleAsync(new()
        {
            Name = obstacle.Name,
            Etag = obstacle.Etag,
            Proposal = new Pb.CentreProposal { Addressee = "Bộ Nội vụ", Document = document, Date = date },
            RequestId = NewId(),
        });

    static async Task<string?> RefusedAsync(AsyncUnaryCall<Pb.Obstacle> call) => (await RefusalAsync(call)).Reason;
}
