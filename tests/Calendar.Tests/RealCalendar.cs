namespace CanThoGov.Calendar.Tests;

/// <summary>The calendar that City ships, 2025 to 2027.</summary>
internal static class RealCalendar
{
    public static WorkingCalendar Load()
    {
        using var reader = new StreamReader(typeof(RealCalendar).Assembly.GetManifestResourceStream("holidays.csv")!);
        return new WorkingCalendar("2026.1", 2025, 2027, HolidayFile.Parse(reader));
    }

    public static DateOnly Date(string iso) => DateOnly.ParseExact(iso, "yyyy-MM-dd");
}
