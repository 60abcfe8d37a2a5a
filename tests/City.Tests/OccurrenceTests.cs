using CanThoGov.City.Occurrences;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pb = CanThoGov.Protos.City.V1;
using Kind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using Recurrence = CanThoGov.Protos.City.V1.Deadline.Types.Recurrence;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class OccurrenceTests_Sqlite(CityOnSqlite city) : OccurrenceTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class OccurrenceTests_Postgres(CityOnPostgres city) : OccurrenceTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>R07: what periodic duties ask for each time, and what others are asked for. With a clock of its own.</summary>
public abstract class OccurrenceTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TCity _city;

    protected OccurrenceTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Office => _city.Office;

    [Fact]
    public async Task R07_PeriodicDuty_GetsAnAssignmentWithADate_AtItsIssueAndInEachPeriod_Once()
    {
        await _city.ShowAsync("2026-01-12", "09:00");
        var duty = await NewDutyAsync(Monthly(25));
        await LookAsync();
        await LookAsync();

        var january = Assert.Single(await ChildrenAsync(duty));
        Assert.Equal((State.Issued, duty.Title, duty.Lead, "2026-01"), (january.State, january.Title, january.Lead, january.Occurrence.Period));
        // The 25th is a Sunday.
        Assert.Equal(("2026-01-26 17:00", "2026-01-12 09:00"), (Local(january.Deadline.DueTime), Local(january.IssueTime)));
        Assert.Equal(duty.Coordinators.Select(one => (one.Assignee, one.Part)), january.Coordinators.Select(one => (one.Assignee, one.Part)));
        Assert.Equal((Kind.FixedDate, duty.Deadline.Words), (january.Deadline.Kind, january.Deadline.Words));

        await _city.ShowAsync("2026-01-31", "23:59");
        await LookAsync();
        Assert.Single(await ChildrenAsync(duty));
        await _city.ShowAsync("2026-02-01", "00:00");
        await LookAsync();
        Assert.Equal(["2026-02", "2026-01"], (await ChildrenAsync(duty)).Select(one => one.Occurrence.Period));

        var records = await Office.Occurrences.ListOccurrencesAsync(new() { Parent = duty.Name });
        Assert.Equal(["2026-02-25", "2026-01-25"], records.Occurrences.Select(one => one.DueDate));
        Assert.Equal((await ChildrenAsync(duty)).Select(one => one.Name), records.Occurrences.Select(one => one.Assignment));
    }

    [Fact]
    public async Task R07_PeriodThatNobodyCanMeetAnyMore_IsLeftOut()
    {
        await _city.ShowAsync("2026-01-26", "09:00");
        var duty = await NewDutyAsync(Monthly(25));
        await LookAsync();
        Assert.Empty(await ChildrenAsync(duty));

        // The service stood still for three months.
        await _city.ShowAsync("2026-05-02", "09:00");
        await LookAsync();
        Assert.Equal(["2026-05"], (await ChildrenAsync(duty)).Select(one => one.Occurrence.Period));
    }

    [Fact]
    public async Task R07_DutyThatHasEndedOrIsSuspended_HasNoMoreOccurrences()
    {
        await _city.ShowAsync("2026-01-05", "09:00");
        var (ended, paused) = (await NewDutyAsync(Monthly(25)), await NewDutyAsync(Monthly(25)));
        await LookAsync();
        await Office.Assignments.CancelAssignmentAsync(new() { Name = ended.Name, Etag = ended.Etag, Reason = "Thôi thực hiện", RequestId = NewId() });
        paused = await Office.Assignments.SuspendAssignmentAsync(
            new() { Name = paused.Name, Etag = paused.Etag, Reason = "Chờ hướng dẫn", RequestId = NewId() });
        await _city.ShowAsync("2026-02-02", "09:00");
        await LookAsync();
        Assert.Equal((1, 1), ((await ChildrenAsync(ended)).Count, (await ChildrenAsync(paused)).Count));

        await Office.Assignments.ResumeAssignmentAsync(new() { Name = paused.Name, Etag = paused.Etag, Note = "Đã có hướng dẫn", RequestId = NewId() });
        await _city.ShowAsync("2026-03-02", "09:00");
        await LookAsync();
        Assert.Equal((1, 2), ((await ChildrenAsync(ended)).Count, (await ChildrenAsync(paused)).Count));
    }

    [Fact]
    public async Task R07_OccurrenceThatCannotBeIssued_IsKeptWithItsReason_AndHoldsUpNoOther()
    {
        await _city.ShowAsync("2026-01-05", "09:00");
        var unit = await Office.Units.CreateUnitAsync(new()
        {
            UnitId = "mau-" + NewId()[..12],
            Unit = new() { DisplayName = "Xã Mẫu", Kind = Pb.Unit.Types.Kind.Commune, ValidFrom = "2025-07-01", ValidTo = "2026-02-01", Illustrative = true },
            RequestId = NewId(),
        });
        var refused = await NewDutyAsync(draft => (draft.Coordinators[0].Assignee.Unit, draft.Deadline) = (unit.Name, MonthlyDeadline(25)));
        var other = await NewDutyAsync(Monthly(25));
        await LookAsync();
        await _city.ShowAsync("2026-02-02", "09:00");
        await LookAsync();

        Assert.Equal((1, 2), ((await ChildrenAsync(refused)).Count, (await ChildrenAsync(other)).Count));
        var record = (await Office.Occurrences.ListOccurrencesAsync(new() { Parent = refused.Name })).Occurrences[0];
        Assert.Equal(("", "2026-02", "UNIT_NOT_IN_FORCE"), (record.Assignment, record.Occurrence.Period, record.Refusal.Reason));
    }

    [Theory]
    [InlineData(Kind.OnRequest)]
    [InlineData(Kind.Conditional)]
    [InlineData(Kind.Periodic)]
    public async Task R07_WhatIsAskedForOnRequest_IsIssuedWithWhoAskedAndWhen(Kind kind)
    {
        await _city.ShowAsync("2026-01-12", "09:00");
        var duty = await NewDutyAsync(draft => draft.Deadline = new() { Kind = kind, Words = "báo cáo khi có yêu cầu" });
        var request = Request(duty);
        var asked = await Office.Occurrences.RequestOccurrenceAsync(request);
        var repeated = await Office.Occurrences.RequestOccurrenceAsync(request);
        var again = await Office.Occurrences.RequestOccurrenceAsync(Request(duty, "2026-01-20"));

        Assert.Equal((State.Issued, duty.Name, "2026-01-16 17:00"), (asked.State, asked.Parent, Local(asked.Deadline.DueTime)));
        Assert.Equal(("", "Chánh Văn phòng", "Báo cáo số liệu đầu năm"), (asked.Occurrence.Period, asked.Occurrence.Requester.Role, asked.Occurrence.Reason));
        Assert.Equal("2026-01-12 09:00", Local(asked.Occurrence.RequestTime));
        Assert.Equal(asked.Name, repeated.Name);
        Assert.Equal([again.Name, asked.Name], (await ChildrenAsync(duty)).Select(one => one.Name));
        var record = (await Office.Occurrences.ListOccurrencesAsync(new() { Parent = duty.Name, PageSize = 1 })).Occurrences.Single();
        Assert.Equal((again.Name, again.Occurrence), (record.Assignment, record.Occurrence));
    }

    [Fact]
    public async Task R07_RequestThatCannotBe_IsRefusedAndIssuesNothing()
    {
        await _city.ShowAsync("2026-01-12", "09:00");
        var standing = await NewDutyAsync(draft => draft.Deadline = new() { Kind = Kind.Standing, Words = "thường xuyên" });
        Assert.Equal("DUTY_NOT_ON_REQUEST", (await RefusalAsync(Office.Occurrences.RequestOccurrenceAsync(Request(standing)))).Reason);

        var duty = await NewDutyAsync(draft => draft.Deadline = new() { Kind = Kind.OnRequest, Words = "khi có yêu cầu" });
        var (weekend, _) = await RefusalAsync(Office.Occurrences.RequestOccurrenceAsync(Request(duty, "2026-01-17")));
        Assert.Equal("due_date", Assert.Single(FieldViolations(weekend)).Field);
        var (past, _) = await RefusalAsync(Office.Occurrences.RequestOccurrenceAsync(Request(duty, "2026-01-12")));
        Assert.Equal("due_date", Assert.Single(FieldViolations(past)).Field);
        var department = _city.As(Roles.CityDepartment, "so-noi-vu").Occurrences;
        Assert.Equal("UNIT_NOT_ALLOWED", (await RefusalAsync(department.RequestOccurrenceAsync(Request(duty)))).Reason);
        var (error, _) = await RefusalAsync(_city.As(Roles.Ward, NinhKieu).Occurrences.RequestOccurrenceAsync(Request(duty)));
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        await Office.Assignments.CancelAssignmentAsync(new() { Name = duty.Name, Etag = duty.Etag, Reason = "Thôi thực hiện", RequestId = NewId() });
        Assert.Equal("DUTY_NOT_OPEN", (await RefusalAsync(Office.Occurrences.RequestOccurrenceAsync(Request(duty)))).Reason);

        Assert.Empty(await ChildrenAsync(standing));
        Assert.Empty(await ChildrenAsync(duty));
        Assert.Empty((await Office.Occurrences.ListOccurrencesAsync(new() { Parent = duty.Name })).Occurrences);
    }

    [Fact]
    public async Task R07_Occurrences_AreThereForTheUnitsOfTheDutyOnly()
    {
        await _city.ShowAsync("2026-01-12", "09:00");
        var duty = await NewDutyAsync(Monthly(25));
        await LookAsync();
        var request = new Pb.ListOccurrencesRequest { Parent = duty.Name };
        Assert.Single((await _city.As(Roles.Ward, NinhKieu).Occurrences.ListOccurrencesAsync(request)).Occurrences);
        Assert.Equal("ASSIGNMENT_NOT_FOUND", (await RefusalAsync(_city.As(Roles.Ward, "31147-2025").Occurrences.ListOccurrencesAsync(request))).Reason);
    }

    [Fact]
    public async Task R07_RecurrenceOfADutyThatIsNotPeriodic_IsRefused()
    {
        var (error, _) = await RefusalAsync(Office.Assignments.CreateAssignmentAsync(new()
        {
            Assignment = With(Draft((await NewDocumentAsync(Office)).Name), draft => draft.Deadline.Recurrence = Recurrence.Monthly),
            RequestId = NewId(),
        }));
        Assert.Equal("assignment.deadline.recurrence", Assert.Single(FieldViolations(error)).Field);
    }

    static Pb.Deadline MonthlyDeadline(int day) =>
        new() { Kind = Kind.Periodic, Words = "định kỳ hằng tháng", Recurrence = Recurrence.Monthly, RecurrenceDay = day };

    static Action<Pb.Assignment> Monthly(int day) => draft => draft.Deadline = MonthlyDeadline(day);

    static Pb.Assignment With(Pb.Assignment draft, Action<Pb.Assignment> change)
    {
        change(draft);
        return draft;
    }

    static Pb.RequestOccurrenceRequest Request(Pb.Assignment duty, string dueDate = "2026-01-16") => new()
    {
        Name = duty.Name,
        DueDate = dueDate,
        Requester = new() { Role = "Chánh Văn phòng" },
        Reason = "Báo cáo số liệu đầu năm",
        RequestId = NewId(),
    };

    async Task<Pb.Assignment> NewDutyAsync(Action<Pb.Assignment> change)
    {
        var draft = await NewDraftAsync(Office, change);
        return await Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    async Task<IReadOnlyList<Pb.Assignment>> ChildrenAsync(Pb.Assignment duty) =>
        (await Office.Assignments.ListAssignmentsAsync(new() { Parent = duty.Name })).Assignments;

    // What it does each minute.
    Task LookAsync() => _city.Services.GetRequiredService<OccurrenceIssuing>().IssueDueAsync(TestContext.Current.CancellationToken);
}
