namespace CanThoGov.Calendar;

/// <summary>
/// The working days and hours of some whole years: Monday to Friday, except days off, and Saturdays or Sundays that are worked instead.
/// A date outside those years is refused with <see cref="CalendarRangeException"/>. Immutable; safe to share between threads.
/// </summary>
/// <remarks>
/// Working days, working time and calendar days are different units. Each method names the one that it takes; plain
/// <see cref="DateOnly.AddDays"/> is for calendar days.
/// </remarks>
public sealed class WorkingCalendar
{
    readonly Dictionary<DateOnly, CalendarDay> _byDate = [];
    readonly DateOnly[] _working;

    /// <param name="hours">Null: <see cref="WorkingHours.Default"/>.</param>
    /// <exception cref="ArgumentException">The years are reversed, or a day lies outside them or is given twice.</exception>
    public WorkingCalendar(string version, int firstYear, int lastYear, IReadOnlyList<CalendarDay> days, WorkingHours? hours = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstYear, lastYear);
        Version = version;
        FirstYear = firstYear;
        LastYear = lastYear;
        Hours = hours ?? WorkingHours.Default;
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

    public WorkingHours Hours { get; }

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

    /// <summary>
    /// The first moment at which so much working time has passed since <paramref name="from"/>; a negative amount counts backwards, to
    /// the last such moment. Zero gives <paramref name="from"/>, whether it is worked then or not. In UTC (offset 0).
    /// </summary>
    public DateTimeOffset AddWorkingTime(DateTimeOffset from, TimeSpan amount)
    {
        var done = WorkedBefore(from);
        if (amount == TimeSpan.Zero)
            return from.ToUniversalTime();

        var (perDay, all) = (Hours.PerDay.Ticks, Hours.PerDay * _working.Length);
        if (amount > all - done || amount < -done)
            throw CalendarRangeException.For($"{LocalTime.DateOf(from):yyyy-MM-dd} {(amount > TimeSpan.Zero ? '+' : '-')}{amount:d\\.hh\\:mm} of working time", this);

        var worked = (done + amount).Ticks;
        var day = amount > TimeSpan.Zero ? (worked - 1) / perDay : worked / perDay;
        if (day == _working.Length)
            return Instant(_working[^1], Hours.FirstAt(Hours.PerDay));
        var rest = TimeSpan.FromTicks(worked - (day * perDay));
        return Instant(_working[day], amount > TimeSpan.Zero ? Hours.FirstAt(rest) : Hours.LastAt(rest));
    }

    /// <summary>Working time between two moments; negative if they are reversed.</summary>
    public TimeSpan CountWorkingTime(DateTimeOffset from, DateTimeOffset to) => WorkedBefore(to) - WorkedBefore(from);

    // Since the calendar begins.
    TimeSpan WorkedBefore(DateTimeOffset moment)
    {
        var (date, timeOfDay) = Local(moment);
        var before = CountUpTo(Known(date));
        return IsWorked(date) ? ((before - 1) * Hours.PerDay) + Hours.Until(timeOfDay) : before * Hours.PerDay;
    }

    static (DateOnly Date, TimeSpan TimeOfDay) Local(DateTimeOffset moment)
    {
        var local = moment.ToOffset(LocalTime.Zone.BaseUtcOffset);
        return (DateOnly.FromDateTime(local.DateTime), local.TimeOfDay);
    }

    static DateTimeOffset Instant(DateOnly date, TimeSpan timeOfDay) => LocalTime.At(date, TimeOnly.MinValue) + timeOfDay;

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
