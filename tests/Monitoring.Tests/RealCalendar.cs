using CanThoGov.Calendar;
using CanThoGov.Contracts.Registers;

namespace CanThoGov.Monitoring.Tests;

/// <summary>The calendar that the city ships, and local times by it.</summary>
static class RealCalendar
{
    public static WorkingCalendar Days { get; } = Load();

    /// <summary>Id of the event that publishes its first version, which the tests of a class take one after the other.</summary>
    public static Guid CalendarId { get; } = Guid.NewGuid();

    public static CalendarPublished Published(long version = 1, params PublishedDay[] more) => new(
        $"real-{version}", Days.FirstYear, Days.LastYear,
        [.. Days.Days.Select(day => new PublishedDay(day.Date, day.Effect == DayEffect.Off, day.Kind, day.NameVi, day.NameEn, day.Basis)),
            .. more],
        At("2026-01-01"), version);

    /// <summary>That date at 17:00, or another local time of day, in UTC.</summary>
    public static DateTimeOffset At(string date, string time = "17:00") => LocalTime.At(DateOnly.Parse(date), TimeOnly.Parse(time));

    static WorkingCalendar Load()
    {
        using var reader = new StreamReader(typeof(RealCalendar).Assembly.GetManifestResourceStream("holidays.csv")!);
        return new WorkingCalendar("real", 2025, 2027, HolidayFile.Parse(reader));
    }
}
