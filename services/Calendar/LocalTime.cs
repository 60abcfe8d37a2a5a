namespace CanThoGov.Calendar;

/// <summary>Cần Thơ's clock: UTC+7 all year. Fixed here, so that it is the same on machines without a time zone database.</summary>
public static class LocalTime
{
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.CreateCustomTimeZone(
        "Asia/Ho_Chi_Minh", TimeSpan.FromHours(7), "(UTC+07:00) Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh");

    /// <summary>The time of day at which a deadline passes unless it says otherwise.</summary>
    public static TimeOnly EndOfBusiness { get; } = new(17, 0);

    /// <summary>The local date of a moment.</summary>
    public static DateOnly DateOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Zone.BaseUtcOffset).DateTime);

    /// <summary>The moment at which Cần Thơ's clocks show this date and time; in UTC (offset 0), as it is stored.</summary>
    public static DateTimeOffset At(DateOnly date, TimeOnly time) =>
        new DateTimeOffset(date.ToDateTime(time), Zone.BaseUtcOffset).ToUniversalTime();

    /// <summary>1 to 4.</summary>
    public static int QuarterOf(DateOnly date) => (date.Month + 2) / 3;

    public static DateOnly QuarterStart(int year, int quarter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quarter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quarter, 4);
        return new DateOnly(year, 3 * quarter - 2, 1);
    }

    /// <summary>The last day of a quarter.</summary>
    public static DateOnly QuarterEnd(int year, int quarter) => QuarterStart(year, quarter).AddMonths(3).AddDays(-1);
}
