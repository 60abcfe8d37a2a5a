namespace CanThoGov.Calendar;

/// <summary>
/// The working days of some whole years: Monday to Friday, except days off, and Saturdays or Sundays that are worked instead.
/// A date outside those years is refused with <see cref="CalendarRangeException"/>. Immutable; safe to share between threads.
/// </summary>
public sealed class WorkingCalendar
{
    readonly Dictionary<DateOnly, CalendarDay> _byDate = [];
    readonly DateOnly[] _working;

    /// <exception cref="ArgumentException">The years are reversed, or a day lies outside them or is given twice.</exception>
    public WorkingCalendar(string version, int firstYear, int lastYear, IReadOnlyList<CalendarDay> days)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstYear, lastYear);
        Version = version;
        FirstYear = firstYear;
        LastYear = lastYear;
        Days = [.. days.OrderBy(day => day.Date)];

        foreach (var day in Days)
        {
            if (!Knows(day.Date))
                throw new ArgumentException($"{day.Date:yyyy-MM-dd} lies outside {firstYear} to {lastYear}.", nameof(days));
            if (!_byDate.TryAdd(day.Date, day))
                throw new ArgumentException($"{day.Date:yyyy-MM-dd} is given twice.", nameof(days));
        }

        var first = new DateOnly(firstYear, 1, 1);
        var count = new DateOnly(lastYear, 12, 31).DayNumber - first.DayNumber + 1;
        _working = [.. Enumerable.Range(0, count).Select(first.AddDays).Where(IsWorked)];
    }

    /// <summary>Names this set of days; a changed calendar has another version.</summary>
    public string Version { get; }

    public int FirstYear { get; }

    public int LastYear { get; }

    /// <summary>The days that differ from the plain week, in order of date.</summary>
    public IReadOnlyList<CalendarDay> Days { get; }

    /// <summary>The day's entry, or null for a plain day of the week.</summary>
    public CalendarDay? FindDay(DateOnly date) => _byDate.GetValueOrDefault(Known(date));

    public bool IsWorkingDay(DateOnly date) => IsWorked(Known(date));

    /// <summary>
    /// The working day that is <paramref name="days"/> working days after <paramref name="from"/>, which is itself not counted;
    /// a negative number counts backwards; 0 gives <paramref name="from"/>, worked or not.
    /// </summary>
    public DateOnly AddWorkingDays(DateOnly from, int days)
    {
        Known(from);
        if (days == 0)
            return from;

        var index = days > 0 ? CountUpTo(from) + (long)days - 1 : CountUpTo(from.AddDays(-1)) + (long)days;
        if (index < 0 || index >= _working.Length)
            throw CalendarRangeException.For($"{from:yyyy-MM-dd} {days:+0;-0} working days", this);
        return _working[index];
    }

    /// <summary>
    /// Working days later than <paramref name="after"/>, up to and with <paramref name="upTo"/>; with the dates reversed, the
    /// same number as a negative one.
    /// </summary>
    public int CountWorkingDays(DateOnly after, DateOnly upTo) => CountUpTo(Known(upTo)) - CountUpTo(Known(after));

    bool Knows(DateOnly date) => date.Year >= FirstYear && date.Year <= LastYear;

    DateOnly Known(DateOnly date) =>
        Knows(date) ? date : throw CalendarRangeException.For($"{date:yyyy-MM-dd}", this);

    bool IsWorked(DateOnly date) => _byDate.TryGetValue(date, out var day)
        ? day.Effect == DayEffect.Work
        : date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    int CountUpTo(DateOnly date)
    {
        var index = Array.BinarySearch(_working, date);
        return index >= 0 ? index + 1 : ~index;
    }
}
