using static CanThoGov.Calendar.Tests.RealCalendar;

namespace CanThoGov.Calendar.Tests;

[Trait("Category", "Unit")]
public sealed class WorkingCalendarTests
{
    readonly WorkingCalendar _calendar = Load();

    [Theory]
    [InlineData(2025, 250)]
    [InlineData(2026, 249)]
    [InlineData(2027, 249)]
    public void IsWorkingDay_OverAYear_GivesTheKnownNumber(int year, int expected) =>
        Assert.Equal(expected, DaysOf(year).Count(_calendar.IsWorkingDay));

    [Fact]
    public void IsWorkingDay_TetBinhNgo_IsOffFrom14To22February()
    {
        Assert.True(_calendar.IsWorkingDay(Date("2026-02-13")));
        for (var date = Date("2026-02-14"); date <= Date("2026-02-22"); date = date.AddDays(1))
            Assert.False(_calendar.IsWorkingDay(date), $"{date}");
        Assert.True(_calendar.IsWorkingDay(Date("2026-02-23")));
    }

    [Theory]
    [InlineData("2026-01-02", false)]   // swapped with Saturday 10 January
    [InlineData("2026-01-10", true)]
    [InlineData("2026-01-17", false)]   // a plain Saturday
    [InlineData("2026-08-22", true)]    // swapped with Monday 31 August
    [InlineData("2026-08-31", false)]
    [InlineData("2026-11-23", true)]    // a swap was proposed, its adoption not found
    [InlineData("2026-11-24", false)]
    public void IsWorkingDay_SwappedDays_FollowTheNotice(string date, bool worked) =>
        Assert.Equal(worked, _calendar.IsWorkingDay(Date(date)));

    [Theory]
    [InlineData("2026-02-13", 1, "2026-02-23")]    // Friday before Tết, Monday after it
    [InlineData("2026-02-17", 1, "2026-02-23")]    // from inside Tết
    [InlineData("2026-02-23", -1, "2026-02-13")]
    [InlineData("2026-02-17", -1, "2026-02-13")]
    [InlineData("2026-01-09", 1, "2026-01-10")]    // the worked Saturday
    [InlineData("2026-01-12", -1, "2026-01-10")]
    [InlineData("2026-01-01", 1, "2026-01-05")]
    [InlineData("2026-02-17", 0, "2026-02-17")]
    [InlineData("2025-12-31", 1, "2026-01-05")]    // over the year's end
    [InlineData("2026-03-31", -3, "2026-03-26")]   // due soon, for the end of the quarter
    public void AddWorkingDays_KnownCases_AreRight(string from, int days, string expected) =>
        Assert.Equal(Date(expected), _calendar.AddWorkingDays(Date(from), days));

    [Fact]
    public void CountWorkingDays_AcrossTet_LeavesItOut()
    {
        Assert.Equal(1, _calendar.CountWorkingDays(Date("2026-02-13"), Date("2026-02-23")));
        Assert.Equal(-1, _calendar.CountWorkingDays(Date("2026-02-23"), Date("2026-02-13")));
        Assert.Equal(0, _calendar.CountWorkingDays(Date("2026-02-23"), Date("2026-02-23")));
    }

    [Fact]
    public void AddAndCount_AnyDayAndNumber_AgreeWithAWalkDayByDay()
    {
        var random = new Random(20260217);
        for (var i = 0; i < 2_000; i++)
        {
            var from = Date("2025-03-15").AddDays(random.Next(950));
            var days = random.Next(-40, 41);

            var added = _calendar.AddWorkingDays(from, days);
            Assert.True(Walk(from, days) == added, $"{from} {days:+0;-0}: {added}");
            Assert.True(days == 0 || _calendar.IsWorkingDay(added));

            var upTo = from.AddDays(random.Next(60));
            Assert.Equal(CountByWalking(from, upTo), _calendar.CountWorkingDays(from, upTo));
            Assert.Equal(-_calendar.CountWorkingDays(from, upTo), _calendar.CountWorkingDays(upTo, from));
            if (days > 0)
                Assert.Equal(days, _calendar.CountWorkingDays(from, added));
        }
    }

