using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class DeadlineFiringTests_Sqlite(SqliteDatabase<MonitoringDatabase> database)
    : DeadlineFiringTests<SqliteDatabase<MonitoringDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class DeadlineFiringTests_Postgres(PostgresDatabase<MonitoringDatabase> database)
    : DeadlineFiringTests<PostgresDatabase<MonitoringDatabase>>(database);

public abstract class DeadlineFiringTests<TDatabase> : IClassFixture<TDatabase>, IAsyncLifetime
    where TDatabase : TestDatabase<MonitoringDatabase>
{
    static readonly DateTimeOffset Later = At("2026-12-01");

    readonly MonitoringReplica _monitoring = null!;

    protected DeadlineFiringTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _monitoring = new(database.Database.Options);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _monitoring.UseShortLadderAsync();
        await _monitoring.TakeAsync(Published(), CalendarId);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _monitoring.DisposeAsync();
    }

    [Fact]
    public async Task Fire_AsTimePasses_SaysEachThingOnceAtItsTime()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _monitoring.TakeAsync(assignment.Issued());

        foreach (var (now, said) in new[]
        {
            (At("2026-02-10", "16:59"), 0), (At("2026-02-10"), 1), (At("2026-02-13", "16:59"), 1), (At("2026-02-13"), 2),
            (At("2026-02-24"), 2), (At("2026-02-25"), 3), (At("2026-03-31"), 3),
        })
        {
            await _monitoring.FireAsync(now);
            Assert.Equal(said, (await _monitoring.PublishedAsync(assignment.Id)).Count);
        }

        Assert.Equivalent(
            new IDeadlineEvent[]
            {
                new DeadlineDueSoon(assignment.Id, "Dọn kênh Rạch Bần", Some.Commune, At("2026-02-13"), 1, Rung: -3, [Recipient.HeadOfUnit],
                    "Còn 3 ngày làm việc đến hạn (17:00 ngày 13/02/2026). Đề nghị đơn vị khẩn trương hoàn thành và trình kết quả.",
                    FireAt: At("2026-02-10"), OccurredAt: At("2026-02-10"), Late: false, Illustrative: true, Version: 1),
                new DeadlineMissed(assignment.Id, "Dọn kênh Rạch Bần", Some.Commune, At("2026-02-13"), 1, Rung: 0, [Recipient.HeadOfUnit],
                    "Đã đến hạn (17:00 ngày 13/02/2026) mà thành phố chưa nhận được kết quả. Đề nghị đơn vị báo cáo ngay.",
                    FireAt: At("2026-02-13"), OccurredAt: At("2026-02-13"), Late: false, Illustrative: true, Version: 2),
                new DeadlineEscalated(assignment.Id, "Dọn kênh Rạch Bần", Some.Commune, At("2026-02-13"), 1, Rung: 3, [Recipient.HeadOfUnit],
                    "Quá hạn 3 ngày làm việc (hạn 17:00 ngày 13/02/2026), thành phố chưa nhận được kết quả. " +
                    "Đề nghị báo cáo nguyên nhân và thời điểm hoàn thành.",
                    FireAt: At("2026-02-25"), OccurredAt: At("2026-02-25"), Late: false, Illustrative: true, Version: 3),
            },
            await _monitoring.PublishedAsync(assignment.Id), strict: true);
    }

    [Fact]
    public async Task Fire_AfterADowntime_SaysEverythingOnceInOrderMarkedLate()
    {
        Some[] assignments =
        [
            Some.Assignment(At("2026-02-26")), Some.Assignment(At("2026-02-12", "08:00")), Some.Assignment(At("2026-02-23", "12:00")),
        ];
        foreach (var assignment in assignments)
        {
            await _monitoring.TakeAsync(assignment.Issued());
        }

        await _monitoring.FireAsync(Later);
        await _monitoring.FireAsync(Later.AddDays(1));

        var events = new List<IDeadlineEvent>();
        foreach (var assignment in assignments)
        {
            var own = await _monitoring.PublishedAsync(assignment.Id);
            Assert.Equal([1L, 2L, 3L], own.Select(e => e.Version));
            events.AddRange(own);
        }

        Assert.All(events, e => Assert.Equal((Later, true), (e.OccurredAt, e.Late)));
        var logged = await _monitoring.Database.ReadAsync(session => session.ListAsync<string>(
            $"SELECT subject FROM event_log WHERE {session.Dialect.In("subject", "@subjects")} ORDER BY position",
            new { subjects = assignments.Select(assignment => $"deadlines/{assignment.Id}").ToArray() }), Ct);
        Assert.Equal(events.OrderBy(e => e.FireAt).Select(e => e.Subject()), logged);
    }

    [Fact]
    public async Task Fire_LongAfterItsTime_SaysHowItStandsNow()
    {
        var (suspended, missed) = (Some.Assignment(At("2026-02-13")), Some.Assignment(At("2026-02-13")));
        await _monitoring.TakeAsync(
            suspended.Issued(), suspended.Acknowledged(At("2026-01-06")), suspended.Suspended(At("2026-02-09")), missed.Issued());
        await _monitoring.FireAsync(At("2026-02-12", "09:00"));
        await _monitoring.TakeAsync(suspended.Resumed(At("2026-02-24", "08:00")));
        await _monitoring.FireAsync(At("2026-02-24", "09:00"));

        const string Left = "Còn 1 ngày làm việc đến hạn (17:00 ngày 13/02/2026). Đề nghị đơn vị khẩn trương hoàn thành và trình kết quả.";
        const string Overdue = "Quá hạn 2 ngày làm việc (hạn 17:00 ngày 13/02/2026), thành phố chưa nhận được kết quả. " +
            "Đề nghị báo cáo nguyên nhân và thời điểm hoàn thành.";
        Assert.Equal([(-3, Left), (0, Overdue)], (await _monitoring.PublishedAsync(missed.Id)).Select(e => (e.Rung, e.Text)));
        Assert.Equal([(-3, Overdue), (0, Overdue)], (await _monitoring.PublishedAsync(suspended.Id)).Select(e => (e.Rung, e.Text)));
    }

    [Fact]
    public async Task Fire_DueDateMoved_BeginsANewLadder()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _monitoring.TakeAsync(assignment.Issued(), assignment.Acknowledged(At("2026-01-06")));
        await _monitoring.FireAsync(At("2026-02-11"));

        await _monitoring.TakeAsync(assignment.Extended(At("2026-03-31"), At("2026-02-12")));
        await _monitoring.FireAsync(At("2026-03-25"));

        Assert.Equal([(1, At("2026-02-10"))], await FiredAsync(assignment));
        await _monitoring.FireAsync(Later);
        Assert.Equal(
            [(1, At("2026-02-10")), (2, At("2026-03-26")), (2, At("2026-03-31")), (2, At("2026-04-03"))], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Fire_IssuedShortBefore_SkipsWhatLiesBeforeTheIssue()
    {
        var assignment = Some.Assignment(At("2026-02-13"), issued: At("2026-02-12", "08:00"));
        await _monitoring.TakeAsync(assignment.Issued());
        await _monitoring.FireAsync(Later);

        Assert.Equal([(1, At("2026-02-13")), (1, At("2026-02-25"))], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Fire_Submitted_WaitsAndFiresAfterItWasSentBackWithoutBeingLate()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _monitoring.TakeAsync(
            assignment.Issued(), assignment.Acknowledged(At("2026-01-06")), assignment.Submitted(At("2026-02-09")));
        await _monitoring.FireAsync(At("2026-02-24"));
        Assert.Empty(await _monitoring.PublishedAsync(assignment.Id));

        await _monitoring.TakeAsync(assignment.SentBack(At("2026-02-24")));
        await _monitoring.FireAsync(At("2026-02-24"));
        await _monitoring.FireAsync(At("2026-02-24", "18:00"));

        Assert.Equal([(1, At("2026-02-10")), (1, At("2026-02-13"))], await FiredAsync(assignment));
        Assert.All(await _monitoring.PublishedAsync(assignment.Id), e => Assert.Equal((At("2026-02-24"), false), (e.OccurredAt, e.Late)));
    }

    [Fact]
    public async Task Fire_Suspended_WaitsUntilItGoesOn()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _monitoring.TakeAsync(
            assignment.Issued(), assignment.Acknowledged(At("2026-01-06")), assignment.Suspended(At("2026-01-07")));
        await _monitoring.FireAsync(At("2026-02-11"));
        Assert.Empty(await _monitoring.PublishedAsync(assignment.Id));

        await _monitoring.TakeAsync(assignment.Resumed(At("2026-02-12")));
        await _monitoring.FireAsync(At("2026-02-12"));

        Assert.Equal([(1, At("2026-02-10"))], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Fire_Closed_SaysNothingMore()
    {
        var completed = Some.Assignment(At("2026-02-13"));
        var returned = Some.Assignment(At("2026-02-13"));
        var cancelled = Some.Assignment(At("2026-02-13"));
        foreach (var assignment in new[] { completed, returned, cancelled })
        {
            await _monitoring.TakeAsync(assignment.Issued(), assignment.Acknowledged(At("2026-01-06")));
        }

        await _monitoring.FireAsync(At("2026-02-11"));
        await _monitoring.TakeAsync(
            completed.Submitted(At("2026-02-12")), completed.Accepted(At("2026-02-12")), returned.Returned(At("2026-02-12")),
            cancelled.Cancelled(At("2026-02-12")));
        await _monitoring.FireAsync(Later);

        foreach (var assignment in new[] { completed, returned, cancelled })
        {
            Assert.Equal([(1, At("2026-02-10"))], await FiredAsync(assignment));
            Assert.Equal([-3], (await _monitoring.RungsAsync(assignment.Id)).Select(rung => rung.WorkingDays));
        }
    }

    [Fact]
    public async Task Fire_IssuedAgainAfterAReturn_GoesOnWithoutRepeating()
    {
        var assignment = Some.Assignment(At("2026-02-13"));
        await _monitoring.TakeAsync(assignment.Issued());
        await _monitoring.FireAsync(At("2026-02-10"));
        await _monitoring.TakeAsync(assignment.Returned(At("2026-02-11")), assignment.Issued(At("2026-02-12")));
        await _monitoring.FireAsync(Later);

        Assert.Equal([(1, At("2026-02-10")), (1, At("2026-02-13")), (1, At("2026-02-25"))], await FiredAsync(assignment));
        Assert.Equal([1L, 2L, 3L], (await _monitoring.PublishedAsync(assignment.Id)).Select(e => e.Version));
    }

    [Fact]
    public async Task Refresh_CalendarChanged_MovesWhatHasNotFired()
    {
        var assignment = Some.Assignment(At("2026-06-12"));
        await _monitoring.TakeAsync(assignment.Issued());
        await _monitoring.FireAsync(At("2026-06-09"));

        // Monday after the due date becomes a day off.
        var dayOff = new PublishedDay(new DateOnly(2026, 6, 15), Off: true, "holiday", "Ngày nghỉ thêm", "Extra day off", "test");
        await _monitoring.TakeAsync(Published(2, dayOff));
        await _monitoring.Watches.RefreshAsync(Ct);

        Assert.Equal(
            [At("2026-06-09"), At("2026-06-12"), At("2026-06-18")], (await _monitoring.RungsAsync(assignment.Id)).Select(rung => rung.FireAt));
        Assert.Equal([(1, At("2026-06-09"))], await FiredAsync(assignment));
    }

    [Fact]
    public async Task Next_IsTheEarliestThatMayFire()
    {
        await _monitoring.FireAsync(Later);
        Assert.Null(await _monitoring.Watches.NextAsync(Ct));
        var waiting = Some.Assignment(At("2027-02-01"));
        var running = Some.Assignment(At("2027-03-01"));
        await _monitoring.TakeAsync(waiting.Issued(), waiting.Suspended(At("2026-12-01")), running.Issued());

        Assert.Equal(At("2027-02-24"), await _monitoring.Watches.NextAsync(Ct));
    }

    async Task<IReadOnlyList<(int Revision, DateTimeOffset FireAt)>> FiredAsync(Some assignment) =>
        [.. (await _monitoring.PublishedAsync(assignment.Id)).Select(e => (e.Revision, e.FireAt))];
}
