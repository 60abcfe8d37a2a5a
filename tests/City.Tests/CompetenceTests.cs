using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Basis = CanThoGov.Protos.City.V1.Competence.Types.Basis;
using Verdict = CanThoGov.Protos.City.V1.CompetenceCheck.Types.Finding;
using Level = CanThoGov.Protos.City.V1.Competence.Types.Level;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class CompetenceTests_Sqlite(CityOnSqlite city) : CompetenceTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class CompetenceTests_Postgres(CityOnPostgres city) : CompetenceTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>Who may decide what, and what becomes of work that is given to somebody who may not. Each test has a field of its own.</summary>
public abstract class CompetenceTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string HomeAffairs = "so-noi-vu";

    readonly TCity _city;

    protected CompetenceTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    Pb.CompetenceService.CompetenceServiceClient Register => _city.Office.Competences;

    public ValueTask InitializeAsync() => new(_city.ShowAsync("2026-02-02", "08:00"));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task R30_List_ShowsWhoMayDecideWhat_ByUnitFieldAndDate()
    {
        var law = await CreateAsync(HomeAffairs, Pb.FieldOfWork.Personnel);
        var delegated = await CreateAsync(NinhKieu, Pb.FieldOfWork.Personnel, one =>
        {
            one.Basis = Basis.Delegation;
            one.DelegatedFrom = law.Name;
            one.ValidFrom = "2026-03-01";
            one.ValidTo = "2026-06-01";
        });
        var centre = await CreateAsync("", Pb.FieldOfWork.Personnel, one => (one.Level, one.Holder) = (Level.Centre, "Bộ Nội vụ"));

        Assert.Equal([law, centre], await ListAsync(new() { Fields = { Pb.FieldOfWork.Personnel }, OnDate = "2026-02-28" }));
        Assert.Equal([law, delegated, centre], await ListAsync(new() { Fields = { Pb.FieldOfWork.Personnel }, OnDate = "2026-05-31" }));
        Assert.Equal([law, centre], await ListAsync(new() { Fields = { Pb.FieldOfWork.Personnel }, OnDate = "2026-06-01" }));
        Assert.Equal([delegated], await ListAsync(new() { Fields = { Pb.FieldOfWork.Personnel }, Unit = $"units/{NinhKieu}" }));
        Assert.Equal(delegated, await _city.As(Roles.Ward, CaiKhe).Competences.GetCompetenceAsync(new() { Name = delegated.Name }));

        var first = await Register.ListCompetencesAsync(new() { Fields = { Pb.FieldOfWork.Personnel }, PageSize = 2 });
        var next = await Register.ListCompetencesAsync(
            new() { Fields = { Pb.FieldOfWork.Personnel }, PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal([law, delegated, centre], [.. first.Competences, .. next.Competences]);
        Assert.Equal("", next.NextPageToken);
    }

    [Fact]
    public async Task Delegation_FromWhoHasNotGotIt_OrForLonger_IsRefused()
    {
        var power = await CreateAsync(HomeAffairs, Pb.FieldOfWork.Auction, one => one.ValidTo = "2026-12-31");
        var delegated = await CreateAsync(NinhKieu, Pb.FieldOfWork.Auction, From(power, "2026-12-31"));

        Assert.Equal("DELEGATION_OUTLIVES_POWER", await RefusedAsync(CaiKhe, Pb.FieldOfWork.Auction, From(power, "2027-01-01")));
        Assert.Equal("DELEGATION_OUTLIVES_POWER", await RefusedAsync(CaiKhe, Pb.FieldOfWork.Auction, one =>
        {
            From(power, "2026-12-31")(one);
            one.ValidFrom = "2025-12-31";
        }));
        Assert.Equal("DELEGATION_OF_OTHER_FIELD", await RefusedAsync(CaiKhe, Pb.FieldOfWork.Bidding, From(power, "2026-06-01")));
        Assert.Equal("DELEGATION_OF_DELEGATED_POWER", await RefusedAsync(CaiKhe, Pb.FieldOfWork.Auction, From(delegated, "2026-06-01")));

        var (endless, _) = await RefusalAsync(CreateCall(CaiKhe, Pb.FieldOfWork.Auction, From(power, "")));
        Assert.Equal("competence.valid_to", Assert.Single(FieldViolations(endless)).Field);
        var (nobodys, _) = await RefusalAsync(CreateCall(CaiKhe, Pb.FieldOfWork.Auction, one => (one.Basis, one.ValidTo) = (Basis.Delegation, "2026-06-01")));
        Assert.Equal("competence.delegated_from", Assert.Single(FieldViolations(nobodys)).Field);
        Assert.Equal("COMPETENCE_NOT_FOUND", await RefusedAsync(CaiKhe, Pb.FieldOfWork.Auction, one =>
        {
            From(power, "2026-06-01")(one);
            one.DelegatedFrom = $"competences/{Guid.NewGuid()}";
        }));
    }

    [Fact]
    public async Task EndOfAPower_EndsWhatWasDelegatedFromIt()
    {
        var power = await CreateAsync(HomeAffairs, Pb.FieldOfWork.Premises);
        var running = await CreateAsync(NinhKieu, Pb.FieldOfWork.Premises, From(power, "2026-12-31"));
        var past = await CreateAsync(CaiKhe, Pb.FieldOfWork.Premises, From(power, "2026-02-01"));
        var future = await CreateAsync(CaiKhe, Pb.FieldOfWork.Premises, one =>
        {
            From(power, "2026-12-31")(one);
            one.ValidFrom = "2026-09-01";
        });

        var (_, stale) = await RefusalAsync(EndCall(power, "2026-05-01", etag: "7"));
        Assert.Equal("COMPETENCE_CHANGED", stale);
        var ended = await EndCall(power, "2026-05-01");
        Assert.Equal(("2026-05-01", "Bãi bỏ"), (ended.ValidTo, ended.EndReason));
        Assert.Equal(
            [("2026-05-01", "Bãi bỏ"), ("2026-02-01", ""), ("2026-09-01", "Bãi bỏ")],
            (await ListAsync(new() { Fields = { Pb.FieldOfWork.Premises } })).Skip(1).Select(one => (one.ValidTo, one.EndReason)));
        Assert.Empty(await ListAsync(new() { Fields = { Pb.FieldOfWork.Premises }, OnDate = "2026-09-01" }));

        var (_, longer) = await RefusalAsync(EndCall(ended, "2026-06-01"));
        Assert.Equal("COMPETENCE_ENDS_BEFORE", longer);
        Assert.Equal(past, await Register.GetCompetenceAsync(new() { Name = past.Name }));
        Assert.NotEqual(running.Etag, (await Register.GetCompetenceAsync(new() { Name = running.Name })).Etag);
        var never = await Register.GetCompetenceAsync(new() { Name = future.Name });
        Assert.NotEqual(future.Etag, never.Etag);

        // Put right: it ended even earlier. What never holds stays as it is.
        Assert.Equal("2026-04-01", (await EndCall(ended, "2026-04-01")).ValidTo);
        Assert.Equal("2026-04-01", (await Register.GetCompetenceAsync(new() { Name = running.Name })).ValidTo);
        Assert.Equal(never, await Register.GetCompetenceAsync(new() { Name = future.Name }));
    }

    [Fact]
    public async Task Register_IsKeptByTheOfficeOnly_AndHoldsNoUnitAtAForeignLevel()
    {
        foreach (var other in (CityClient[])[_city.As(Roles.Ward, NinhKieu), _city.As(Roles.CityDepartment, HomeAffairs), _city.As(Roles.Operator)])
        {
            var (_, reason) = await RefusalAsync(other.Competences.CreateCompetenceAsync(
                new() { Competence = New(NinhKieu, Pb.FieldOfWork.Other), RequestId = NewId() }));
            Assert.Equal("ROLE_NOT_ALLOWED", reason);
        }

        var (error, _) = await RefusalAsync(CreateCall(NinhKieu, Pb.FieldOfWork.Other, one => one.Level = Level.City));
        Assert.Equal("competence.level", Assert.Single(FieldViolations(error)).Field);
        Assert.Equal("UNIT_NOT_FOUND", await RefusedAsync("99999-2025", Pb.FieldOfWork.Other));
        Assert.Equal("UNIT_NOT_IN_FORCE", await RefusedAsync(NinhKieu, Pb.FieldOfWork.Other, one => one.ValidFrom = "2025-06-30"));
    }

    [Fact]
    public async Task R30_Issue_OutsideTheLeadsCompetence_IsRefusedOrRecordedWithItsReason()
    {
        await CreateAsync(HomeAffairs, Pb.FieldOfWork.Land);
        var draft = await NewDraftAsync(_city.Office, one => one.Field = Pb.FieldOfWork.Land);

        var (error, reason) = await RefusalAsync(IssueCall(draft));
        Assert.Equal((StatusCode.FailedPrecondition, "OUTSIDE_COMPETENCE"), (error.StatusCode, reason));
        Assert.Contains("outside_competence_reason", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains($"units/{HomeAffairs}", error.Status.Detail, StringComparison.Ordinal);

        var issued = await IssueCall(draft, "Đã có ý kiến chỉ đạo, đang chờ văn bản ủy quyền");
        Assert.Equal(Pb.Assignment.Types.State.Issued, issued.State);
        Assert.Equal(
            (Verdict.Outside, "", "Đã có ý kiến chỉ đạo, đang chờ văn bản ủy quyền"),
            (issued.CompetenceCheck.Finding, issued.CompetenceCheck.Competence, issued.CompetenceCheck.Reason));
        var last = (await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name })).Entries[^1];
        Assert.Equal(("issue-outside-competence", "Đã có ý kiến chỉ đạo, đang chờ văn bản ủy quyền"), (last.Verb, last.Note));
    }

    [Fact]
    public async Task Issue_WithinTheLeadsCompetence_NamesIt_OnlyWhileItHolds()
    {
        var power = await CreateAsync(HomeAffairs, Pb.FieldOfWork.Environment);
        var delegated = await CreateAsync(NinhKieu, Pb.FieldOfWork.Environment, From(power, "2026-03-02"));
        var within = await IssueCall(await NewDraftAsync(_city.Office, one => one.Field = Pb.FieldOfWork.Environment), "Không cần đến");
        Assert.Equal(
            (Verdict.Held, delegated.Name, ""), (within.CompetenceCheck.Finding, within.CompetenceCheck.Competence, within.CompetenceCheck.Reason));

        await _city.ShowAsync("2026-03-02", "08:00");
        var (_, expired) = await RefusalAsync(IssueCall(await NewDraftAsync(_city.Office, one => one.Field = Pb.FieldOfWork.Environment)));
        Assert.Equal("OUTSIDE_COMPETENCE", expired);
    }

    [Fact]
    public async Task Issue_ToTheOtherOrganOfTheUnit_IsOutside()
    {
        await CreateAsync(NinhKieu, Pb.FieldOfWork.SiteClearance, one => one.Organ = Pb.Unit.Types.Organ.PartyCommittee);
        var (_, reason) = await RefusalAsync(IssueCall(await NewDraftAsync(_city.Office, one => one.Field = Pb.FieldOfWork.SiteClearance)));
        Assert.Equal("OUTSIDE_COMPETENCE", reason);

        var whole = await NewDraftAsync(_city.Office, one =>
        {
            one.Field = Pb.FieldOfWork.SiteClearance;
            one.Lead.Organ = Pb.Unit.Types.Organ.Unspecified;
        });
        Assert.Equal(Verdict.Held, (await IssueCall(whole)).CompetenceCheck.Finding);
    }

    [Fact]
    public async Task Issue_InAFieldWithNothingOnRecord_WarnsThatItIsUnknown()
    {
        var issued = await IssueCall(await NewDraftAsync(_city.Office, one => one.Field = Pb.FieldOfWork.Software));
        Assert.Equal((Verdict.Unknown, ""), (issued.CompetenceCheck.Finding, issued.CompetenceCheck.Competence));
        var unnamed = await IssueCall(await NewDraftAsync(_city.Office));
        Assert.Null(unnamed.CompetenceCheck);
    }

    [Fact]
    public async Task R30_Transfer_ToAUnitWithoutTheCompetence_IsCheckedAnew()
    {
        await CreateAsync(NinhKieu, Pb.FieldOfWork.LegalText);
        var issued = await IssueCall(await NewDraftAsync(_city.Office, one => one.Field = Pb.FieldOfWork.LegalText));
        var asked = await _city.As(Roles.Ward, NinhKieu).Assignments.RequestTransferAsync(new()
        {
            Name = issued.Name,
            To = new() { Unit = $"units/{CaiKhe}" },
            Ground = new() { Kind = Pb.Ground.Types.Kind.WrongCompetence },
            Reason = "Không thuộc địa bàn",
            RequestId = NewId(),
        });
        var grant = new Pb.DecideTransferRequest
        {
            Name = issued.Name,
            Etag = asked.Etag,
            Grant = true,
            ResponsiblePerson = new() { Role = "Chuyên viên" },
            RequestId = NewId(),
        };
        Assert.Equal("OUTSIDE_COMPETENCE", (await RefusalAsync(_city.Office.Assignments.DecideTransferAsync(grant))).Reason);

        grant.OutsideCompetenceReason = "Chờ văn bản ủy quyền";
        var granted = await _city.Office.Assignments.DecideTransferAsync(grant);
        Assert.Equal((Verdict.Held, Verdict.Outside), (issued.CompetenceCheck.Finding, granted.CompetenceCheck.Finding));
        var last = (await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = issued.Name })).Entries[^1];
        Assert.Equal(("grant-transfer-outside-competence", "Chờ văn bản ủy quyền"), (last.Verb, last.Note));
    }

    [Fact]
    public async Task R30_Batch_RefusesTheItemsOfUnitsWithoutTheCompetence()
    {
        await CreateAsync(NinhKieu, Pb.FieldOfWork.PublicAssets);
        var assignment = Draft((await NewDocumentAsync(_city.Office)).Name);
        assignment.Field = Pb.FieldOfWork.PublicAssets;
        assignment.Lead.Unit = "";
        assignment.Coordinators.Clear();
        var batch = await _city.Office.Batches.BatchIssueAssignmentsAsync(new()
        {
            Assignment = assignment,
            Receivers = { new Pb.Receiver { Unit = $"units/{NinhKieu}" }, new Pb.Receiver { Unit = $"units/{CaiKhe}" } },
            RequestId = NewId(),
        });
        await Eventually.HoldsAsync(
            async () => (await _city.Office.Batches.GetBatchAsync(new() { Name = batch.Name })).State == Pb.Batch.Types.State.Done, "the batch is done");
        var items = (await _city.Office.Batches.ListBatchItemsAsync(new() { Parent = batch.Name })).Items;
        Assert.Equal([Pb.BatchItem.Types.State.Issued, Pb.BatchItem.Types.State.Refused], items.Select(item => item.State));
        Assert.Equal("OUTSIDE_COMPETENCE", items[1].Refusal.Reason);
    }

    [Fact]
    public async Task Issue_OfWhatIsNotClear_SaysThatFirst()
    {
        await CreateAsync(HomeAffairs, Pb.FieldOfWork.Finance);
        var unclear = await NewDraftAsync(_city.Office, one => (one.Field, one.ExpectedResult) = (Pb.FieldOfWork.Finance, ""));
        var (_, reason) = await RefusalAsync(IssueCall(unclear));
        Assert.Equal("NOT_CLEAR", reason);
    }

    static Action<Pb.Competence> From(Pb.Competence power, string validTo) => one =>
    {
        one.Basis = Basis.Delegation;
        one.DelegatedFrom = power.Name;
        one.ValidTo = validTo;
    };

    static Pb.Competence New(string unit, Pb.FieldOfWork field) => new()
    {
        Unit = unit.Length == 0 ? "" : $"units/{unit}",
        Field = field,
        Power = "Quyết định trong phạm vi lĩnh vực được giao",
        Level = unit == HomeAffairs ? Level.City : Level.Commune,
        Basis = Basis.Law,
        DocumentText = "Quyết định mẫu số 01",
        ValidFrom = "2026-01-01",
    };

    AsyncUnaryCall<Pb.Competence> CreateCall(string unit, Pb.FieldOfWork field, Action<Pb.Competence>? change = null)
    {
        var competence = New(unit, field);
        change?.Invoke(competence);
        return Register.CreateCompetenceAsync(new() { Competence = competence, RequestId = NewId() });
    }

    async Task<Pb.Competence> CreateAsync(string unit, Pb.FieldOfWork field, Action<Pb.Competence>? change = null) =>
        await CreateCall(unit, field, change);

    async Task<string?> RefusedAsync(string unit, Pb.FieldOfWork field, Action<Pb.Competence>? change = null) =>
        (await RefusalAsync(CreateCall(unit, field, change))).Reason;

    AsyncUnaryCall<Pb.Competence> EndCall(Pb.Competence competence, string on, string? etag = null) => Register.EndCompetenceAsync(
        new() { Name = competence.Name, Etag = etag ?? competence.Etag, ValidTo = on, Reason = "Bãi bỏ", RequestId = NewId() });

    AsyncUnaryCall<Pb.Assignment> IssueCall(Pb.Assignment draft, string outside = "") => _city.Office.Assignments.IssueAssignmentAsync(
        new() { Name = draft.Name, Etag = draft.Etag, OutsideCompetenceReason = outside, RequestId = NewId() });

    async Task<IEnumerable<Pb.Competence>> ListAsync(Pb.ListCompetencesRequest request) =>
        (await Register.ListCompetencesAsync(request)).Competences;
}
