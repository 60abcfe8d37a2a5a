using static CanThoGov.Calendar.Tests.RealCalendar;

namespace CanThoGov.Calendar.Tests;

[Trait("Category", "Unit")]
public sealed class DeadlineExplanationTests
{
    static readonly WorkingCalendar Calendar = Load();

    static DateTimeOffset At(string date, string time = "17:00") => LocalTime.At(Date(date), TimeOnly.Parse(time));

    [Fact]
    public void WorkingDays_AcrossTet_NameEachDayOffAndItsNotice()
    {
        var steps = DeadlineExplanation.Of(
            new(new DeadlineRule.AfterWorkingDays(3), At("2026-02-12", "08:00"), [], [], "trong 3 ngày làm việc"), Calendar);

        Assert.Equal(
            [
                (StepKind.Start, "2026-02-12", "trong 3 ngày làm việc", ""),
                (StepKind.DaySkipped, "2026-02-14", "Thứ Bảy", ""),
                (StepKind.DaySkipped, "2026-02-15", "Chủ nhật", ""),
                (StepKind.DaySkipped, "2026-02-16", "Tết Âm lịch (29 tháng Chạp)", "9441/TB-BNV"),
                (StepKind.DaySkipped, "2026-02-17", "Tết Âm lịch (mùng 1 Bính Ngọ)", "9441/TB-BNV"),
                (StepKind.DaySkipped, "2026-02-18", "Tết Âm lịch (mùng 2)", "9441/TB-BNV"),
                (StepKind.DaySkipped, "2026-02-19", "Tết Âm lịch (mùng 3)", "9441/TB-BNV"),
                (StepKind.DaySkipped, "2026-02-20", "Tết Âm lịch (mùng 4)", "9441/TB-BNV"),
                (StepKind.DaySkipped, "2026-02-21", "Thứ Bảy", ""),
                (StepKind.DaySkipped, "2026-02-22", "Chủ nhật", ""),
                (StepKind.Base, "2026-02-24", "", ""),
                (StepKind.Result, "2026-02-24", "", ""),
            ],
            steps.Select(step => (step.Kind, $"{step.Date:yyyy-MM-dd}", step.Reason, step.Basis)));
        Assert.Equal(At("2026-02-24"), steps[^1].Time);
    }

    [Fact]
    public void WorkedSaturday_IsCounted()
    {
        var steps = DeadlineExplanation.Of(new(new DeadlineRule.AfterWorkingDays(1), At("2026-01-09", "08:00"), [], []), Calendar);

        var worked = Assert.Single(steps, step => step.Kind == StepKind.DayWorked);
        Assert.Equal((Date("2026-01-10"), "12729/VPCP-KGVX"), (worked.Date, worked.Basis));
        Assert.Equal(At("2026-01-10"), steps[^1].Time);
    }

    [Fact]
    public void CalendarDays_EndingOnADayOff_EndWithTheNextWorkingDay()
    {
        var ledger = new DeadlineLedger(new DeadlineRule.AfterCalendarDays(7), At("2026-02-09", "08:00"), [], []);
        var steps = DeadlineExplanation.Of(ledger, Calendar);

        Assert.Equal(Date("2026-02-16"), Assert.Single(steps, step => step.Kind == StepKind.Base).Date);
        var moved = Assert.Single(steps, step => step.Kind == StepKind.MovedToWorkingDay);
        Assert.Equal(Date("2026-02-23"), moved.Date);
        Assert.Contains("91/2015/QH13", moved.Basis, StringComparison.Ordinal);
        Assert.Equal(At("2026-02-23"), Reckoning.DueAt(ledger, Calendar));
    }

    [Fact]
    public void Pause_OverTet_CostsItsWorkingTimeOnly()
    {
        // From Thursday 10:00 to the first Monday after Tết at 09:00: 5 hours, 8 hours, nothing, 2 hours.
        var ledger = new DeadlineLedger(
            new DeadlineRule.OnDate(Date("2026-02-27")), At("2026-02-02", "08:00"),
            [new(At("2026-02-12", "10:00"), At("2026-02-23", "09:00"), "Chờ Sở Nông nghiệp và Môi trường")], []);
        var steps = DeadlineExplanation.Of(ledger, Calendar);

        var pause = Assert.Single(steps, step => step.Kind == StepKind.Pause);
        Assert.Equal((15 * 60, "Chờ Sở Nông nghiệp và Môi trường"), (pause.Amount, pause.Reason));
        Assert.Equal(At("2026-03-03", "16:00"), steps[^1].Time);
    }

    [Fact]
    public void Pause_AfterTheClockHadRunOut_MovesNothing()
    {
        var ledger = new DeadlineLedger(
            new DeadlineRule.OnDate(Date("2026-03-06")), At("2026-03-02", "08:00"), [new(At("2026-03-09", "08:00"), At("2026-03-11"))], []);

        Assert.Equal(At("2026-03-06"), Reckoning.DueAt(ledger, Calendar));
        Assert.Equal(0, Assert.Single(DeadlineExplanation.Of(ledger, Calendar), step => step.Kind == StepKind.Pause).Amount);
    }

    [Fact]
    public void Pause_WithoutAnEnd_MovesNothingYet()
    {
        var ledger = new DeadlineLedger(
            new DeadlineRule.OnDate(Date("2026-03-06")), At("2026-03-02", "08:00"), [new(At("2026-03-03", "08:00"), null)], []);

        Assert.Equal(At("2026-03-06"), Reckoning.DueAt(ledger, Calendar));
    }

    [Fact]
    public void BeyondTheLastYearKnown_IsRefusedWithItsReason()
    {
        var ledger = new DeadlineLedger(new DeadlineRule.AfterWorkingDays(400), At("2026-12-01", "08:00"), [], []);

        Assert.Contains("2027", Assert.Throws<CalendarRangeException>(() => Reckoning.DueAt(ledger, Calendar)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void ADurationOfNothing_IsRefused(int days)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Reckoning.DueAt(
            new(new DeadlineRule.AfterWorkingDays(days), At("2026-03-02"), [], []), Calendar));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reckoning.DueAt(
            new(new DeadlineRule.AfterCalendarDays(days), At("2026-03-02"), [], []), Calendar));
    }

    [Fact]
    public void WorkingHours_OutOfOrder_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new WorkingHours([]));
        Assert.Throws<ArgumentException>(() => new WorkingHours([new(new(11, 0), new(7, 0))]));
        Assert.Throws<ArgumentException>(() => new WorkingHours([new(new(13, 0), new(17, 0)), new(new(7, 0), new(11, 0))]));
        Assert.Throws<ArgumentException>(() => new WorkingHours([new(new(7, 0), new(12, 0)), new(new(11, 0), new(17, 0))]));
        Assert.Equal(TimeSpan.FromHours(8), WorkingHours.Default.PerDay);
    }
}
