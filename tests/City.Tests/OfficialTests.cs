using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Organ = CanThoGov.Protos.City.V1.Unit.Types.Organ;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class OfficialTests_Sqlite(CityOnSqlite city) : OfficialTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class OfficialTests_Postgres(CityOnPostgres city) : OfficialTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>Officials, heads and who is accountable; each test with units of its own, because a unit has one head at a time.</summary>
public abstract class OfficialTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Foreign = "31147-2025", Chairman = "Chủ tịch UBND phường";

    static int _taken;

    readonly TCity _city;
    string _unit = "", _other = "";

    protected OfficialTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Office => _city.Office;

    public async ValueTask InitializeAsync()
    {
        await _city.ShowAsync("2026-01-15", "08:00");
        var communes = await Office.Units.ListUnitsAsync(new() { Kinds = { Pb.Unit.Types.Kind.Commune }, PageSize = 100 });
        var first = 2 * (Interlocked.Increment(ref _taken) - 1);
        (_unit, _other) = (communes.Units[first].Name["units/".Length..], communes.Units[first + 1].Name["units/".Length..]);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task R09_Issue_WithAHeadInTheRegister_StoresWhoThatIs()
    {
        var head = await OfficialAsync("Cán bộ Mẫu 01");
        await AppointAsync(head, "2025-07-01");

        var unnamed = await IssueAsync(draft => draft.AccountableHead = new() { Role = "Chủ tịch" });
        Assert.Equal(new Pb.Person { DisplayName = "Cán bộ Mẫu 01", Role = Chairman }, unnamed.AccountableHead);
        Assert.Null(unnamed.NamedHead);
        Assert.Equal(["Cán bộ Mẫu 01 2026-01-15.."], Accountable(unnamed));
        Assert.Equal(head.Name, unnamed.Accountabilities[0].Official);

        // Somebody else is not put in the head's place by being named; the name is kept.
        var contradicting = await IssueAsync(draft => draft.AccountableHead = new() { DisplayName = "Cán bộ Mẫu 09", Role = "Chủ tịch" });
        Assert.Equal(("Cán bộ Mẫu 01", "Cán bộ Mẫu 09"), (contradicting.AccountableHead.DisplayName, contradicting.NamedHead.DisplayName));
        var agreeing = await IssueAsync(draft => draft.AccountableHead = new() { DisplayName = " cán bộ  mẫu 01" });
        Assert.Null(agreeing.NamedHead);

        // The party committee of the same place is another organ, and the register knows no head of it.
        var party = await IssueAsync(draft =>
        {
            draft.Lead.Organ = Organ.PartyCommittee;
            draft.AccountableHead = new() { DisplayName = "Cán bộ Mẫu 08", Role = "Bí thư" };
        });
        Assert.Equal(("Cán bộ Mẫu 08", ""), (party.AccountableHead.DisplayName, party.Accountabilities[0].Official));
    }

    [Fact]
    public async Task R09_AppointHead_InAnothersPlace_HandsTheOpenAssignmentsOver()
    {
        var (first, second) = (await OfficialAsync("Cán bộ Mẫu 01"), await OfficialAsync("Cán bộ Mẫu 02"));
        await AppointAsync(first, "2025-07-01");
        var open = await IssueAsync();
        var acknowledged = await AcknowledgeAsync(await IssueAsync());
        var closed = await CancelAsync(await IssueAsync());
        var others = await IssueAsync(draft => draft.Lead.Organ = Organ.PartyCommittee);
        var draft = await DraftAsync();
        await _city.ShowAsync("2026-02-02", "08:00");

        var (_, reason) = await RefusalAsync(AppointCall(second, "2026-02-01", note: ""));
        Assert.Equal("HANDOVER_NOTE_MISSING", reason);
        var requestId = NewId();
        var appointed = await AppointCall(second, "2026-02-01", note: "Bàn giao đủ hồ sơ", requestId: requestId);
        Assert.Equal(appointed, await AppointCall(second, "2026-02-01", note: "Bàn giao đủ hồ sơ", requestId: requestId));

        foreach (var (name, state) in new[] { (open.Name, open.State), (acknowledged.Name, acknowledged.State) })
        {
            var after = await GetAsync(name);
            Assert.Equal(state, after.State);
            Assert.Equal(["Cán bộ Mẫu 01 2026-01-15..2026-02-01 Bàn giao đủ hồ sơ", "Cán bộ Mẫu 02 2026-02-01.."], Accountable(after));
            Assert.Equal("Cán bộ Mẫu 02", after.AccountableHead.DisplayName);
            var history = await Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = name });
            Assert.Equal(("change-accountable-head", "Bàn giao đủ hồ sơ"), (history.Entries[^1].Verb, history.Entries[^1].Note));
        }

        Assert.Equal(closed, await GetAsync(closed.Name));
        Assert.Equal(others.Etag, (await GetAsync(others.Name)).Etag);
        Assert.Equal(["Cán bộ Mẫu 02 2026-02-02.."], Accountable(await IssueAsync(draft)));

        var handovers = (await Office.Officials.ListHandoversAsync(new() { Parent = $"units/{_unit}", PageSize = 1 }));
        var handover = Assert.Single(handovers.Handovers);
        Assert.Equal(("Cán bộ Mẫu 01", "Cán bộ Mẫu 02", "2026-02-01", 2),
            (handover.From.DisplayName, handover.To.DisplayName, handover.Date, handover.AssignmentCount));
        Assert.NotEmpty(handovers.NextPageToken);
        Assert.Equal("2026-02-01", handover.From.ValidTo);
        Assert.Equal(2, (await EventsAsync("head-changed")).Count(e => e.Subject.StartsWith($"units/{_unit}/", StringComparison.Ordinal)));
        Assert.Equal(new[] { open.Name, acknowledged.Name }.Order(), (await EventsAsync("accountable-head-changed"))
            .Where(e => e.Units.Contains(_unit)).Select(e => e.Subject).Order());
    }

    [Fact]
    public async Task R09_AppointHead_WhileOthersIssue_MissesNobody()
    {
        var (first, second) = (await OfficialAsync("Cán bộ Mẫu 01"), await OfficialAsync("Cán bộ Mẫu 02"));
        await AppointAsync(first, "2025-07-01");
        var drafts = new List<Pb.Assignment>();
        for (var i = 0; i < 40; i++)
        {
            drafts.Add(await DraftAsync());
        }

        var issuing = drafts.Chunk(10).Select(async chunk =>
        {
            foreach (var draft in chunk)
            {
                await IssueAsync(draft);
            }
        }).ToArray();
        var handover = Task.Run(async () => await AppointCall(second, "2026-01-15", note: "Bàn giao"));
        await Task.WhenAll([.. issuing, handover]);

        foreach (var draft in drafts)
        {
            Assert.Equal("Cán bộ Mẫu 02", (await GetAsync(draft.Name)).AccountableHead.DisplayName);
        }
    }

    [Fact]
    public async Task R09_AppointHead_ForWhomTheDraftNamed_LinksTheNameToTheRegister()
    {
        var issued = await IssueAsync(draft => draft.AccountableHead = new() { DisplayName = "Cán bộ Mẫu 01", Role = "Chủ tịch" });
        var other = await IssueAsync(draft => draft.AccountableHead = new() { DisplayName = "Cán bộ Mẫu 07", Role = "Chủ tịch" });
        var head = await OfficialAsync("Cán bộ Mẫu 01");
        await AppointAsync(head, "2025-07-01");

        Assert.Equal((head.Name, "2026-01-15", ""), (await GetAsync(issued.Name)).Accountabilities is [var one] ? (one.Official, one.FromDate, one.ToDate) : default);
        Assert.Equal(["Cán bộ Mẫu 07 2026-01-15..2026-01-15", "Cán bộ Mẫu 01 2026-01-15.."], Accountable(await GetAsync(other.Name)));
    }

    [Fact]
    public async Task R09_EndOfAHeadship_LeavesTheWorkWithoutAHeadUntilTheNext()
    {
        var (first, second) = (await OfficialAsync("Cán bộ Mẫu 01"), await OfficialAsync("Cán bộ Mẫu 02"));
        var headship = await AppointAsync(first, "2025-07-01");
        var issued = await IssueAsync();
        await _city.ShowAsync("2026-02-10", "08:00");
        var (_, reason) = await RefusalAsync(Office.Officials.EndAppointmentAsync(End(headship, "2026-02-01", etag: "7")));
        Assert.Equal("APPOINTMENT_CHANGED", reason);
        var ended = await Office.Officials.EndAppointmentAsync(End(headship, "2026-02-01"));
        Assert.Equal(["Cán bộ Mẫu 01 2026-01-15..2026-02-01 Nghỉ hưu"], Accountable(await GetAsync(issued.Name)));
        Assert.Equal(new Pb.Person { Role = Chairman }, (await GetAsync(issued.Name)).AccountableHead);
        (_, reason) = await RefusalAsync(Office.Officials.EndAppointmentAsync(End(ended, "2026-02-02")));
        Assert.Equal("APPOINTMENT_ENDED", reason);

        await AppointAsync(second, "2026-02-08");
        Assert.Equal(["Cán bộ Mẫu 01 2026-01-15..2026-02-01 Nghỉ hưu", "Cán bộ Mẫu 02 2026-02-08.."], Accountable(await GetAsync(issued.Name)));
    }

    [Fact]
    public async Task R09_Headships_NeverOverlap()
    {
        var (first, second) = (await OfficialAsync("Cán bộ Mẫu 01"), await OfficialAsync("Cán bộ Mẫu 02"));
        await AppointAsync(first, "2025-07-01");
        var issued = await IssueAsync();
        foreach (var (from, to) in new[] { ("2025-07-01", ""), ("2025-06-01", ""), ("2025-06-01", "2025-07-02"), ("2025-08-01", "2025-09-01") })
        {
            var (error, reason) = await RefusalAsync(AppointCall(second, from, to, "Bàn giao"));
            Assert.Equal((StatusCode.FailedPrecondition, "HEADSHIP_OVERLAPS"), (error.StatusCode, reason));
        }

        // One that ended before stands beside it and changes nothing; another organ has a head of its own.
        await AppointCall(second, "2025-01-01", "2025-07-01");
        Assert.Equal(issued, await GetAsync(issued.Name));
        await AppointCall(second, "2025-07-01", organ: Organ.PartyCommittee);
        var (future, _) = await RefusalAsync(AppointCall(second, "2026-01-16", note: "Bàn giao"));
        Assert.Equal("date", Assert.Single(FieldViolations(future)).Field);
    }

    [Fact]
    public async Task R09_Officials_HoldPostsInUnits_ForATime()
    {
        var official = await OfficialAsync("Cán bộ Mẫu 03");
        var post = await PostAsync(official, _unit, "2025-07-01", "2026-01-01");
        await PostAsync(official, _other, "2026-01-01", "");
        Assert.Equal([_unit, _other], (await Office.Officials.GetOfficialAsync(new() { Name = official.Name })).Appointments
            .Select(one => one.Unit["units/".Length..]));
        Assert.False(post.Head);
        Assert.Equal([official.Name], await ListAsync(Office, _unit, "2025-12-31"));
        Assert.Empty(await ListAsync(Office, _unit, "2026-01-01"));
        Assert.Equal([official.Name], await ListAsync(Office, _other, "2026-01-01"));
        Assert.Empty(await ListAsync(Office, _other, "", headsOnly: true));
    }

    [Fact]
    public async Task R09_AWard_SeesItsOwnOfficialsAndTheHeadsOfOthers()
    {
        var (head, clerk, nobody) = (await OfficialAsync("Cán bộ Mẫu 01"), await OfficialAsync("Cán bộ Mẫu 02"), await OfficialAsync("Cán bộ Mẫu 03"));
        await AppointAsync(head, "2025-07-01");
        await PostAsync(head, _unit, "2025-07-01", "");
        await PostAsync(clerk, _unit, "2025-07-01", "");
        var (own, foreign) = (_city.As(Roles.Ward, _unit), _city.As(Roles.Ward, Foreign));

        Assert.Equal([head.Name, clerk.Name], await ListAsync(own, _unit, ""));
        Assert.Equal([head.Name], await ListAsync(foreign, _unit, ""));
        Assert.Equal(2, (await own.Officials.GetOfficialAsync(new() { Name = head.Name })).Appointments.Count);
        Assert.True(Assert.Single((await foreign.Officials.GetOfficialAsync(new() { Name = head.Name })).Appointments).Head);
        foreach (var hidden in new[] { clerk, nobody })
        {
            var (error, reason) = await RefusalAsync(foreign.Officials.GetOfficialAsync(new() { Name = hidden.Name }));
            Assert.Equal((StatusCode.NotFound, "OFFICIAL_NOT_FOUND"), (error.StatusCode, reason));
        }

        Assert.Single((await own.Officials.ListHandoversAsync(new() { Parent = $"units/{_unit}" })).Handovers);
        var (refused, why) = await RefusalAsync(foreign.Officials.ListHandoversAsync(new() { Parent = $"units/{_unit}" }));
        Assert.Equal((StatusCode.NotFound, "UNIT_NOT_FOUND"), (refused.StatusCode, why));
        (_, why) = await RefusalAsync(own.Officials.AppointHeadAsync(new() { RequestId = NewId() }));
        Assert.Equal(TokenErrors.RoleNotAllowed, why);
    }

    [Fact]
    public async Task R08_Leader_OfAnAssignment_IsFoundByUnitThenFieldThenArea()
    {
        var leaders = new List<Pb.Official>();
        for (var i = 1; i <= 4; i++)
        {
            leaders.Add(await OfficialAsync($"Lãnh đạo Mẫu 0{i}"));
        }

        var issued = await IssueAsync(draft => draft.PortfolioField = "Nội  vụ");
        Assert.Null((await LeaderAsync(issued)).Portfolio);
        var area = await PortfolioAsync(leaders[0], Pb.Portfolio.Types.Kind.Area, "Khu vực trung tâm", [_unit, _other]);
        Assert.Equal(area, (await LeaderAsync(issued)).Portfolio);
        var field = await PortfolioAsync(leaders[1], Pb.Portfolio.Types.Kind.Field, "NỘI VỤ", []);
        Assert.Equal(field, (await LeaderAsync(issued)).Portfolio);
        await PortfolioAsync(leaders[3], Pb.Portfolio.Types.Kind.Field, "Y tế", []);
        var agency = await PortfolioAsync(leaders[2], Pb.Portfolio.Types.Kind.Agency, "", [_unit]);

        var explanation = await LeaderAsync(issued, client: _city.As(Roles.Ward, _unit));
        Assert.Equal(("Lãnh đạo Mẫu 03", agency), (explanation.Portfolio.DisplayName, explanation.Portfolio));
        Assert.Equal([field, area], explanation.Others);

        // By the day: before and after its time somebody else is.
        Assert.Null((await LeaderAsync(issued, "2025-12-31")).Portfolio);
        var ended = await Office.Portfolios.EndPortfolioAsync(new() { Name = agency.Name, Etag = agency.Etag, Date = "2026-02-01", RequestId = NewId() });
        Assert.Equal(ended, (await LeaderAsync(issued, "2026-01-31")).Portfolio);
        Assert.Equal(field, (await LeaderAsync(issued, "2026-02-01")).Portfolio);
        Assert.Equal([1, 2], (await EventsAsync("portfolio-changed")).Where(e => e.Subject == agency.Name).Select(e => (int)e.Sequence));

        var (error, reason) = await RefusalAsync(_city.As(Roles.Ward, Foreign).Portfolios.ExplainLeaderAsync(new() { Assignment = issued.Name }));
        Assert.Equal((StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND"), (error.StatusCode, reason));
        (_, reason) = await RefusalAsync(_city.As(Roles.Ward, _unit).Portfolios.ListPortfoliosAsync(new()));
        Assert.Equal(TokenErrors.RoleNotAllowed, reason);
        Assert.Equal([field.Name], (await Office.Portfolios.ListPortfoliosAsync(new() { Official = leaders[1].Name, Date = "2026-03-01" })).Portfolios
            .Select(one => one.Name));
    }

    [Fact]
    public async Task R08_Portfolios_OfTheSame_DoNotOverlap()
    {
        var (one, other) = (await OfficialAsync("Lãnh đạo Mẫu 01"), await OfficialAsync("Lãnh đạo Mẫu 02"));
        var kinds = new (Pb.Portfolio.Types.Kind Kind, string Title, string Again, string[] Units, string[] Also)[]
        {
            (Pb.Portfolio.Types.Kind.Agency, "", "", [_unit], [_unit]),
            (Pb.Portfolio.Types.Kind.Field, "Tài chính", "tài chính", [], []),
            (Pb.Portfolio.Types.Kind.Area, "Khu vực 1", "Khu vực 2", [_unit, _other], [_other]),
        };
        foreach (var (kind, title, again, units, also) in kinds)
        {
            var first = await PortfolioAsync(one, kind, title, units);
            var (error, reason) = await RefusalAsync(PortfolioCall(other, kind, again, also));
            Assert.Equal((StatusCode.FailedPrecondition, "PORTFOLIO_OVERLAPS"), (error.StatusCode, reason));
            await PortfolioAsync(other, kind, again, also, "2025-01-01", "2026-01-01");
            await Office.Portfolios.EndPortfolioAsync(new() { Name = first.Name, Etag = first.Etag, Date = "2026-03-01", RequestId = NewId() });
            await PortfolioAsync(other, kind, again, also, "2026-03-01");
        }

        // Asked for at the same time, one gets it.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                await PortfolioCall(one, Pb.Portfolio.Types.Kind.Field, "Giáo dục", []);
                return "";
            }
            catch (RpcException refusal)
            {
                return Platform.Errors.RpcErrors.ReasonOf(refusal);
            }
        }));
        Assert.Equal(5, outcomes.Count(reason => reason == "PORTFOLIO_OVERLAPS"));
    }

    async Task<Pb.Official> OfficialAsync(string name) => await Office.Officials.CreateOfficialAsync(
        new() { Official = new() { DisplayName = name, Illustrative = true }, RequestId = NewId() });

    AsyncUnaryCall<Pb.Appointment> AppointCall(
        Pb.Official official, string from, string to = "", string note = "", Organ organ = Organ.PeoplesCommittee, string? requestId = null) =>
        Office.Officials.AppointHeadAsync(new()
        {
            Official = official.Name,
            Unit = $"units/{_unit}",
            Organ = organ,
            Role = Chairman,
            Date = from,
            ValidTo = to,
            Note = note,
            RequestId = requestId ?? NewId(),
        });

    async Task<Pb.Appointment> AppointAsync(Pb.Official official, string from) => await AppointCall(official, from);

    static Pb.EndAppointmentRequest End(Pb.Appointment appointment, string date, string? etag = null) =>
        new() { Name = appointment.Name, Etag = etag ?? appointment.Etag, Date = date, Note = "Nghỉ hưu", RequestId = NewId() };

    async Task<Pb.Appointment> PostAsync(Pb.Official official, string unit, string from, string to) =>
        await Office.Officials.CreateAppointmentAsync(new()
        {
            Parent = official.Name,
            Appointment = new() { Unit = $"units/{unit}", Role = "Chuyên viên", ValidFrom = from, ValidTo = to },
            RequestId = NewId(),
        });

    async Task<IReadOnlyList<string>> ListAsync(CityClient caller, string unit, string date, bool headsOnly = false)
    {
        var names = new List<string>();
        for (var token = ""; ;)
        {
            var page = await caller.Officials.ListOfficialsAsync(
                new() { Unit = $"units/{unit}", Date = date, HeadsOnly = headsOnly, PageSize = 1, PageToken = token });
            names.AddRange(page.Officials.Select(official => official.Name));
            if ((token = page.NextPageToken).Length == 0)
            {
                return names;
            }
        }
    }

    AsyncUnaryCall<Pb.Portfolio> PortfolioCall(
        Pb.Official official, Pb.Portfolio.Types.Kind kind, string title, string[] units, string from = "2026-01-01", string to = "") =>
        Office.Portfolios.CreatePortfolioAsync(new()
        {
            Portfolio = new()
            {
                Official = official.Name,
                Kind = kind,
                Title = title,
                Units = { units.Select(unit => $"units/{unit}") },
                ValidFrom = from,
                ValidTo = to,
            },
            RequestId = NewId(),
        });

    async Task<Pb.Portfolio> PortfolioAsync(
        Pb.Official official, Pb.Portfolio.Types.Kind kind, string title, string[] units, string from = "2026-01-01", string to = "")
    {
        var created = await PortfolioCall(official, kind, title, units, from, to);
        return await Office.Portfolios.GetPortfolioAsync(new() { Name = created.Name });
    }

    async Task<Pb.LeaderExplanation> LeaderAsync(Pb.Assignment assignment, string date = "", CityClient? client = null) =>
        await (client ?? Office).Portfolios.ExplainLeaderAsync(new() { Assignment = assignment.Name, Date = date });

    Task<Pb.Assignment> DraftAsync(Action<Pb.Assignment>? change = null) => NewDraftAsync(Office, draft =>
    {
        draft.Lead.Unit = $"units/{_unit}";
        change?.Invoke(draft);
    });

    async Task<Pb.Assignment> IssueAsync(Action<Pb.Assignment>? change = null) => await IssueAsync(await DraftAsync(change));

    async Task<Pb.Assignment> IssueAsync(Pb.Assignment draft) =>
        await Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });

    async Task<Pb.Assignment> AcknowledgeAsync(Pb.Assignment one) =>
        await _city.As(Roles.Ward, _unit).Assignments.AcknowledgeAssignmentAsync(new() { Name = one.Name, RequestId = NewId() });

    async Task<Pb.Assignment> CancelAsync(Pb.Assignment one) =>
        await Office.Assignments.CancelAssignmentAsync(new() { Name = one.Name, Etag = one.Etag, Reason = "Thôi", RequestId = NewId() });

    async Task<Pb.Assignment> GetAsync(string name) => await Office.Assignments.GetAssignmentAsync(new() { Name = name });

    static IEnumerable<string> Accountable(Pb.Assignment assignment) =>
        assignment.Accountabilities.Select(one => $"{one.Head.DisplayName} {one.FromDate}..{one.ToDate} {one.HandoverNote}".TrimEnd());

    async Task<IReadOnlyList<Protos.Events.V1.Event>> EventsAsync(string type) =>
        (await _city.As(Roles.Supervisor).Events.ListEventsAsync(new() { PageSize = 1000, Types_ = { $"vn.gov.cantho.city.{type}.v1" } })).Events;
}
