using System.Text;
using System.Text.Json;
using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;
using PartState = CanThoGov.Protos.City.V1.Coordinator.Types.State;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class CoordinationTests_Sqlite(CityOnSqlite city) : CoordinationTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class CoordinationTests_Postgres(CityOnPostgres city) : CoordinationTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

public abstract class CoordinationTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string ThoiAnDong = "31147-2025";

    static readonly Pb.Person Person = new() { DisplayName = "Cán bộ Mẫu 02", Role = "Phó Chủ tịch UBND phường" };

    readonly TCity _city;

    protected CoordinationTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Lead => _city.As(Roles.Ward, NinhKieu);

    CityClient Helper => _city.As(Roles.Ward, CaiKhe);

    [Fact]
    public async Task R04_EveryCoordinatingUnit_HasItsOwnAcknowledgementAnswerAndState()
    {
        var issued = await IssuedForTwoAsync();
        Assert.Equal((2, 2), (issued.UnacknowledgedCoordinatorCount, issued.UnansweredCoordinatorCount));

        var acknowledged = await Helper.Assignments.AcknowledgeAssignmentAsync(
            new() { Name = issued.Name, ResponsiblePerson = Person, RequestId = NewId() });
        var answered = await _city.As(Roles.Ward, ThoiAnDong).Assignments.SubmitContributionAsync(
            new() { Name = issued.Name, Contribution = "Đã cử 20 người", ResponsiblePerson = Person, RequestId = NewId() });

        Assert.Equal((1, 2), (acknowledged.UnacknowledgedCoordinatorCount, acknowledged.UnansweredCoordinatorCount));
        Assert.Equal((0, 1), (answered.UnacknowledgedCoordinatorCount, answered.UnansweredCoordinatorCount));
        Assert.Equal([PartState.Acknowledged, PartState.Answered], answered.Coordinators.Select(one => one.State));
        var part = answered.Coordinators[1];
        Assert.Equal("Đã cử 20 người", part.Contribution);
        Assert.Equal($"test:ward:{ThoiAnDong}", part.ContributedBy);
        Assert.NotNull(part.ContributeTime);
        Assert.Equal(part.AcknowledgeTime, part.ContributeTime);
        Assert.Equal(State.Issued, answered.State);
        Assert.Equal(answered, await Lead.Assignments.GetAssignmentAsync(new() { Name = issued.Name }));
    }

    [Fact]
    public async Task R04_AnswerThatIsReplaced_StaysInTheHistory()
    {
        var issued = await IssuedForTwoAsync();
        foreach (var words in new[] { "Cử 10 người", "Cử 15 người" })
        {
            await Helper.Assignments.SubmitContributionAsync(
                new() { Name = issued.Name, Contribution = words, ResponsiblePerson = Person, RequestId = NewId() });
        }

        var now = await Lead.Assignments.GetAssignmentAsync(new() { Name = issued.Name });
        var history = await Lead.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name });
        var log = await Lead.Events.ListEventsAsync(new() { PageSize = 1000 });

        Assert.Equal("Cử 15 người", now.Coordinators[0].Contribution);
        Assert.Equal(["Cử 10 người", "Cử 15 người"],
            history.Entries.Where(entry => entry.Verb == "submit-contribution").Select(entry => entry.Note));
        Assert.Equal(2, log.Events.Count(e => e.Subject == issued.Name && e.Type == "vn.gov.cantho.city.contribution-submitted.v1"));
    }

    [Fact]
    public async Task R04_List_ShowsAtOnceWhereSomebodyHasNotAnswered()
    {
        var issued = await IssuedForTwoAsync();
        await Helper.Assignments.SubmitContributionAsync(
            new() { Name = issued.Name, Contribution = "Xong", ResponsiblePerson = Person, RequestId = NewId() });

        Assert.Contains(issued.Name, await ListAsync("", PartState.Waiting));
        Assert.Contains(issued.Name, await ListAsync("", PartState.Waiting, PartState.Acknowledged));
        Assert.DoesNotContain(issued.Name, await ListAsync("", PartState.Acknowledged));
        Assert.DoesNotContain(issued.Name, await ListAsync($"units/{CaiKhe}", PartState.Waiting));
        Assert.Contains(issued.Name, await ListAsync($"units/{CaiKhe}", PartState.Answered));
        Assert.DoesNotContain(issued.Name, await ListAsync($"units/{NinhKieu}", PartState.Answered));

        async Task<IEnumerable<string>> ListAsync(string unit, params PartState[] states) =>
            (await _city.Office.Assignments.ListAssignmentsAsync(
                new() { Unit = unit, CoordinatorStates = { states }, Document = issued.Document, PageSize = 1000 })).Assignments.Select(one => one.Name);
    }

    [Fact]
    public async Task R04_OnlyACoordinatingUnitAnswers_AndOnlyWhileTheWorkIsOpen()
    {
        var issued = await IssuedForTwoAsync();
        Pb.SubmitContributionRequest Request() => new() { Name = issued.Name, Contribution = "Xong", ResponsiblePerson = Person, RequestId = NewId() };

        var (lead, leadReason) = await RefusalAsync(Lead.Assignments.SubmitContributionAsync(Request()));
        var (foreign, _) = await RefusalAsync(_city.As(Roles.Ward, "31150-2025").Assignments.SubmitContributionAsync(Request()));
        await _city.Office.Assignments.CancelAssignmentAsync(new() { Name = issued.Name, Etag = issued.Etag, Reason = "Thôi", RequestId = NewId() });
        var (_, closed) = await RefusalAsync(Helper.Assignments.SubmitContributionAsync(Request()));

        Assert.Equal((StatusCode.PermissionDenied, "NOT_COORDINATING_UNIT"), (lead.StatusCode, leadReason));
        Assert.Equal(StatusCode.NotFound, foreign.StatusCode);
        Assert.Equal("ASSIGNMENT_NOT_IN_WORK", closed);
    }

    [Fact]
    public async Task R05_CoordinatingUnit_AnswersOnlyWithANamedPersonOfItsOwn()
    {
        var issued = await IssuedForTwoAsync();
        var (_, nobody) = await RefusalAsync(Helper.Assignments.SubmitContributionAsync(
            new() { Name = issued.Name, Contribution = "Xong", RequestId = NewId() }));
        var (_, blank) = await RefusalAsync(Helper.Assignments.SubmitContributionAsync(
            new() { Name = issued.Name, Contribution = "Xong", ResponsiblePerson = new() { Role = " " }, RequestId = NewId() }));

        await Helper.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, ResponsiblePerson = Person, RequestId = NewId() });
        var answered = await Helper.Assignments.SubmitContributionAsync(new() { Name = issued.Name, Contribution = "Xong", RequestId = NewId() });

        Assert.Equal(("RESPONSIBLE_PERSON_MISSING", "RESPONSIBLE_PERSON_MISSING"), (nobody, blank));
        Assert.Equal($"units/{CaiKhe}", answered.Coordinators[0].Assignee.Unit);
        Assert.Equal(Person, answered.Coordinators[0].ResponsiblePerson);
        var (error, _) = await RefusalAsync(Lead.Assignments.AcknowledgeAssignmentAsync(
            new() { Name = issued.Name, ResponsiblePerson = Person, RequestId = NewId() }));
        Assert.Equal("responsible_person", Assert.Single(FieldViolations(error)).Field);
    }

    [Fact]
    public async Task R05_LeadAndCoordinator_AreEachAUnitAndAPerson()
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Coordinators[0].ResponsiblePerson = Person);
        var issued = await IssueAsync(draft);

        Assert.Equal(($"units/{NinhKieu}", "Cán bộ Mẫu 01"), (issued.Lead.Unit, issued.ResponsiblePerson.DisplayName));
        Assert.Equal(($"units/{CaiKhe}", Person), (issued.Coordinators[0].Assignee.Unit, issued.Coordinators[0].ResponsiblePerson));
    }

    [Fact]
    public async Task R04_PartWithADueDate_IsOverdueByItself()
    {
        await _city.ShowAsync("2026-03-02", "08:00");
        var draft = await NewDraftAsync(_city.Office, d => d.Coordinators[0].DueDate = "2026-03-06");
        var issued = await IssueAsync(draft);
        var part = Assert.Single(issued.Coordinators);
        Assert.Equal(("2026-03-06", "2026-03-06 17:00", false), (part.DueDate, Local(part.DueTime), part.Overdue));

        await _city.ShowAsync("2026-03-06", "17:01");
        var late = await Lead.Assignments.GetAssignmentAsync(new() { Name = issued.Name });
        Assert.True(Assert.Single(late.Coordinators).Overdue);
        Assert.NotEqual(Pb.Assignment.Types.Timeliness.Overdue, late.Timeliness);

        var answered = await Helper.Assignments.SubmitContributionAsync(
            new() { Name = issued.Name, Contribution = "Xong", ResponsiblePerson = Person, RequestId = NewId() });
        Assert.False(Assert.Single(answered.Coordinators).Overdue);
    }

    [Fact]
    public async Task R04_DueDateOfAPart_ThatCannotBe_IsRefused()
    {
        await _city.ShowAsync("2026-03-02", "08:00");
        var document = (await NewDocumentAsync(_city.Office)).Name;
        var draft = Draft(document);
        draft.Coordinators[0].DueDate = "2026-03-07";
        draft.Coordinators.Add(new Pb.Coordinator { Assignee = new() { Unit = $"units/{ThoiAnDong}" }, DueDate = "2026-02-27" });
        var (error, _) = await RefusalAsync(_city.Office.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() }));
        Assert.Equal(["assignment.coordinators[0].due_date", "assignment.coordinators[1].due_date"], FieldViolations(error).Select(one => one.Field));

        // Ten working days from the issue end on 16 March.
        var late = await NewDraftAsync(_city.Office, d => d.Coordinators[0].DueDate = "2026-03-17");
        var (issue, reason) = await RefusalAsync(_city.Office.Assignments.IssueAssignmentAsync(new() { Name = late.Name, Etag = late.Etag, RequestId = NewId() }));
        Assert.Equal((StatusCode.FailedPrecondition, "COORDINATOR_DUE_DATE"), (issue.StatusCode, reason));
        var explained = await NewDraftAsync(_city.Office, d =>
        {
            d.Coordinators[0].DueDate = "2026-03-17";
            d.Coordinators[0].DueReason = "Tổng kết sau khi hoàn thành";
        });
        Assert.Equal("Tổng kết sau khi hoàn thành", Assert.Single((await IssueAsync(explained)).Coordinators).DueReason);
    }

    async Task<Pb.Assignment> IssuedForTwoAsync() => await IssueAsync(await NewDraftAsync(_city.Office, d =>
        d.Coordinators.Add(new Pb.Coordinator { Assignee = new() { Unit = $"units/{ThoiAnDong}" }, Part = "Cử lực lượng" })));

    async Task<Pb.Assignment> IssueAsync(Pb.Assignment draft) =>
        await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
}

