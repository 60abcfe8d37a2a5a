using static CanThoGov.Calendar.Tests.RealCalendar;

namespace CanThoGov.Calendar.Tests;

[Trait("Category", "Unit")]
public sealed class LocalTimeTests
{
    [Fact]
    public void At_EndOfBusiness_IsTenOClockUtc()
    {
        var due = LocalTime.At(Date("2026-03-31"), LocalTime.EndOfBusiness);

        Assert.Equal(new DateTimeOffset(2026, 3, 31, 10, 0, 0, TimeSpan.Zero), due);
        Assert.Equal(TimeSpan.Zero, due.Offset);
    }

    [Theory]
    [InlineData("2026-01-15T16:59:59Z", "2026-01-15")]
    [InlineData("2026-01-15T17:00:00Z", "2026-01-16")]   // midnight in Cần Thơ
    [InlineData("2026-01-16T08:00:00+14:00", "2026-01-16")]
    public void DateOf_AroundMidnight_IsTheLocalDate(string moment, string expected) =>
        Assert.Equal(Date(expected), LocalTime.DateOf(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Zone_IsSevenHoursAheadAllYear()
    {
        Assert.Equal("Asia/Ho_Chi_Minh", LocalTime.Zone.Id);
        Assert.False(LocalTime.Zone.SupportsDaylightSavingTime);
        Assert.Equal(TimeSpan.FromHours(7), LocalTime.Zone.BaseUtcOffset);
    }

    [Theory]
    [InlineData(1, "2026-01-01", "2026-03-31")]
    [InlineData(2, "2026-04-01", "2026-06-30")]
    [InlineData(3, "2026-07-01", "2026-09-30")]
    [InlineData(4, "2026-10-01", "2026-12-31")]
    public void Quarter_OfTheYear_HasItsStartAndEnd(int quarter, string start, string end)
    {
        Assert.Equal(Date(start), LocalTime.QuarterStart(2026, quarter));
        Assert.Equal(Date(end), LocalTime.QuarterEnd(2026, quarter));
        Assert.Equal(quarter, LocalTime.QuarterOf(Date(start)));
        Assert.Equal(quarter, LocalTime.QuarterOf(Date(end)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void QuarterEnd_NoSuchQuarter_IsRefused(int quarter) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalTime.QuarterEnd(2026, quarter));
}