    [Theory]
    [InlineData("2024-12-31")]
    [InlineData("2028-01-01")]
    public void AnyQuestion_OutsideTheKnownYears_IsRefused(string outside)
    {
        var date = Date(outside);
        var refusal = Assert.Throws<CalendarRangeException>(() => _calendar.IsWorkingDay(date));
        Assert.Contains(outside, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("last known year: 2027", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Load a calendar", refusal.Message, StringComparison.Ordinal);

        Assert.Throws<CalendarRangeException>(() => _calendar.AddWorkingDays(date, 0));
        Assert.Throws<CalendarRangeException>(() => _calendar.CountWorkingDays(date, Date("2026-01-01")));
        Assert.Throws<CalendarRangeException>(() => _calendar.CountWorkingDays(Date("2026-01-01"), date));
        Assert.Throws<CalendarRangeException>(() => _calendar.FindDay(date));
    }

    [Theory]
    [InlineData("2027-12-30", 2)]
    [InlineData("2025-01-02", -1)]   // 1 January 2025 is off, so the day before lies in 2024
    [InlineData("2026-01-01", int.MaxValue)]
    [InlineData("2026-01-01", int.MinValue)]
    public void AddWorkingDays_LeavingTheKnownYears_IsRefused(string from, int days) =>
        Assert.Contains(from, Assert.Throws<CalendarRangeException>(() => _calendar.AddWorkingDays(Date(from), days)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void AddWorkingDays_UpToTheLastKnownDay_IsAnswered() =>
        Assert.Equal(Date("2027-12-31"), _calendar.AddWorkingDays(Date("2027-12-30"), 1));

    [Fact]
    public void FindDay_GivesTheReasonOfASkippedDay()
    {
        Assert.Equal("Tết Âm lịch (mùng 1 Bính Ngọ)", _calendar.FindDay(Date("2026-02-17"))?.NameVi);
        Assert.Null(_calendar.FindDay(Date("2026-02-14")));
    }

    [Fact]
    public void Constructor_WrongDays_AreRefused()
    {
        CalendarDay Day(string date) => new(Date(date), DayEffect.Off, "holiday", "Ngày nghỉ", "Day off", "Luật");

        Assert.Throws<ArgumentException>(() => new WorkingCalendar("v", 2026, 2026, [Day("2026-01-01"), Day("2026-01-01")]));
        Assert.Throws<ArgumentException>(() => new WorkingCalendar("v", 2026, 2026, [Day("2027-01-01")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkingCalendar("v", 2027, 2026, []));
        Assert.Throws<ArgumentException>(() => new WorkingCalendar(" ", 2026, 2026, []));
    }

    // Written the slow way and without the class under test: the plain week, then the file's days one by one.
    bool IsWorked(DateOnly date)
    {
        var worked = date.DayOfWeek != DayOfWeek.Saturday && date.DayOfWeek != DayOfWeek.Sunday;
        foreach (var day in _calendar.Days)
        {
            if (day.Date == date)
                worked = day.Effect == DayEffect.Work;
        }

        return worked;
    }

    DateOnly Walk(DateOnly date, int days)
    {
        for (var left = Math.Abs(days); left > 0;)
        {
            date = date.AddDays(Math.Sign(days));
            if (IsWorked(date))
                left--;
        }

        return date;
    }

    int CountByWalking(DateOnly after, DateOnly upTo)
    {
        var count = 0;
        for (var date = after.AddDays(1); date <= upTo; date = date.AddDays(1))
        {
            if (IsWorked(date))
                count++;
        }

        return count;
    }

    static IEnumerable<DateOnly> DaysOf(int year) =>
        Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(new DateOnly(year, 1, 1).AddDays);
}