[Trait("Category", "Unit")]
public sealed class CoordinationRuleTests
{
    static readonly DateTimeOffset Due = LocalTime.At(new(2026, 3, 16), LocalTime.EndOfBusiness);

    static readonly Coordinator Part = new(new("31120-2025", Organ.Unspecified), "Cử lực lượng", null);

    static readonly AssignmentSnapshot Open = new(
        Guid.NewGuid(), AssignmentState.InProgress, "Dọn kênh Rạch Bần", "Nạo vét", Guid.NewGuid(), null, null,
        new Assignee("31135-2025", Organ.PeoplesCommittee), [Part], new Person("Cán bộ Mẫu 01", ""), "Chịu trách nhiệm", "Biên bản", "",
        CriteriaSet.FiveClear, new Deadline(DeadlineKind.FixedDate, DueAt: Due), new Person("", ""), Illustrative: true, ProgressPercent: 0,
        [], [], [], [], Due.AddDays(-14), Due.AddDays(-14), null);

    [Fact]
    public void R04_Overdue_IsAPartWithoutAnswerAfterItsOwnDueTime()
    {
        var answered = Part with { Contribution = new(Due, "canbo-01") };
        var earlier = Part with { Due = new(Due.AddDays(-7), "") };
        Assert.False(Open.IsOverdueAt(Part, Due));
        Assert.True(Open.IsOverdueAt(Part, Due.AddMicroseconds(1)));
        Assert.True(Open.IsOverdueAt(earlier, Due));
        Assert.False(Open.IsOverdueAt(answered, Due.AddDays(1)));
        Assert.All(
            [AssignmentState.Draft, AssignmentState.Completed, AssignmentState.Returned, AssignmentState.Cancelled],
            state => Assert.False((Open with { State = state }).IsOverdueAt(Part, Due.AddDays(1))));
        Assert.False((Open with { State = AssignmentState.Suspended, SuspendedAt = Due }).IsOverdueAt(Part, Due.AddDays(1)));
    }

    [Fact]
    public void R04_AllWardsCoordinatingAndAnswered_FitInOneEvent()
    {
        var parts = Enumerable.Range(0, 103).Select(i => new Coordinator(
            new($"31{i:000}-2025", Organ.PeoplesCommittee), "Cử lực lượng, phương tiện phối hợp nạo vét trên địa bàn", Due,
            new Person("Nguyễn Thị Mẫu", "Phó Chủ tịch Ủy ban nhân dân phường"), new(Due, "Tổng kết sau khi hoàn thành"), new(Due, "service:ward:31120-2025")));
        var e = new ContributionSubmitted(Open with { Coordinators = [.. parts] }, "31120-2025", new string('ế', 2000), Due, 300);

        Assert.InRange(Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(e, ContractJson.Options)), 0, 64 * 1024);
    }
}
