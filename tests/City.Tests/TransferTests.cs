using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using TransferState = CanThoGov.Protos.City.V1.Transfer.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class TransferTests_Sqlite(CityOnSqlite city) : TransferTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class TransferTests_Postgres(CityOnPostgres city) : TransferTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

public abstract class TransferTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string ThoiAnDong = "31147-2025";

    static readonly Pb.Ground Law = new()
    {
        Kind = Pb.Ground.Types.Kind.LegalBasis,
        Document = "Luật Tổ chức chính quyền địa phương số 72/2025/QH15",
        Article = "Điều 14, khoản 2",
    };

    static readonly Pb.Person Other = new() { DisplayName = "Cán bộ Mẫu 03", Role = "Chủ tịch UBND phường" };

    readonly TCity _city;

    protected TransferTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Old => _city.As(Roles.Ward, NinhKieu);

    CityClient New => _city.As(Roles.Ward, ThoiAnDong);

    [Fact]
    public async Task R35_GrantedTransfer_GivesTheLeadToTheOtherUnitAndKeepsTheDueTime()
    {
        var issued = await NewIssuedAsync(_city.Office);
        await Old.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        await Old.Assignments.ReportProgressAsync(new() { Name = issued.Name, Percent = 30, Report = "Đã khảo sát", RequestId = NewId() });

        var asked = await AskAsync(issued);
        var granted = await GrantAsync(asked);

        Assert.Equal(State.InProgress, asked.State);
        Assert.Equal((State.Issued, $"units/{ThoiAnDong}", 0), (granted.State, granted.Lead.Unit, granted.ProgressPercent));
        Assert.Equal(Other, granted.ResponsiblePerson);
        Assert.Equal(issued.Deadline, granted.Deadline);
        Assert.Equal(ThoiAnDong, await _city.Database.ReadAsync(
            session => session.SingleAsync<string>(
                "SELECT lead_unit FROM assignments WHERE id = @id", new { id = Guid.Parse(issued.Name.AsSpan("assignments/".Length)) }),
            TestContext.Current.CancellationToken));
        Assert.Equal([TransferState.Granted], granted.Transfers.Select(one => one.State));
        Assert.Equal(
            [($"units/{NinhKieu}", Pb.Holder.Types.End.Transferred, 30), ($"units/{ThoiAnDong}", Pb.Holder.Types.End.Unspecified, 0)],
            granted.Holders.Select(one => (one.Lead.Unit, one.End, one.ProgressPercent)));
        Assert.Equal((Law, "Thuộc địa bàn khác"), (granted.Holders[0].Ground, granted.Holders[0].Reason));
        Assert.Equal((issued.IssueTime, granted.Holders[1].StartTime), (granted.Holders[0].StartTime, granted.Holders[0].EndTime));

        Assert.Equal(State.Acknowledged, (await New.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() })).State);
        var history = await New.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name });
        Assert.Equal(
            ["create", "issue", "acknowledge", "report-progress", "request-transfer", "grant-transfer", "acknowledge"],
            history.Entries.Select(entry => entry.Verb));
        Assert.Equal(
            $"units/{ThoiAnDong}: Điều 14, khoản 2 Luật Tổ chức chính quyền địa phương số 72/2025/QH15: Thuộc địa bàn khác", history.Entries[4].Note);
    }

    [Fact]
    public async Task R35_UnitThatLed_ReadsItStill_ButDoesNothing()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var granted = await GrantAsync(await AskAsync(issued));

        Assert.Equal(granted, await Old.Assignments.GetAssignmentAsync(new() { Name = issued.Name }));
        Assert.NotEmpty((await Old.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name })).Entries);
        var (error, reason) = await RefusalAsync(Old.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() }));
        Assert.Equal((StatusCode.PermissionDenied, "FORMER_LEAD_UNIT"), (error.StatusCode, reason));

        Assert.DoesNotContain((await Old.Assignments.ListAssignmentsAsync(new() { PageSize = 1000 })).Assignments, one => one.Name == issued.Name);
        Assert.Contains((await New.Assignments.ListAssignmentsAsync(new() { PageSize = 1000 })).Assignments, one => one.Name == issued.Name);

        // Both learn of it; what happens after it is the other unit's.
        await New.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        Assert.Equal("transfer-decided", (await EventsAsync(Old, issued.Name))[^1]);
        Assert.Equal(["transfer-decided", "assignment-acknowledged"], await EventsAsync(New, issued.Name));
    }

    [Fact]
    public async Task R35_Transfer_IsDecidedByTheAssignerAlone()
    {
        var asked = await AskAsync(await NewIssuedAsync(_city.Office));
        var request = new Pb.DecideTransferRequest { Name = asked.Name, Etag = asked.Etag, Grant = true, ResponsiblePerson = Other, RequestId = NewId() };

        var (sideways, ward) = await RefusalAsync(New.Assignments.DecideTransferAsync(request));
        var (other, department) = await RefusalAsync(_city.As(Roles.CityDepartment, "so-noi-vu").Assignments.DecideTransferAsync(request));
        var (_, twice) = await RefusalAsync(Old.Assignments.RequestTransferAsync(Request(asked)));
        var (nobody, _) = await RefusalAsync(_city.Office.Assignments.DecideTransferAsync(new(request) { ResponsiblePerson = null }));
        var refused = await _city.Office.Assignments.DecideTransferAsync(
            new() { Name = asked.Name, Etag = asked.Etag, Note = "Đúng thẩm quyền của phường", RequestId = NewId() });
        var (_, none) = await RefusalAsync(_city.Office.Assignments.DecideTransferAsync(new(request) { Etag = refused.Etag, RequestId = NewId() }));

        Assert.Equal((StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED"), (sideways.StatusCode, ward));
        Assert.Equal((StatusCode.PermissionDenied, "NOT_ASSIGNER"), (other.StatusCode, department));
        Assert.Equal(("TRANSFER_PENDING", "NO_TRANSFER_PENDING"), (twice, none));
        Assert.Equal("responsible_person", Assert.Single(FieldViolations(nobody)).Field);
        Assert.Equal((State.Issued, $"units/{NinhKieu}"), (refused.State, refused.Lead.Unit));
        Assert.Equal((TransferState.Refused, "Đúng thẩm quyền của phường"), (refused.Transfers[0].State, refused.Transfers[0].DecisionNote));
        Assert.Single(refused.Holders);
        Assert.Equal(2, (await AskAsync(refused)).Transfers.Count);
    }

    [Fact]
    public async Task R35_Transfer_ToNobodyOrToTheLead_IsRefused()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var (unknown, _) = await RefusalAsync(Old.Assignments.RequestTransferAsync(new(Request(issued)) { To = new() { Unit = "units/khong-co" } }));
        var (same, _) = await RefusalAsync(Old.Assignments.RequestTransferAsync(new(Request(issued)) { To = new() { Unit = $"units/{NinhKieu}" } }));
        var (vague, _) = await RefusalAsync(Old.Assignments.RequestTransferAsync(
            new(Request(issued)) { Ground = new() { Kind = Pb.Ground.Types.Kind.LegalBasis, Document = " " } }));

        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("to.unit", Assert.Single(FieldViolations(same)).Field);
        Assert.Equal(["ground.document", "ground.article"], FieldViolations(vague).Select(one => one.Field));
        Assert.Equal(issued, await Old.Assignments.GetAssignmentAsync(new() { Name = issued.Name }));
    }

    [Fact]
    public async Task R35_WorkHandedInMeanwhile_IsNotGivenAway()
    {
        var issued = await NewIssuedAsync(_city.Office);
        await Old.Assignments.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        await AskAsync(issued);
        var submitted = await Old.Assignments.SubmitResultAsync(new() { Name = issued.Name, Result = "Đã xong", RequestId = NewId() });

        var (_, reason) = await RefusalAsync(_city.Office.Assignments.DecideTransferAsync(
            new() { Name = issued.Name, Etag = submitted.Etag, Grant = true, ResponsiblePerson = Other, RequestId = NewId() }));

        Assert.Equal("ASSIGNMENT_NOT_TRANSFERABLE", reason);
    }

    [Fact]
    public async Task R35_TransferToACoordinatingUnit_LeavesOneLead()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var asked = await Old.Assignments.RequestTransferAsync(new(Request(issued)) { To = new() { Unit = $"units/{CaiKhe}" } });
        var granted = await GrantAsync(asked);

        Assert.Equal($"units/{CaiKhe}", granted.Lead.Unit);
        Assert.Empty(granted.Coordinators);
        Assert.Equal(0, granted.UnansweredCoordinatorCount);
        Assert.DoesNotContain((await _city.Office.Assignments.ListAssignmentsAsync(new()
        {
            Document = issued.Document,
            CoordinatorStates = { Enum.GetValues<Pb.Coordinator.Types.State>().Where(state => state != Pb.Coordinator.Types.State.Unspecified) },
        })).Assignments, one => one.Name == issued.Name);
    }

    [Fact]
    public async Task R35_Return_KeepsItsGroundAndTheChain()
    {
        var issued = await NewIssuedAsync(_city.Office);
        var returned = await Old.Assignments.ReturnAssignmentAsync(
            new() { Name = issued.Name, Ground = Law, Reason = "Không thuộc địa bàn", RequestId = NewId() });
        var again = await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = issued.Name, Etag = returned.Etag, RequestId = NewId() });
        var (none, _) = await RefusalAsync(Old.Assignments.ReturnAssignmentAsync(new() { Name = issued.Name, Reason = "Không", RequestId = NewId() }));

        Assert.Equal((Law, "Không thuộc địa bàn"), (Assert.Single(returned.Returns).Ground, returned.Returns[0].Reason));
        Assert.Equal([Pb.Holder.Types.End.Returned, Pb.Holder.Types.End.Unspecified], again.Holders.Select(one => one.End));
        Assert.Equal(Law, again.Holders[0].Ground);
        Assert.Equal("ground.kind", Assert.Single(FieldViolations(none)).Field);
    }

    async Task<Pb.Assignment> AskAsync(Pb.Assignment one) => await Old.Assignments.RequestTransferAsync(Request(one));

    static Pb.RequestTransferRequest Request(Pb.Assignment one) => new()
    {
        Name = one.Name,
        To = new() { Unit = $"units/{ThoiAnDong}", Organ = Pb.Unit.Types.Organ.PeoplesCommittee },
        Ground = Law,
        Reason = "Thuộc địa bàn khác",
        RequestId = NewId(),
    };

    async Task<Pb.Assignment> GrantAsync(Pb.Assignment asked) => await _city.Office.Assignments.DecideTransferAsync(
        new() { Name = asked.Name, Etag = asked.Etag, Grant = true, ResponsiblePerson = Other, RequestId = NewId() });

    static async Task<string[]> EventsAsync(CityClient unit, string assignment) =>
        [.. (await unit.Events.ListEventsAsync(new() { PageSize = 1000 })).Events.Where(e => e.Subject == assignment)
            .Select(e => Contracts.EventCatalog.ShortNameOf(e.Type))];
}
