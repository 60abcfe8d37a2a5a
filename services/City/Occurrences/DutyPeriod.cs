using System.Globalization;
using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Occurrences;

/// <summary>A month, quarter, half-year or year of a periodic duty.</summary>
/// <param name="Key"><c>2026-03</c>, <c>2026-Q1</c>, <c>2026-H1</c> or <c>2026</c>.</param>
/// <param name="DueOn">When its occurrence is due.</param>
/// <param name="Next">The first day of the next one.</param>
public sealed record DutyPeriod(string Key, DateOnly DueOn, DateOnly Next)
{
    /// <param name="day">Of the last month; the last day of the month if that has fewer, or if it is 0.</param>
    public static DutyPeriod Of(Recurrence recurrence, int day, DateOnly date)
    {
        var months = recurrence switch
        {
            Recurrence.Monthly => 1,
            Recurrence.Quarterly => 3,
            Recurrence.HalfYearly => 6,
            Recurrence.Yearly => 12,
            _ => throw new ArgumentOutOfRangeException(nameof(recurrence), recurrence, "It does not recur."),
        };
        var number = (date.Month - 1) / months;
        var next = new DateOnly(date.Year, 1, 1).AddMonths((number + 1) * months);
        var last = next.AddDays(-1);
        var key = recurrence switch
        {
            Recurrence.Monthly => string.Create(CultureInfo.InvariantCulture, $"{date.Year}-{date.Month:00}"),
            Recurrence.Quarterly => string.Create(CultureInfo.InvariantCulture, $"{date.Year}-Q{number + 1}"),
            Recurrence.HalfYearly => string.Create(CultureInfo.InvariantCulture, $"{date.Year}-H{number + 1}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{date.Year}"),
        };
        return new(key, day == 0 || day >= last.Day ? last : new(last.Year, last.Month, day), next);
    }
}
