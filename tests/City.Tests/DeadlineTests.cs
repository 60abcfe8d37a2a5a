using System.Globalization;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;
using Step = CanThoGov.Protos.City.V1.DeadlineStep.Types.Kind;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class DeadlineTests_Sqlite(CityOnSqlite city) : DeadlineTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class DeadlineTests_Postgres(CityOnPostgres city) : DeadlineTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>What moves a due time, who decides about it, and how it is explained; on a simulated clock that begins on 2 February 2026.</summary>
public abstract class DeadlineTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TCity _city;

    protected DeadlineTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    Pb.AssignmentService.AssignmentServiceClient Office => _city.Office.Assignments;

    Pb.AssignmentService.AssignmentServiceClient Ward => _city.As(Roles.Ward, NinhKieu).Assignments;

    public ValueTask InitializeAsync() => new(_city.ShowAsync("2026-02-02", "08:00"));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WhatMonitoringSays_EntersTheHistoryOnceAndMovesNothing()
    {
        var issued = await IssuedAsync("2026-02-06");
        var id = Guid.Parse(issued.Name.Split('/')[1]);
        var at = DateTimeOffset.Parse("2026-02-06T10:00:00Z", CultureInfo.InvariantCulture);
        Guid[] ids = [Guid.NewGuid(), Guid.NewGuid()];
        IEvent[] said =
        [
            new DeadlineMissed(
                id, issued.Title, NinhKieu, at, Revision: 1, Rung: 0, [Recipient.HeadOfUnit], "Đã đến hạn (17:00 ngày 06/02/2026).", at, at,
                Late: false, Illustrative: true, Version: 4),
            new ReminderIssued(
                id, issued.Title, NinhKieu, "Đề nghị báo cáo ngay.", [Recipient.HeadOfUnit], "test:supervisor", at.AddHours(1), Illustrative: true,
                Version: 5),
        ];
        foreach (var (number, e) in said.Concat(said).Index())
        {
            await _city.TakeAsync(e, ids[number % ids.Length]);
        }

        var history = await Office.ListAssignmentHistoryAsync(new() { Parent = issued.Name });
        Assert.Equal(
            [
                ("deadline-missed", "service:monitoring", "Đã đến hạn (17:00 ngày 06/02/2026)."),
                ("remind", "test:supervisor", "Đề nghị báo cáo ngay."),
            ],
            history.Entries.Where(entry => entry.Version == 0).OrderBy(entry => entry.EventTime).Select(entry => (entry.Verb, entry.Actor, entry.Note)));
        Assert.Equal(issued.Etag, (await Office.GetAssignmentAsync(new() { Name = issued.Name })).Etag);
    }

    [Fact]
    public async Task Extension_AskedInTime_MovesTheDueTimeAndWhatItIsJudgedBy()
    {
        var issued = await IssuedAsync("2026-02-06");
        var granted = await ExtendAsync(issued, "2026-02-12");

        Assert.Equal(("2026-02-12 17:00", 2), (Local(granted.Deadline.DueTime), granted.Deadline.Revision));
        Assert.Equal("2026-02-06 17:00", Local(granted.Deadline.OriginalDueTime));
        Assert.Null(granted.Deadline.JudgedDueTime);
        await _city.ShowAsync("2026-02-11", "08:00");
        Assert.Equal(Timeliness.DueSoon, (await Office.GetAssignmentAsync(new() { Name = issued.Name })).Timeliness);
    }

    [Fact]
    public async Task Extension_AskedLate_GivesANewDateButIsJudgedByTheOneThatHadPassed()
    {
        var issued = await IssuedAsync("2026-02-06");
        await _city.ShowAsync("2026-02-09", "08:00");
        var asked = await AskAsync(issued, "2026-02-13");
        Assert.True(Assert.Single(asked.Extensions).AskedLate);
        var granted = await Office.DecideExtensionAsync(new() { Name = issued.Name, Etag = asked.Etag, Grant = true, RequestId = NewId() });

        Assert.Equal("2026-02-13 17:00", Local(granted.Deadline.DueTime));
        Assert.Equal("2026-02-06 17:00", Local(granted.Deadline.JudgedDueTime));
        Assert.Equal(Timeliness.Overdue, granted.Timeliness);
        Assert.Contains((await Office.ListAssignmentsAsync(new() { Timeliness = { Timeliness.Overdue }, PageSize = 1000 })).Assignments, one => one.Name == issued.Name);
        Assert.Equal(Timeliness.CompletedLate, (await CompleteAsync(granted)).Timeliness);
    }

    [Fact]
    public async Task Extension_IsDecidedByTheAssignerOrWhomItEmpowers_NobodyElse()
    {
        var issued = await IssuedAsync("2026-02-06", draft => draft.ExtensionDeciders.Add("units/so-noi-vu"));
        Assert.Equal("units/van-phong-ubnd", issued.Assigner);
        var asked = await AskAsync(issued, "2026-02-12");
        var decision = new Pb.DecideExtensionRequest { Name = issued.Name, Etag = asked.Etag, Grant = true, RequestId = NewId() };

        foreach (var other in new[] { _city.As(Roles.CityOffice, "thanh-uy"), _city.As(Roles.CityDepartment) })
        {
            var (error, reason) = await RefusalAsync(other.Assignments.DecideExtensionAsync(decision));
            Assert.Equal((StatusCode.PermissionDenied, "NOT_ASSIGNER"), (error.StatusCode, reason));
        }

        Assert.Equal("2026-02-12 17:00", Local((await _city.As(Roles.CityDepartment, "so-noi-vu").Assignments.DecideExtensionAsync(decision)).Deadline.DueTime));
    }

    [Fact]
    public async Task Extensions_AreBounded_AndRefusedOnesDoNotCount()
    {
        var issued = await IssuedAsync("2026-02-06");
        var refused = await AskAsync(issued, "2026-02-09");
        await Office.DecideExtensionAsync(new() { Name = issued.Name, Etag = refused.Etag, Note = "Chưa đủ lý do", RequestId = NewId() });
        await ExtendAsync(issued, "2026-02-10");
        // Of two at the same moment the later counts.
        Assert.Equal("2026-02-12 17:00", Local((await ExtendAsync(issued, "2026-02-12")).Deadline.DueTime));

        var (error, reason) = await RefusalAsync(AskCall(issued, "2026-02-13"));
        Assert.Equal((StatusCode.FailedPrecondition, "EXTENSIONS_EXHAUSTED"), (error.StatusCode, reason));
        Assert.Equal(3, (await Office.GetAssignmentAsync(new() { Name = issued.Name })).Extensions.Count);
    }

    [Theory]
    [InlineData("2026-02-06", "must be after")]        // the due date itself
    [InlineData("2026-02-08", "is not a working day")]   // a Sunday
    [InlineData("2026-02-17", "is not a working day")]   // Tết
    [InlineData("08/02/2026", "must be a date")]
    public async Task Extension_ToADateThatIsNone_IsRefused(string date, string why)
    {
        var issued = await IssuedAsync("2026-02-06");
        var (error, _) = await RefusalAsync(AskCall(issued, date));
        var violation = Assert.Single(FieldViolations(error));
        Assert.Equal("proposed_date", violation.Field);
        Assert.Contains(why, violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extension_ToADatePassedBeforeItsDecision_CannotBeGranted()
    {
        var issued = await IssuedAsync("2026-02-06");
        var asked = await AskAsync(issued, "2026-02-09");
        await _city.ShowAsync("2026-02-10", "08:00");

        var (_, reason) = await RefusalAsync(Office.DecideExtensionAsync(new() { Name = issued.Name, Etag = asked.Etag, Grant = true, RequestId = NewId() }));
        Assert.Equal("EXTENSION_DATE_PASSED", reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]   // the clock still stands, and what was lost so far is kept
    public async Task Extension_ToADateThatPausesHaveReachedMeanwhile_CannotBeGranted(bool isAnswered)
    {
        var issued = await IssuedAsync("2026-03-13");
        await _city.ShowAsync("2026-03-09", "08:00");
        await AskAsync(issued, "2026-03-20");
        await _city.ShowAsync("2026-03-10", "08:00");
        var asked = await PauseAsync(issued);
        await _city.ShowAsync("2026-03-18", "08:00");
        if (isAnswered)
        {
            asked = await Office.AnswerObstacleAsync(new() { Name = issued.Name, Etag = asked.Etag, Number = 1, Answer = "Đã có mặt bằng", RequestId = NewId() });
            Assert.Equal("2026-03-23 17:00", Local(asked.Deadline.DueTime));
        }

        var (_, reason) = await RefusalAsync(Office.DecideExtensionAsync(new() { Name = issued.Name, Etag = asked.Etag, Grant = true, RequestId = NewId() }));
        Assert.Equal("EXTENSION_NOT_LATER", reason);
        var refused = await Office.DecideExtensionAsync(new() { Name = issued.Name, Etag = asked.Etag, Note = "Đã đủ thời gian", RequestId = NewId() });
        Assert.Equal(asked.Deadline.DueTime, refused.Deadline.DueTime);
    }

    [Fact]
    public async Task Extension_OfACompletedAssignment_IsRefused()
    {
        var completed = await CompleteAsync(await IssuedAsync("2026-02-06"));
        var (_, reason) = await RefusalAsync(AskCall(completed, "2026-02-12"));
        Assert.Equal("ASSIGNMENT_NOT_IN_WORK", reason);
    }

    [Fact]
    public async Task Issue_DueInThePast_IsRefused()
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Deadline = new() { Kind = Pb.Deadline.Types.Kind.FixedDate, Date = "2026-01-30" });
        var (_, reason) = await RefusalAsync(Office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() }));
        Assert.Equal("DUE_DATE_PASSED", reason);
    }

    [Fact]
    public async Task AcceptedObstacle_StopsTheClock_AndItsAnswerKeepsWhatWasConsumed()
    {
        var issued = await IssuedAsync("2026-02-12");
        await Ward.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        await _city.ShowAsync("2026-02-10", "10:00");
        var paused = await PauseAsync(issued);
        Assert.Equal((1, "Sở Nông nghiệp và Môi trường"), (Assert.Single(paused.Pauses).ObstacleNumber, paused.Pauses[0].WaitsFor));

        // Long after the due time: the clock stands where it stood.
        await _city.ShowAsync("2026-02-24", "09:00");
        var waiting = await Office.GetAssignmentAsync(new() { Name = issued.Name });
        Assert.Equal(Timeliness.DueSoon, waiting.Timeliness);
        Assert.Contains((await Office.ListAssignmentsAsync(new() { Timeliness = { Timeliness.DueSoon }, PageSize = 1000 })).Assignments, one => one.Name == issued.Name);

        // 5 hours of the 10th, the 11th, 12th, 13th and 23rd, 2 hours of the 24th: 39 hours behind Thursday the 12th at 17:00.
        var answered = await Office.AnswerObstacleAsync(new() { Name = issued.Name, Etag = waiting.Etag, Number = 1, Answer = "Đã có mặt bằng", RequestId = NewId() });
        Assert.Equal(("2026-02-26 16:00", 2), (Local(answered.Deadline.DueTime), answered.Deadline.Revision));
        Assert.Equal("2026-02-12 17:00", Local(answered.Deadline.OriginalDueTime));
        Assert.NotNull(answered.Pauses[0].EndTime);
    }

    [Fact]
    public async Task TwoAcceptedObstacles_StopTheClockUntilTheLastIsAnswered()
    {
        var issued = await IssuedAsync("2026-02-12");
        await Ward.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        await PauseAsync(issued);
        var second = await PauseAsync(issued, number: 2);
        Assert.Single(second.Pauses);

        var first = await Office.AnswerObstacleAsync(new() { Name = issued.Name, Etag = second.Etag, Number = 1, Answer = "Xong", RequestId = NewId() });
        Assert.Null(first.Pauses[0].EndTime);
        await _city.ShowAsync("2026-02-03", "08:00");
        var last = await Office.AnswerObstacleAsync(new() { Name = issued.Name, Etag = first.Etag, Number = 2, Answer = "Xong", RequestId = NewId() });
        Assert.Equal("2026-02-13 17:00", Local(last.Deadline.DueTime));

        var (_, again) = await RefusalAsync(Office.AcceptObstacleAsync(
            new() { Name = issued.Name, Etag = last.Etag, Number = 1, WaitsFor = "Sở Nội vụ", Reason = "Lần nữa", RequestId = NewId() }));
        Assert.Equal("OBSTACLE_NOT_OPEN", again);
    }

    [Fact]
    public async Task ResultAcceptedWhileTheClockStands_IsJudgedAsIfItRanOnAtItsReceipt()
    {
        var issued = await IssuedAsync("2026-02-06");
        await Ward.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        await PauseAsync(issued);
        await _city.ShowAsync("2026-02-11", "09:00");

        var completed = await CompleteAsync(issued, acknowledge: false);
        Assert.Equal(Timeliness.CompletedEarly, completed.Timeliness);
        Assert.NotNull(completed.Pauses[0].EndTime);
    }

    [Fact]
    public async Task Explanation_TellsEachStepAndItsBasis()
    {
        var issued = await IssuedAsync(days: 5);
        await Ward.AcknowledgeAssignmentAsync(new() { Name = issued.Name, RequestId = NewId() });
        await _city.ShowAsync("2026-02-05", "13:00");
        var paused = await PauseAsync(issued);
        await _city.ShowAsync("2026-02-05", "15:30");
        await Office.AnswerObstacleAsync(new() { Name = issued.Name, Etag = paused.Etag, Number = 1, Answer = "Xong", RequestId = NewId() });
        await ExtendAsync(issued, "2026-02-24");

        var explained = await Ward.ExplainDeadlineAsync(new() { Name = issued.Name });
        Assert.Equal(
            [Step.Start, Step.DaySkipped, Step.DaySkipped, Step.Base, Step.Pause, Step.Extension, Step.Result],
            explained.Steps.Select(step => step.Kind));
        Assert.Equal(("2026-02-09", 5), (explained.Steps[3].Date, explained.Steps[3].Amount));
        Assert.Equal((150, "Chờ Sở Nông nghiệp và Môi trường: Vượt thẩm quyền của phường"), (explained.Steps[4].Amount, explained.Steps[4].Reason));
        Assert.Equal(("2026-02-24", "Triều cường"), (explained.Steps[5].Date, explained.Steps[5].Reason));
        Assert.Equal("2026-02-24 17:00", Local(explained.DueTime));
        Assert.Equal("2026-02-09 17:00", Local(explained.OriginalDueTime));
        Assert.Equal(("calendars/1", "2025-2027"), (explained.Calendar, explained.CalendarVersion));

        var standing = await IssuedAsync(kind: Pb.Deadline.Types.Kind.Standing);
        var (_, reason) = await RefusalAsync(Office.ExplainDeadlineAsync(new() { Name = standing.Name }));
        Assert.Equal("NO_DUE_DATE", reason);
        var (foreign, _) = await RefusalAsync(_city.As(Roles.Ward, "31147-2025").Assignments.ExplainDeadlineAsync(new() { Name = issued.Name }));
        Assert.Equal(StatusCode.NotFound, foreign.StatusCode);
    }

    [Theory]
    [InlineData(Pb.Deadline.Types.Kind.Standing, "thường xuyên")]
    [InlineData(Pb.Deadline.Types.Kind.Periodic, "định kỳ sơ kết, tổng kết")]
    [InlineData(Pb.Deadline.Types.Kind.OnRequest, "khi có yêu cầu")]
    [InlineData(Pb.Deadline.Types.Kind.Conditional, "trong trường hợp cần thiết")]
    public async Task R07_DutyWithoutADate_IsIssuedAsItIsWordedAndHasNothingToMiss(Pb.Deadline.Types.Kind kind, string words)
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Deadline = new() { Kind = kind, Words = words });
        var issued = await Office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });

        Assert.Equal((kind, words, Pb.Assignment.Types.Timeliness.NoDeadline), (issued.Deadline.Kind, issued.Deadline.Words, issued.Timeliness));
        Assert.Null(issued.Deadline.DueTime);
    }

    [Theory]
    [InlineData(Pb.Deadline.Types.Kind.Immediate, "khẩn trương")]
    [InlineData(Pb.Deadline.Types.Kind.None, "")]
    public async Task R07_UrgentWords_AreNoDate_UntilANamedPersonSetsOne(Pb.Deadline.Types.Kind kind, string words)
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Deadline = new() { Kind = kind, Words = words });
        var (_, reason) = await RefusalAsync(Office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() }));
        Assert.Equal("NOT_CLEAR", reason);

        var set = await Office.SetWorkingDeadlineAsync(new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            Date = "2026-02-27",
            SetBy = new() { DisplayName = "Cán bộ Mẫu 09", Role = "Chánh Văn phòng" },
            Reason = "Trước kỳ họp",
            RequestId = NewId(),
        });
        var issued = await Office.IssueAssignmentAsync(new() { Name = set.Name, Etag = set.Etag, RequestId = NewId() });
        Assert.Equal(("2026-02-27 17:00", words, "Cán bộ Mẫu 09"), (Local(issued.Deadline.DueTime), issued.Deadline.Words, issued.Deadline.SetBy.DisplayName));
    }

    [Fact]
    public async Task CalendarDays_AreNotWorkingDays()
    {
        var working = await IssuedAsync(days: 12);
        var calendar = await IssuedAsync(days: 12, kind: Pb.Deadline.Types.Kind.CalendarDays);

        // Twelve calendar days end on Saturday the 14th, in Tết: the term ends with the next working day.
        Assert.Equal("2026-02-25 17:00", Local(working.Deadline.DueTime));
        Assert.Equal("2026-02-23 17:00", Local(calendar.Deadline.DueTime));
    }

    [Fact]
    public async Task Deadline_OfNoDaysOrBeyondTheCalendar_IsRefused()
    {
        foreach (var (kind, field) in new[]
        {
            (Pb.Deadline.Types.Kind.WorkingDays, "assignment.deadline.working_days"), (Pb.Deadline.Types.Kind.CalendarDays, "assignment.deadline.calendar_days"),
        })
        {
            foreach (var days in new[] { 0, -3 })
            {
                var (error, _) = await RefusalAsync(CreateCall(draft => draft.Deadline = Of(kind, days)));
                Assert.Equal(field, Assert.Single(FieldViolations(error)).Field);
            }
        }

        var far = await NewDraftAsync(_city.Office, d => d.Deadline = new() { Kind = Pb.Deadline.Types.Kind.WorkingDays, WorkingDays = 900 });
        var (beyond, reason) = await RefusalAsync(Office.IssueAssignmentAsync(new() { Name = far.Name, Etag = far.Etag, RequestId = NewId() }));
        Assert.Equal("DATE_BEYOND_CALENDAR", reason);
        Assert.Contains("2027", beyond.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(Pb.Assignment.Types.State.Draft, (await Office.GetAssignmentAsync(new() { Name = far.Name })).State);
    }

    AsyncUnaryCall<Pb.Assignment> CreateCall(Action<Pb.Assignment> change)
    {
        var draft = Draft($"documents/{Guid.NewGuid()}");
        change(draft);
        return Office.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
    }

    async Task<Pb.Assignment> IssuedAsync(string date, Action<Pb.Assignment>? change = null)
    {
        var draft = await NewDraftAsync(_city.Office, d =>
        {
            d.Deadline = new() { Kind = Pb.Deadline.Types.Kind.FixedDate, Date = date };
            change?.Invoke(d);
        });
        return await Office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    async Task<Pb.Assignment> IssuedAsync(int days = 0, Pb.Deadline.Types.Kind kind = Pb.Deadline.Types.Kind.WorkingDays)
    {
        var draft = await NewDraftAsync(_city.Office, d => d.Deadline = Of(kind, days));
        return await Office.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    static Pb.Deadline Of(Pb.Deadline.Types.Kind kind, int days) => new()
    {
        Kind = kind,
        WorkingDays = kind == Pb.Deadline.Types.Kind.WorkingDays ? days : 0,
        CalendarDays = kind == Pb.Deadline.Types.Kind.CalendarDays ? days : 0,
    };

    AsyncUnaryCall<Pb.Assignment> AskCall(Pb.Assignment assignment, string date) => Ward.RequestExtensionAsync(
        new() { Name = assignment.Name, Reason = "Triều cường", ProposedDate = date, RequestId = NewId() });

    async Task<Pb.Assignment> AskAsync(Pb.Assignment assignment, string date) => await AskCall(assignment, date);

    async Task<Pb.Assignment> ExtendAsync(Pb.Assignment assignment, string date)
    {
        var asked = await AskAsync(assignment, date);
        return await Office.DecideExtensionAsync(new() { Name = assignment.Name, Etag = asked.Etag, Grant = true, RequestId = NewId() });
    }

    async Task<Pb.Assignment> PauseAsync(Pb.Assignment assignment, int number = 1)
    {
        var raised = await Ward.RaiseObstacleAsync(new() { Name = assignment.Name, Field = "đất đai", Description = "Chưa có mặt bằng", RequestId = NewId() });
        return await Office.AcceptObstacleAsync(new()
        {
            Name = assignment.Name,
            Etag = raised.Etag,
            Number = number,
            WaitsFor = "Sở Nông nghiệp và Môi trường",
            Reason = "Vượt thẩm quyền của phường",
            RequestId = NewId(),
        });
    }

    async Task<Pb.Assignment> CompleteAsync(Pb.Assignment assignment, bool acknowledge = true)
    {
        if (acknowledge)
        {
            await Ward.AcknowledgeAssignmentAsync(new() { Name = assignment.Name, RequestId = NewId() });
        }

        var submitted = await Ward.SubmitResultAsync(new() { Name = assignment.Name, Result = "Báo cáo", RequestId = NewId() });
        return await Office.AcceptResultAsync(new() { Name = assignment.Name, Etag = submitted.Etag, RequestId = NewId() });
    }
}
