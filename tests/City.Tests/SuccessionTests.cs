using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Organ = CanThoGov.Protos.City.V1.Unit.Types.Organ;
using PartState = CanThoGov.Protos.City.V1.Coordinator.Types.State;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class SuccessionTests_Sqlite(CityOnSqlite city) : SuccessionTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class SuccessionTests_Postgres(CityOnPostgres city) : SuccessionTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

public abstract class SuccessionTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Decision = "Nghị quyết mẫu số 01/NQ-HĐND";

    readonly TCity _city;

    protected SuccessionTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    [Fact]
    public async Task R33_DissolvedUnit_ItsOpenWorkGoesOnAtItsSuccessorAsItStood()
    {
        var (old, successor) = (await NewUnitAsync("Xã Mẫu Một"), await NewUnitAsync("Xã Mẫu Hai"));
        var ward = _city.As(Roles.Ward, Id(old));
        var inWork = await IssuedAsync(old);
        await ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = inWork.Name, RequestId = NewId() });
        inWork = await ward.Assignments.ReportProgressAsync(new() { Name = inWork.Name, Percent = 40, Report = "Đã nạo vét một đoạn", RequestId = NewId() });
        inWork = await ward.Assignments.RequestExtensionAsync(
            new() { Name = inWork.Name, Reason = "Mưa lũ", ProposedDate = await LaterAsync(inWork), RequestId = NewId() });
        var submitted = await IssuedAsync(old);
        await ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = submitted.Name, RequestId = NewId() });
        submitted = await ward.Assignments.SubmitResultAsync(new() { Name = submitted.Name, Result = "Biên bản nghiệm thu", RequestId = NewId() });
        var completed = await IssuedAsync(old);
        await ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = completed.Name, RequestId = NewId() });
        completed = await ward.Assignments.SubmitResultAsync(new() { Name = completed.Name, Result = "Biên bản", RequestId = NewId() });
        completed = await _city.Office.Assignments.AcceptResultAsync(new() { Name = completed.Name, Etag = completed.Etag, RequestId = NewId() });
        var draft = await NewDraftAsync(_city.Office, one => one.Lead.Unit = old.Name);
        var helped = await IssuedAsync(successor, old);

        var dissolved = await DissolveAsync(old, successor);

        Assert.Equal((4, successor.Name, Decision), (dissolved.AssignmentCount, dissolved.Unit.Successor, dissolved.Unit.DissolvedBy));
        Assert.NotEmpty(dissolved.Unit.ValidTo);
        Assert.Equal([old.Name], (await _city.Office.Units.GetUnitAsync(new() { Name = successor.Name })).Predecessors);
        foreach (var before in new[] { inWork, submitted })
        {
            var after = await ReadAsync(before);
            Assert.Equal((successor.Name, before.State, before.ProgressPercent), (after.Lead.Unit, after.State, after.ProgressPercent));
            Assert.Equal(before.Deadline, after.Deadline);
            Assert.Equal((before.Extensions, before.Submissions, before.ResponsiblePerson), (after.Extensions, after.Submissions, after.ResponsiblePerson));
            Assert.Equal([old.Name, successor.Name], after.Holders.Select(holder => holder.Lead.Unit));
            Assert.Equal((Pb.Holder.Types.End.Succeeded, Decision), (after.Holders[0].End, after.Holders[0].Reason));
        }

        Assert.Equal((State.Draft, successor.Name), ((await ReadAsync(draft)).State, (await ReadAsync(draft)).Lead.Unit));
        // What has ended stays as it was.
        Assert.Equal(completed, await ReadAsync(completed));
        // It leads already, so it does not help itself.
        Assert.Empty((await ReadAsync(helped)).Coordinators);

        // The successor goes on, and the city decides about what the dissolved unit asked for.
        var next = _city.As(Roles.Ward, Id(successor));
        var current = await ReadAsync(inWork);
        await _city.Office.Assignments.DecideExtensionAsync(new() { Name = current.Name, Etag = current.Etag, Grant = true, RequestId = NewId() });
        var done = await next.Assignments.SubmitResultAsync(new() { Name = inWork.Name, Result = "Biên bản nghiệm thu", RequestId = NewId() });
        Assert.Equal(State.Submitted, done.State);
        var listed = await next.Assignments.ListAssignmentsAsync(new() { PageSize = 1000 });
        Assert.Equal(
            new[] { inWork.Name, submitted.Name, helped.Name }.Order(), listed.Assignments.Select(one => one.Name).Order());
        Assert.Empty((await ward.Assignments.ListAssignmentsAsync(new() { States = { State.InProgress, State.Submitted } })).Assignments);
    }

    [Fact]
    public async Task R33_DissolvedUnit_ItsSuccessorHelpsDecidesAndAnswersInItsPlace()
    {
        var (old, successor, lead) = (await NewUnitAsync("Sở Mẫu Một", Pb.Unit.Types.Kind.Department), await NewUnitAsync("Sở Mẫu Hai", Pb.Unit.Types.Kind.Department), await NewUnitAsync("Xã Mẫu Ba"));
        var office = _city.As(Roles.CityDepartment, Id(old));
        var given = await IssuedAsync(lead, old, office);
        given = await _city.As(Roles.Ward, Id(lead)).Assignments.RaiseObstacleAsync(
            new() { Name = given.Name, Field = "đất đai", Description = "Chưa giao mặt bằng", RequestId = NewId() });
        Assert.Equal((old.Name, old.Name), (given.Assigner, Assert.Single(given.Obstacles).AnsweringUnit));

        Assert.Equal(1, (await DissolveAsync(old, successor)).AssignmentCount);

        var after = await ReadAsync(given);
        Assert.Equal((successor.Name, lead.Name), (after.Assigner, after.Lead.Unit));
        Assert.Equal([successor.Name], after.Coordinators.Select(one => one.Assignee.Unit));
        var next = _city.As(Roles.CityDepartment, Id(successor));
        var waiting = await next.Obstacles.ListObstaclesAsync(new() { AnsweringUnit = successor.Name });
        Assert.Equal(given.Name, Assert.Single(waiting.Obstacles).Name.Split("/obstacles/")[0]);
        var answered = await next.Assignments.AnswerObstacleAsync(
            new() { Name = after.Name, Etag = after.Etag, Number = 1, Answer = "Đã giao mặt bằng", RequestId = NewId() });
        Assert.Equal(Pb.Obstacle.Types.State.Answered, Assert.Single(answered.Obstacles).State);
    }

    [Fact]
    public async Task R33_AnswerOfADissolvedUnit_IsItsSuccessors()
    {
        var (old, successor, lead, last) = (
            await NewUnitAsync("Xã Mẫu 21"), await NewUnitAsync("Xã Mẫu 22"), await NewUnitAsync("Xã Mẫu 23"), await NewUnitAsync("Xã Mẫu 24"));
        var issued = await IssuedAsync(lead, old);
        await AnswerAsync(issued, old, "Cử 15 người");

        await DissolveAsync(old, successor);
        var part = Assert.Single((await ReadAsync(issued)).Coordinators);
        await DissolveAsync(successor, last);
        var next = Assert.Single((await _city.As(Roles.Ward, Id(last)).Assignments.GetAssignmentAsync(new() { Name = issued.Name })).Coordinators);

        Assert.Equal((successor.Name, "Cử 15 người", PartState.Answered), (part.Assignee.Unit, part.Contribution, part.State));
        Assert.Equal((last.Name, "Cử 15 người", part.ContributeTime), (next.Assignee.Unit, next.Contribution, next.ContributeTime));
        await AnswerAsync(issued, last, "Cử 20 người");
        Assert.Equal("Cử 20 người", Assert.Single((await ReadAsync(issued)).Coordinators).Contribution);
    }

    [Fact]
    public async Task R33_SuccessorThatHelpsAlready_HasThePartsOfBoth()
    {
        var (old, successor, lead) = (await NewUnitAsync("Xã Mẫu 31"), await NewUnitAsync("Xã Mẫu 32"), await NewUnitAsync("Xã Mẫu 33"));
        var issued = await IssuedAsync(lead, [
            Part(old, "Cử lực lượng", Organ.PeoplesCommittee), Part(old, "Vận động nhân dân", Organ.PartyCommittee),
            Part(successor, "Cho mượn xe", Organ.PeoplesCommittee),
        ]);
        await AnswerAsync(issued, old, "Cử 15 người");
        await AnswerAsync(issued, successor, "Có 2 xe");

        await DissolveAsync(old, successor);

        var after = await ReadAsync(issued);
        Assert.Equal(
            [
                (successor.Name, Organ.PeoplesCommittee, "Cho mượn xe\nCử lực lượng", "Có 2 xe\n\nCử 15 người"),
                (successor.Name, Organ.PartyCommittee, "Vận động nhân dân", "Cử 15 người"),
            ],
            after.Coordinators.Select(part => (part.Assignee.Unit, part.Assignee.Organ, part.Part, part.Contribution)));
    }

    [Fact]
    public async Task R33_SuccessorThatLeads_KeepsThePartOfItsOtherOrgan()
    {
        var (old, successor) = (await NewUnitAsync("Xã Mẫu 41"), await NewUnitAsync("Xã Mẫu 42"));
        var own = await IssuedAsync(old, [Part(old, "Vận động nhân dân", Organ.PartyCommittee)]);
        var others = await IssuedAsync(
            successor, [Part(old, "Vận động nhân dân", Organ.PartyCommittee), Part(old, "Cử lực lượng", Organ.PeoplesCommittee)]);

        await DissolveAsync(old, successor);

        foreach (var one in new[] { own, others })
        {
            var after = await ReadAsync(one);
            var part = Assert.Single(after.Coordinators);
            Assert.Equal((successor.Name, successor.Name), (after.Lead.Unit, part.Assignee.Unit));
            Assert.Equal((Organ.PartyCommittee, "Vận động nhân dân"), (part.Assignee.Organ, part.Part));
        }

        // What is the lead's own by now is in the history.
        var history = await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = others.Name });
        Assert.EndsWith($"\n{old.Name}: Cử lực lượng", history.Entries[^1].Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R33_TransferThatWaits_GoesOnWithTheSuccessor(bool asked)
    {
        var (old, successor, other) = (await NewUnitAsync("Xã Mẫu 51"), await NewUnitAsync("Xã Mẫu 52"), await NewUnitAsync("Xã Mẫu 53"));
        var (from, to) = asked ? (old, other) : (other, old);
        var issued = await IssuedAsync(from);
        await AskAsync(issued, from, to);

        await DissolveAsync(old, successor);
        var waiting = await ReadAsync(issued);
        var granted = await _city.Office.Assignments.DecideTransferAsync(new()
        {
            Name = issued.Name,
            Etag = waiting.Etag,
            Grant = true,
            ResponsiblePerson = new() { Role = "Chủ tịch" },
            RequestId = NewId(),
        });

        var (gave, got) = asked ? (successor, other) : (other, successor);
        Assert.Equal((gave.Name, got.Name), (granted.Transfers[0].From, granted.Transfers[0].To.Unit));
        Assert.Equal(got.Name, granted.Lead.Unit);
        Assert.Empty((await _city.As(Roles.Ward, Id(gave)).Assignments.ListAssignmentsAsync(new())).Assignments);
        Assert.Single((await _city.As(Roles.Ward, Id(got)).Assignments.ListAssignmentsAsync(new())).Assignments);
        Assert.Contains(
            (await _city.As(Roles.Ward, Id(gave)).Events.ListEventsAsync(new() { PageSize = 1000 })).Events,
            e => e.Type == "vn.gov.cantho.city.transfer-decided.v1" && e.Subject == issued.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R33_TransferBetweenTheUnitAndItsSuccessor_IsDropped(bool toSuccessor)
    {
        var (old, successor) = (await NewUnitAsync("Xã Mẫu 61"), await NewUnitAsync("Xã Mẫu 62"));
        var (from, to) = toSuccessor ? (old, successor) : (successor, old);
        var issued = await IssuedAsync(from);
        await AskAsync(issued, from, to);

        await DissolveAsync(old, successor);

        var after = await ReadAsync(issued);
        Assert.Equal((successor.Name, 0), (after.Lead.Unit, after.Transfers.Count));
    }

    [Fact]
    public async Task R33_WhoMayDecideAboutMoreTime_IsFollowedByItsSuccessor()
    {
        var (old, successor, lead) = (
            await NewUnitAsync("Sở Mẫu 71", Pb.Unit.Types.Kind.Department), await NewUnitAsync("Sở Mẫu 72", Pb.Unit.Types.Kind.Department),
            await NewUnitAsync("Xã Mẫu 73"));
        var draft = await DraftForAsync(lead);
        draft.ExtensionDeciders.Add(old.Name);
        var created = await _city.Office.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });

        Assert.Equal(1, (await DissolveAsync(old, successor)).AssignmentCount);

        Assert.Equal([successor.Name], (await ReadAsync(created)).ExtensionDeciders);
    }

    [Fact]
    public async Task R33_EveryEventGoesToBothUnits_AndNothingIsIssuedToTheDissolvedOne()
    {
        var (old, successor) = (await NewUnitAsync("Xã Mẫu Bốn"), await NewUnitAsync("Xã Mẫu Năm"));
        var issued = await IssuedAsync(old);

        await DissolveAsync(old, successor);

        foreach (var unit in new[] { old, successor })
        {
            var log = await _city.As(Roles.Ward, Id(unit)).Events.ListEventsAsync(new() { PageSize = 1000 });
            Assert.Contains(log.Events, e => e.Type == "vn.gov.cantho.city.assignment-succeeded.v1" && e.Subject == issued.Name);
            Assert.Contains(log.Events, e => e.Type == "vn.gov.cantho.city.unit-dissolved.v1");
        }

        var (error, reason) = await RefusalAsync(_city.Office.Assignments.CreateAssignmentAsync(new()
        {
            Assignment = await DraftForAsync(old),
            RequestId = NewId(),
        }));
        Assert.Equal((StatusCode.FailedPrecondition, "UNIT_NOT_IN_FORCE"), (error.StatusCode, reason));
    }

    [Fact]
    public async Task R33_WhileOthersIssue_NobodyIsLeftWithTheDissolvedUnit()
    {
        var (old, successor) = (await NewUnitAsync("Xã Mẫu Sáu"), await NewUnitAsync("Xã Mẫu Bảy"));
        var drafts = new List<Pb.Assignment>();
        for (var i = 0; i < 20; i++)
        {
            drafts.Add(await NewDraftAsync(_city.Office, one =>
            {
                one.Lead.Unit = old.Name;
                one.Coordinators.Clear();
            }));
        }

        var issuing = Task.WhenAll(drafts.Select(async draft =>
        {
            try
            {
                await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.FailedPrecondition)
            {
                // The unit, or the draft, was changed before.
            }
        }));
        await DissolveAsync(old, successor);
        await issuing;

        foreach (var draft in drafts)
        {
            Assert.Equal(successor.Name, (await ReadAsync(draft)).Lead.Unit);
        }
    }

    [Fact]
    public async Task DissolveUnit_TwiceStaleOrIntoNothing_IsRefused()
    {
        var (old, successor, third) = (await NewUnitAsync("Xã Mẫu Tám"), await NewUnitAsync("Xã Mẫu Chín"), await NewUnitAsync("Xã Mẫu Mười"));
        Pb.DissolveUnitRequest Request(Pb.Unit unit, string to, string? etag = null) =>
            new() { Name = unit.Name, Etag = etag ?? unit.Etag, Successor = to, Decision = Decision, RequestId = NewId() };

        Assert.Equal("UNIT_CHANGED", (await RefusalAsync(_city.Office.Units.DissolveUnitAsync(Request(old, successor.Name, "7")))).Reason);
        Assert.Equal("UNIT_NOT_FOUND", (await RefusalAsync(_city.Office.Units.DissolveUnitAsync(Request(old, "units/khong-co")))).Reason);
        Assert.Equal("successor", Assert.Single(FieldViolations((await RefusalAsync(_city.Office.Units.DissolveUnitAsync(Request(old, old.Name)))).Error)).Field);
        Assert.Equal(
            StatusCode.PermissionDenied,
            (await RefusalAsync(_city.As(Roles.CityDepartment, "so-noi-vu").Units.DissolveUnitAsync(Request(old, successor.Name)))).Error.StatusCode);
        var request = Request(old, successor.Name);
        var first = await _city.Office.Units.DissolveUnitAsync(request);
        Assert.Equal(first, await _city.Office.Units.DissolveUnitAsync(request));
        Assert.Equal("UNIT_NOT_IN_FORCE", (await RefusalAsync(_city.Office.Units.DissolveUnitAsync(Request(first.Unit, third.Name)))).Reason);
        Assert.Equal("UNIT_NOT_IN_FORCE", (await RefusalAsync(_city.Office.Units.DissolveUnitAsync(Request(third, old.Name)))).Reason);
    }

    static string Id(Pb.Unit unit) => unit.Name["units/".Length..];

    async Task<Pb.Unit> NewUnitAsync(string name, Pb.Unit.Types.Kind kind = Pb.Unit.Types.Kind.Commune) =>
        await _city.Office.Units.CreateUnitAsync(new()
        {
            UnitId = "mau-" + NewId()[..12],
            Unit = new() { DisplayName = name, Kind = kind, ValidFrom = "2025-07-01", Illustrative = true },
            RequestId = NewId(),
        });

    async Task<Pb.Assignment> DraftForAsync(Pb.Unit lead)
    {
        var draft = Draft((await NewDocumentAsync(_city.Office)).Name);
        draft.Lead.Unit = lead.Name;
        return draft;
    }

    static Pb.Coordinator Part(Pb.Unit unit, string part, Organ organ) => new() { Assignee = new() { Unit = unit.Name, Organ = organ }, Part = part };

    Task<Pb.Assignment> IssuedAsync(Pb.Unit lead, Pb.Unit? helper = null, CityClient? office = null) =>
        IssuedAsync(lead, helper is null ? [] : [Part(helper, "Cử lực lượng phối hợp", Organ.PeoplesCommittee)], office);

    async Task<Pb.Assignment> IssuedAsync(Pb.Unit lead, Pb.Coordinator[] parts, CityClient? office = null)
    {
        var by = office ?? _city.Office;
        var draft = await DraftForAsync(lead);
        draft.Coordinators.Clear();
        draft.Coordinators.Add(parts);
        var created = await by.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
        return await by.Assignments.IssueAssignmentAsync(new() { Name = created.Name, Etag = created.Etag, RequestId = NewId() });
    }

    async Task AnswerAsync(Pb.Assignment assignment, Pb.Unit unit, string words) =>
        await _city.As(Roles.Ward, Id(unit)).Assignments.SubmitContributionAsync(new()
        {
            Name = assignment.Name,
            Contribution = words,
            ResponsiblePerson = new() { Role = "Phó Chủ tịch" },
            RequestId = NewId(),
        });

    async Task AskAsync(Pb.Assignment assignment, Pb.Unit from, Pb.Unit to) =>
        await _city.As(Roles.Ward, Id(from)).Assignments.RequestTransferAsync(new()
        {
            Name = assignment.Name,
            To = new() { Unit = to.Name, Organ = Organ.PeoplesCommittee },
            Ground = WrongCompetence,
            Reason = "Thuộc địa bàn khác",
            RequestId = NewId(),
        });

    /// <summary>The first weekday some weeks after the due date that is no holiday of the years at hand.</summary>
    async Task<string> LaterAsync(Pb.Assignment assignment)
    {
        var explained = await _city.Office.Assignments.ExplainDeadlineAsync(new() { Name = assignment.Name });
        var date = DateOnly.FromDateTime(explained.DueTime.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(7)).DateTime).AddDays(7);
        return date.ToString("yyyy-MM-dd");
    }

    async Task<Pb.DissolveUnitResponse> DissolveAsync(Pb.Unit unit, Pb.Unit successor) =>
        await _city.Office.Units.DissolveUnitAsync(
            new() { Name = unit.Name, Etag = unit.Etag, Successor = successor.Name, Decision = Decision, RequestId = NewId() });

    async Task<Pb.Assignment> ReadAsync(Pb.Assignment assignment) =>
        await _city.Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name });
}
