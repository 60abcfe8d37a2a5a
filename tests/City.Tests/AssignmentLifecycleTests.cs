using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Rpc;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class AssignmentLifecycleTests_Sqlite(CityOnSqlite city)
    : AssignmentLifecycleTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class AssignmentLifecycleTests_Postgres(CityOnPostgres city)
    : AssignmentLifecycleTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

public abstract class AssignmentLifecycleTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TCity _city;

    protected AssignmentLifecycleTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Ward => _city.As(Roles.Ward, NinhKieu);

    [Fact]
    public async Task FromIssueToAcceptance_WithReworkExtensionAndObstacle_EndsCompleted()
    {
        var office = _city.Office.Assignments;
        var ward = Ward.Assignments;
        var issued = await NewIssuedAsync(_city.Office);
        Assert.Equal(State.Issued, issued.State);
        Assert.NotNull(issued.Deadline.DueTime);

        var name = issued.Name;
        Assert.Equal(State.Acknowledged, (await ward.AcknowledgeAssignmentAsync(new() { Name = name, RequestId = NewId() })).State);
        Assert.Equal(State.InProgress, (await ward.ReportProgressAsync(
            new() { Name = name, Percent = 40, Report = "Đã nạo vét 400 m", RequestId = NewId() })).State);
        var asked = await ward.RequestExtensionAsync(new()
        {
            Name = name,
            Reason = "Triều cường",
            ProposedDate = "2027-03-31",
            RequestId = NewId(),
        });
        var moved = await office.DecideExtensionAsync(new() { Name = name, Etag = asked.Etag, Grant = true, RequestId = NewId() });
        Assert.Equal(2, moved.Deadline.Revision);
        Assert.Equal(issued.Deadline.DueTime, moved.Deadline.OriginalDueTime);
        Assert.Equal("2027-03-31T10:00:00Z", moved.Deadline.DueTime.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));

        var raised = await ward.RaiseObstacleAsync(new() { Name = name, Field = "đất đai", Description = "Vướng mặt bằng", RequestId = NewId() });
        await office.AnswerObstacleAsync(new() { Name = name, Etag = raised.Etag, Number = 1, Answer = "Sở phối hợp xử lý", RequestId = NewId() });
        var submitted = await ward.SubmitResultAsync(new() { Name = name, Result = "Báo cáo kết quả", RequestId = NewId() });
        var sentBack = await office.SendBackResultAsync(new() { Name = name, Etag = submitted.Etag, Reason = "Thiếu biên bản", RequestId = NewId() });
        Assert.Equal(State.Rework, sentBack.State);
        var again = await ward.SubmitResultAsync(new() { Name = name, Result = "Báo cáo kèm biên bản", RequestId = NewId() });
        var completed = await office.AcceptResultAsync(new() { Name = name, Etag = again.Etag, RequestId = NewId() });

        Assert.Equal(State.Completed, completed.State);
        Assert.Equal(100, completed.ProgressPercent);
        Assert.Equal([Pb.Submission.Types.State.SentBack, Pb.Submission.Types.State.Accepted], completed.Submissions.Select(one => one.State));
        var history = await office.ListAssignmentHistoryAsync(new() { Parent = name });
        Assert.Equal(
            [
                "create", "issue", "acknowledge", "report-progress", "request-extension", "grant-extension", "raise-obstacle", "answer-obstacle",
                "submit-result", "send-back-result", "submit-result", "accept-result",
            ],
            history.Entries.Select(entry => entry.Verb));
        Assert.Equal(completed, await office.GetAssignmentAsync(new() { Name = name }));
    }

    [Fact]
    public async Task ReturnedTwice_IsIssuedAgainWithItsDueTime()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var current = issued;
        for (var i = 1; i <= 2; i++)
        {
            current = await Ward.Assignments.ReturnAssignmentAsync(
                new() { Name = issued.Name, Ground = WrongCompetence, Reason = "Không thuộc thẩm quyền", RequestId = NewId() });
            Assert.Equal(State.Returned, current.State);
            Assert.Equal(Pb.Assignment.Types.Timeliness.NoDeadline, current.Timeliness);
            current = await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = issued.Name, Etag = current.Etag, RequestId = NewId() });
        }

        Assert.Equal(State.Issued, current.State);
        Assert.Equal(2, current.Returns.Count);
        Assert.Equal(issued.Deadline, current.Deadline);
    }

    [Fact]
    public async Task SuspendAndResume_GoesOnInTheStateItWasIn()
    {
        var issued = await NewIssuedAsync(_city.Office);
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        var working = await Ward.Assignments.ReportProgressAsync(new() { Name = issued.Name, Percent = 5, Report = "Bắt đầu", RequestId = NewId() });
        var office = _city.Office.Assignments;

        var suspended = await office.SuspendAssignmentAsync(new() { Name = issued.Name, Etag = working.Etag, Reason = "Chờ quy hoạch", RequestId = NewId() });
        var (_, reason) = await RefusalAsync(Ward.Assignments.ReportProgressAsync(
            new() { Name = issued.Name, Percent = 6, Report = "Tiếp", RequestId = NewId() }));
        var resumed = await office.ResumeAssignmentAsync(new() { Name = issued.Name, Etag = suspended.Etag, RequestId = NewId() });

        Assert.Equal(State.Suspended, suspended.State);
        Assert.Equal("ASSIGNMENT_NOT_IN_WORK", reason);
        Assert.Equal(State.InProgress, resumed.State);
    }

    [Fact]
    public async Task R06_Issue_UrgentWithoutDate_IsRefusedUntilANamedPersonSetsOne()
    {
        var office = _city.Office.Assignments;
        var draft = await NewDraftAsync(_city.Office, d =>
        {
            d.Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.Immediate, Words = "khẩn trương triển khai" };
            d.ExpectedResult = "";
        });

        var (error, reason) = await RefusalAsync(office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() }));
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal("NOT_CLEAR", reason);
        var violations = Detail<PreconditionFailure>(error).Violations.Select(one => one.Subject);
        Assert.Equal(["schedule", "result"], violations);

        var (_, unnamed) = await RefusalAsync(office.SetWorkingDeadlineAsync(
            new() { Name = draft.Name, Etag = draft.Etag, Date = "2027-01-29", Reason = "Kịp quý I", RequestId = NewId() }));
        Assert.Equal(FieldErrors.Reason, unnamed);
        var set = await office.SetWorkingDeadlineAsync(new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            Date = "2027-01-29",
            SetBy = new Pb.Person { Role = "Chánh Văn phòng Ủy ban nhân dân thành phố" },
            Reason = "Kịp quý I",
            RequestId = NewId(),
        });
        Assert.Equal("2027-01-29", set.Deadline.Date);
        Assert.Equal("Chánh Văn phòng Ủy ban nhân dân thành phố", set.Deadline.SetBy.Role);
        var (_, still) = await RefusalAsync(office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = set.Etag, RequestId = NewId() }));
        Assert.Equal("NOT_CLEAR", still);
    }

    [Fact]
    public async Task R03_Issue_ListsEverythingThatIsMissingAtOnce_AndKeepsTheVersionOfTheCriteria()
    {
        var office = _city.Office.Assignments;
        var unclear = await NewDraftAsync(_city.Office, d =>
        {
            d.CriteriaSet = Pb.Assignment.Types.CriteriaSet.SixClear;
            d.ResponsiblePerson = null;
            d.Content = "";
            d.Responsibility = " ";
            d.ExpectedResult = "";
            d.Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.None };
        });
        Assert.Equal(0, unclear.CriteriaSetVersion);

        var (error, reason) = await RefusalAsync(office.IssueAssignmentAsync(new() { Name = unclear.Name, Etag = unclear.Etag, RequestId = NewId() }));

        Assert.Equal("NOT_CLEAR", reason);
        Assert.Equal(
            ["person", "work", "responsibility", "schedule", "result", "authority"],
            Detail<PreconditionFailure>(error).Violations.Select(one => one.Subject));
        Assert.Equal(unclear, await office.GetAssignmentAsync(new() { Name = unclear.Name }));
        var issued = await NewIssuedAsync(_city.Office);
        Assert.Equal((Pb.Assignment.Types.CriteriaSet.FiveClear, 1), (issued.CriteriaSet, issued.CriteriaSetVersion));
    }

    [Fact]
    public async Task WorkingDeadline_OnADayOff_IsRefused()
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.None });
        var (error, _) = await RefusalAsync(_city.Office.Assignments.SetWorkingDeadlineAsync(new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            Date = "2027-02-08",
            SetBy = new Pb.Person { Role = "Chánh Văn phòng" },
            Reason = "Kịp quý I",
            RequestId = NewId(),
        }));
        Assert.Equal("date", Assert.Single(Detail<BadRequest>(error).FieldViolations).Field);
    }

    [Fact]
    public async Task Repeat_OfACarriedOutVerb_GivesTheFirstAnswerWhateverHappenedSince()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var request = new Pb.AcknowledgeAssignmentRequest { Name = issued.Name, Note = "Đã nhận", RequestId = NewId() };
        var first = Ward.Assignments.AcknowledgeAssignmentAsync(request);
        var answer = await first;
        await Ward.Assignments.ReportProgressAsync(new() { Name = issued.Name, Percent = 10, Report = "Tiếp tục", RequestId = NewId() });

        var second = Ward.Assignments.AcknowledgeAssignmentAsync(new(request) { Etag = "stale" });
        var repeated = await second;
        Assert.Equal(answer, repeated);
        Assert.Equal(first.GetTrailers().GetValue("canthogov-read-token"), second.GetTrailers().GetValue("canthogov-read-token"));
        Assert.StartsWith("city:", first.GetTrailers().GetValue("canthogov-read-token"));

        var (error, reason) = await RefusalAsync(Ward.Assignments.AcknowledgeAssignmentAsync(new(request) { Note = "khác" }));
        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Equal("REQUEST_ID_REUSED", reason);
        var history = await Ward.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name });
        Assert.Single(history.Entries, entry => entry.Verb == "acknowledge" && entry.RequestId == request.RequestId);
    }

    [Fact]
    public async Task RequestId_OfARefusal_IsNotRemembered()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var request = new Pb.ReportProgressRequest { Name = issued.Name, Percent = 10, Report = "Sớm quá", RequestId = NewId() };
        var (_, reason) = await RefusalAsync(Ward.Assignments.ReportProgressAsync(request));
        Assert.Equal("ASSIGNMENT_NOT_IN_WORK", reason);
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        Assert.Equal(State.InProgress, (await Ward.Assignments.ReportProgressAsync(request)).State);
    }

    [Fact]
    public async Task RequestId_BelongsToItsCaller()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var id = NewId();
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = id });
        var byOther = await _city.As(Roles.Ward, CaiKhe).Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = id });
        Assert.NotNull(Assert.Single(byOther.Coordinators).AcknowledgeTime);
    }

    [Fact]
    public async Task TwentyRepeatsAtOnce_HaveOneEffect()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var request = new Pb.AcknowledgeAssignmentRequest { Name = issued.Name, RequestId = NewId() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await Ward.Assignments.AcknowledgeAssignmentAsync(request)));
        Assert.Single(answers.Distinct());
        var history = await Ward.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name });
        Assert.Equal(["create", "issue", "acknowledge"], history.Entries.Select(entry => entry.Verb));
    }

    [Fact]
    public async Task Decision_WithoutOrWithStaleEtag_IsRefused()
    {
        var issued = await NewIssuedAsync(_city.Office);
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        var (none, _) = await RefusalAsync(_city.Office.Assignments.CancelAssignmentAsync(
            new() { Name = issued.Name, Reason = "Thôi", RequestId = NewId() }));
        Assert.Equal("etag", Assert.Single(Detail<BadRequest>(none).FieldViolations).Field);
        var (stale, reason) = await RefusalAsync(_city.Office.Assignments.CancelAssignmentAsync(
            new() { Name = issued.Name, Etag = issued.Etag, Reason = "Thôi", RequestId = NewId() }));
        Assert.Equal(StatusCode.Aborted, stale.StatusCode);
        Assert.Equal("ASSIGNMENT_CHANGED", reason);
    }

    [Fact]
    public async Task ForeignUnit_AssignmentDoesNotExist()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var foreign = _city.As(Roles.Ward, "31147-2025").Assignments;
        var missing = $"assignments/{Guid.NewGuid()}";
        foreach (var name in new[] { issued.Name, missing })
        {
            var (get, getReason) = await RefusalAsync(foreign.GetAssignmentAsync(new() { Name = name }));
            var (verb, verbReason) = await RefusalAsync(foreign.AcknowledgeAssignmentAsync(new() { Name = name, RequestId = NewId() }));
            var (history, _) = await RefusalAsync(foreign.ListAssignmentHistoryAsync(new() { Parent = name }));
            Assert.All([get, verb, history], error => Assert.Equal(StatusCode.NotFound, error.StatusCode));
            Assert.All([getReason, verbReason], reason => Assert.Equal("ASSIGNMENT_NOT_FOUND", reason));
        }

        Assert.Empty((await foreign.ListAssignmentsAsync(new() { Unit = $"units/{NinhKieu}" })).Assignments);
        Assert.DoesNotContain((await foreign.ListAssignmentsAsync(new())).Assignments, one => one.Name == issued.Name);
        var events = await _city.As(Roles.Ward, "31147-2025").Events.ListEventsAsync(new() { PageSize = 1000 });
        Assert.DoesNotContain(events.Events, e => e.Subject == issued.Name);
    }

    [Fact]
    public async Task Draft_IsHiddenFromItsUnitsUntilItIsIssued()
    {
        var draft = await NewDraftAsync(_city.Office);
        var (_, reason) = await RefusalAsync(Ward.Assignments.GetAssignmentAsync(new() { Name = draft.Name }));
        Assert.Equal("ASSIGNMENT_NOT_FOUND", reason);
        Assert.DoesNotContain((await Ward.Assignments.ListAssignmentsAsync(new() { PageSize = 1000 })).Assignments, one => one.Name == draft.Name);
        await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
        Assert.Contains((await Ward.Assignments.ListAssignmentsAsync(new() { PageSize = 1000 })).Assignments, one => one.Name == draft.Name);
    }

    [Fact]
    public async Task CoordinatingUnit_MayAcknowledgeAndRaiseObstacles_NothingElse()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var helper = _city.As(Roles.Ward, CaiKhe).Assignments;
        var (error, reason) = await RefusalAsync(helper.ReturnAssignmentAsync(
            new() { Name = issued.Name, Ground = WrongCompetence, Reason = "Không", RequestId = NewId() }));
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal("NOT_LEAD_UNIT", reason);
        var acknowledged = await helper.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        Assert.Equal(State.Issued, acknowledged.State);
        var (_, twice) = await RefusalAsync(helper.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() }));
        Assert.Equal("ALREADY_ACKNOWLEDGED", twice);
        var obstacle = await helper.RaiseObstacleAsync(new() { Name = issued.Name, Field = "nhân sự", Description = "Thiếu người", RequestId = NewId() });
        Assert.Equal("nhân sự", Assert.Single(obstacle.Obstacles).Field);
    }

    [Fact]
    public async Task Ward_MayNotDecide()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var (error, reason) = await RefusalAsync(Ward.Assignments.CancelAssignmentAsync(
            new() { Name = issued.Name, Etag = issued.Etag, Reason = "Thôi", RequestId = NewId() }));
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal("ROLE_NOT_ALLOWED", reason);
    }

    [Fact]
    public async Task Create_WithManyMistakes_NamesEveryFieldAtOnceAndWritesNothing()
    {
        var (error, _) = await RefusalAsync(_city.Office.Assignments.CreateAssignmentAsync(new Pb.CreateAssignmentRequest
        {
            Assignment = new Pb.Assignment
            {
                Content = new string('x', 9000),
                Document = "giấy tờ",
                Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.Period, Period = "quý I" },
                Lead = new Pb.Assignee { Unit = "31135-2025" },
            },
            RequestId = "có dấu",
        }));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(
            [
                "assignment.content", "assignment.deadline.period", "assignment.document", "assignment.lead.unit", "assignment.title", "request_id",
            ],
            Detail<BadRequest>(error).FieldViolations.Select(one => one.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_InDecomposedVietnamese_AreStoredComposed()
    {
        var decomposed = "Dọn kênh Rạch Bần".Normalize(System.Text.NormalizationForm.FormD);
        var draft = await NewDraftAsync(_city.Office, d => d.Title = decomposed);
        Assert.NotEqual("Dọn kênh Rạch Bần", decomposed);
        Assert.Equal("Dọn kênh Rạch Bần", draft.Title);
    }

    [Fact]
    public async Task List_PagesThroughEverythingOnce()
    {
        var document = (await NewDocumentAsync(_city.Office)).Name;
        for (var i = 0; i < 5; i++)
        {
            await _city.Office.Assignments.CreateAssignmentAsync(new() { Assignment = Draft(document), RequestId = NewId() });
        }

        var names = new List<string>();
        var request = new Pb.ListAssignmentsRequest { Document = document, PageSize = 2 };
        do
        {
            var page = await _city.Office.Assignments.ListAssignmentsAsync(request);
            names.AddRange(page.Assignments.Select(one => one.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(5, names.Distinct().Count());
        Assert.Equal(5, names.Count);
        Assert.Equal(names.OrderDescending(StringComparer.Ordinal), names);
    }

    [Fact]
    public async Task EveryChange_StandsInTheLogOnceInItsOrder()
    {
        var issued = await NewIssuedAsync(_city.Office);
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        var log = await Ward.Events.ListEventsAsync(new() { PageSize = 1000 });
        var events = log.Events.Where(e => e.Subject == issued.Name).ToArray();
        Assert.Equal(
            ["vn.gov.cantho.city.assignment-issued.v1", "vn.gov.cantho.city.assignment-acknowledged.v1"], events.Select(e => e.Type));
        Assert.Equal([2, 3], events.Select(e => e.Sequence));
        Assert.All(events, e => Assert.Equal([NinhKieu, CaiKhe], e.Units));
        Assert.Contains("Dọn kênh Rạch Bần", events[0].Data);
    }

    static T Detail<T>(RpcException error) where T : Google.Protobuf.IMessage<T>, new()
    {
        var status = Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin"));
        return status.Details.Single(detail => detail.Is(new T().Descriptor)).Unpack<T>();
    }
}
