using CanThoGov.City.Calendars;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class CalendarTests_Sqlite : CalendarTests<CityOnSqlite, SqliteDatabase<CityDatabase>>;

[Trait("Category", "Postgres")]
public sealed class CalendarTests_Postgres : CalendarTests<CityOnPostgres, PostgresDatabase<CityDatabase>>;

/// <summary>A changed calendar, each test with a city of its own, because a calendar is never taken back.</summary>
public abstract class CalendarTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase>, new() where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Header = "date,weekday,effect,kind,name_vi,name_en,basis,verification\n";

    // Nobody decided this: the proposal of September 2026 to swap Monday 23 November for Saturday 28 November.
    const string Swap = Header
        + "2026-11-23,Mon,off,swap_off,Nghỉ hoán đổi,Day off by swap,thông báo mẫu,mẫu\n"
        + "2026-11-24,Tue,off,holiday,Ngày Văn hóa Việt Nam,Vietnam Culture Day,Resolution 28/2026/QH16 art.2,verified\n"
        + "2026-11-28,Sat,work,swap_work,Làm bù cho 23/11/2026,Working Saturday,thông báo mẫu,mẫu\n";

    readonly TCity _city = new();

    protected CalendarTests() => Assert.SkipWhen(_city.Missing is not null, _city.Missing ?? "");

    Pb.CalendarService.CalendarServiceClient Calendars => _city.Office.Calendars;

    public async ValueTask InitializeAsync()
    {
        await _city.InitializeAsync();
        await _city.ShowAsync("2026-11-16", "08:00");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _city.DisposeAsync();
    }

    [Fact]
    public async Task Published_AfterItsPreview_MovesTheOpenDeadlinesAndReportsThem()
    {
        // Monday the 23rd is the fifth working day; with the swap it is Wednesday the 25th.
        var moved = await IssuedAsync(5);
        var stays = await IssuedAsync(4);
        var closed = await IssuedAsync(5);
        await _city.Office.Assignments.CancelAssignmentAsync(new() { Name = closed.Name, Etag = closed.Etag, Reason = "Thôi", RequestId = NewId() });

        var preview = await Calendars.PreviewCalendarAsync(new() { Calendar = Draft() });
        Assert.Equal((2, 1), (preview.OpenCount, preview.MovedCount));
        AssertMove(Assert.Single(preview.Moves), moved);
        Assert.Equal(moved, await _city.Office.Assignments.GetAssignmentAsync(new() { Name = moved.Name }));

        var published = await Calendars.PublishCalendarAsync(new() { Calendar = Draft(), RequestId = NewId() });
        Assert.True(published.InForce);
        var moves = await ReckonedAsync(published);
        AssertMove(Assert.Single(moves.Moves), moved);

        var after = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = moved.Name });
        Assert.Equal(("2026-11-25 17:00", "2026-11-23 17:00", 2), (Local(after.Deadline.DueTime), Local(after.Deadline.OriginalDueTime), after.Deadline.Revision));
        Assert.Equal(published.Name, after.Deadline.Calendar);
        Assert.Equal(stays.Etag, (await _city.Office.Assignments.GetAssignmentAsync(new() { Name = stays.Name })).Etag);
        Assert.Equal(closed.Deadline.DueTime, (await _city.Office.Assignments.GetAssignmentAsync(new() { Name = closed.Name })).Deadline.DueTime);
        var events = await _city.As(Roles.Supervisor).Events.ListEventsAsync(new() { PageSize = 1000, Types_ = { "vn.gov.cantho.city.due-time-moved.v1" } });
        Assert.Equal(moved.Name, Assert.Single(events.Events).Subject);
        var history = await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = moved.Name });
        Assert.Equal(("move-due-time", "2026 với hoán đổi"), (history.Entries[^1].Verb, history.Entries[^1].Note));
    }

    [Fact]
    public async Task Preview_WithADeadlineBeyondTheCalendar_TellsThatItIsKept_AsPublishingKeepsIt()
    {
        var last = await NewDraftAsync(_city.Office, one => one.Deadline = new() { Kind = Pb.Deadline.Types.Kind.FixedDate, Date = "2027-12-31" });
        last = await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = last.Name, Etag = last.Etag, RequestId = NewId() });
        var moved = await IssuedAsync(5);
        var draft = Draft();
        draft.HolidayFile += "2027-12-31,Fri,off,holiday,Ngày nghỉ mẫu,Sample day off,thông báo mẫu,mẫu\n";

        var preview = await Calendars.PreviewCalendarAsync(new() { Calendar = draft });
        var published = await Calendars.PublishCalendarAsync(new() { Calendar = draft, RequestId = NewId() });
        await ReckonedAsync(published);

        Assert.Equal((2, 1, 1), (preview.OpenCount, preview.MovedCount, preview.KeptCount));
        AssertMove(Assert.Single(preview.Moves), moved);
        var kept = Assert.Single(preview.Kept);
        Assert.Equal((last.Name, last.Title, last.Lead.Unit, last.Deadline.DueTime), (kept.Assignment, kept.Title, kept.LeadUnit, kept.DueTime));
        Assert.NotEmpty(kept.Reason);
        Assert.Equal(last.Deadline.DueTime, (await _city.Office.Assignments.GetAssignmentAsync(new() { Name = last.Name })).Deadline.DueTime);
    }

    [Fact]
    public async Task Published_WithADeadlineWhoseEventIsTooLarge_MovesAllOthers()
    {
        var full = await IssuedAsync(5);
        var moved = await IssuedAsync(5);
        await _city.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE assignments SET snapshot = REPLACE(snapshot, @title, @words) WHERE id = @id",
            new { title = full.Title, words = new string('ế', 21_700), id = Guid.Parse(full.Name.AsSpan("assignments/".Length)) }), CancellationToken.None);

        var moves = await ReckonedAsync(await Calendars.PublishCalendarAsync(new() { Calendar = Draft(), RequestId = NewId() }));

        AssertMove(Assert.Single(moves.Moves), moved);
        var kept = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = full.Name });
        Assert.Equal((full.Etag, full.Deadline.DueTime), (kept.Etag, kept.Deadline.DueTime));
    }

    [Fact]
    public async Task Published_WhileWritersRun_SkipsNoDeadline()
    {
        var assignments = new List<Pb.Assignment>();
        for (var i = 0; i < 60; i++)
        {
            assignments.Add(await IssuedAsync(5));
        }

        var ward = _city.As(Roles.Ward, NinhKieu).Assignments;
        foreach (var assignment in assignments)
        {
            await ward.AcknowledgeAssignmentAsync(new() { Name = assignment.Name, RequestId = NewId() });
        }

        var publishing = Task.Run(async () => await Calendars.PublishCalendarAsync(new() { Calendar = Draft(), RequestId = NewId() }));
        await Parallel.ForEachAsync(assignments, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (assignment, ct) =>
        {
            for (var percent = 10; percent <= 40; percent += 10)
            {
                await ward.ReportProgressAsync(new() { Name = assignment.Name, Percent = percent, Report = "Đang làm", RequestId = NewId() }, cancellationToken: ct);
            }
        });

        var moves = await ReckonedAsync(await publishing);
        Assert.Equal(assignments.Select(assignment => assignment.Name).Order(), moves.Moves.Select(move => move.Assignment).Order());
        Assert.All(moves.Moves, move => Assert.Equal(("2026-11-23 17:00", "2026-11-25 17:00"), (Local(move.FromTime), Local(move.ToTime))));
        foreach (var assignment in assignments)
        {
            var after = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name });
            Assert.Equal(("2026-11-25 17:00", 40), (Local(after.Deadline.DueTime), after.ProgressPercent));
        }
    }

    [Fact]
    public async Task MalformedFile_IsRefusedWhole_NamingTheLine()
    {
        var draft = Draft();
        draft.HolidayFile = Swap.Replace("2026-11-24,Tue", "2026-11-24,Wed", StringComparison.Ordinal);
        foreach (var call in new Func<Task>[]
        {
            async () => await Calendars.PublishCalendarAsync(new() { Calendar = draft, RequestId = NewId() }),
            async () => await Calendars.PreviewCalendarAsync(new() { Calendar = draft }),
        })
        {
            var error = await Assert.ThrowsAsync<RpcException>(call);
            var violation = Assert.Single(FieldViolations(error));
            Assert.Equal("calendar.holiday_file", violation.Field);
            Assert.Contains("line 3", violation.Description, StringComparison.Ordinal);
        }

        Assert.Single((await Calendars.ListCalendarsAsync(new())).Calendars);
    }

    [Fact]
    public async Task Draft_WithManyFaults_NamesThemAtOnce()
    {
        var (error, _) = await RefusalAsync(Calendars.PublishCalendarAsync(new()
        {
            Calendar = new() { FirstYear = 1, LastYear = 0, Hours = { new Pb.WorkingSpell { From = "7h", To = "25:00" } } },
        }));
        Assert.Equal(
            [
                "calendar.first_year", "calendar.holiday_file", "calendar.hours[0].from", "calendar.hours[0].to", "calendar.last_year",
                "calendar.version", "request_id",
            ],
            FieldViolations(error).Select(violation => violation.Field).Order());
    }

    [Fact]
    public async Task Calendar_ThatKnowsFewerYearsOrExists_IsRefused()
    {
        var shorter = Draft();
        shorter.LastYear = 2026;
        var (_, tooShort) = await RefusalAsync(Calendars.PublishCalendarAsync(new() { Calendar = shorter, RequestId = NewId() }));
        Assert.Equal("CALENDAR_TOO_SHORT", tooShort);

        var again = Draft();
        again.Version = "2025-2027";
        var (error, exists) = await RefusalAsync(Calendars.PublishCalendarAsync(new() { Calendar = again, RequestId = NewId() }));
        Assert.Equal((StatusCode.AlreadyExists, "CALENDAR_EXISTS"), (error.StatusCode, exists));

        var (unknown, notFound) = await RefusalAsync(Calendars.GetCalendarAsync(new() { Name = "calendars/99" }));
        Assert.Equal((StatusCode.NotFound, "CALENDAR_NOT_FOUND"), (unknown.StatusCode, notFound));
    }

    [Fact]
    public async Task Calendar_InForce_TellsItsDaysAndHours()
    {
        var calendar = await _city.As(Roles.Ward, NinhKieu).Calendars.GetCalendarAsync(new() { Name = "calendars/-" });
        Assert.Equal(("calendars/1", "2025-2027", true), (calendar.Name, calendar.Version, calendar.InForce));
        Assert.Equal([("07:00", "11:00"), ("13:00", "17:00")], calendar.Hours.Select(spell => (spell.From, spell.To)));
        Assert.Contains(calendar.Days, day => day is { Date: "2026-01-10", Worked: true, Basis: "12729/VPCP-KGVX" });

        var (denied, _) = await RefusalAsync(_city.As(Roles.Ward, NinhKieu).Calendars.PublishCalendarAsync(new() { Calendar = Draft(), RequestId = NewId() }));
        Assert.Equal(StatusCode.PermissionDenied, denied.StatusCode);
    }

    static Pb.CalendarDraft Draft() => new() { Version = "2026 với hoán đổi", FirstYear = 2025, LastYear = 2027, HolidayFile = Swap };

    async Task<Pb.Assignment> IssuedAsync(int days)
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Deadline = new() { Kind = Pb.Deadline.Types.Kind.WorkingDays, WorkingDays = days });
        return await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    async Task<Pb.ListDueTimeMovesResponse> ReckonedAsync(Pb.Calendar calendar)
    {
        var reprojection = _city.Services.GetRequiredService<DueTimeReprojection>();
        await Eventually.HoldsAsync(async () => await reprojection.OutdatedAsync(CancellationToken.None) == 0, "every open deadline is reckoned anew");
        var moves = await Calendars.ListDueTimeMovesAsync(new() { Parent = calendar.Name, PageSize = 1000 });
        Assert.Equal(0, moves.OpenCount);
        return moves;
    }

    static void AssertMove(Pb.DueTimeMove move, Pb.Assignment assignment) => Assert.Equal(
        (assignment.Name, assignment.Title, assignment.Lead.Unit, "2026-11-23 17:00", "2026-11-25 17:00"),
        (move.Assignment, move.Title, move.LeadUnit, Local(move.FromTime), Local(move.ToTime)));
}
