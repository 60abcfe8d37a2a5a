namespace CanThoGov.Calendar;

/// <summary>
/// Finds the due time that a ledger leads to: the rule gives a date, due at 17:00; a date that is not worked moves to the next one that
/// is (Civil Code 91/2015/QH13, article 148(5)); the last extension replaces the date; and each pause since then moves the due time by
/// its working time, unless the clock had run out before it began. A pause without an end moves nothing yet.
/// </summary>
public static class Reckoning
{
    /// <returns>In UTC (offset 0).</returns>
    /// <exception cref="CalendarRangeException">The calendar does not reach as far.</exception>
    public static DateTimeOffset DueAt(DeadlineLedger ledger, WorkingCalendar calendar)
    {
        var extension = LastOf(ledger.Extensions);
        var due = EndOf(OnWorkingDay(extension?.Date ?? DateOf(ledger, calendar), calendar));
        var since = extension?.GrantedAt ?? ledger.StartedAt;
        foreach (var pause in Ended(ledger.Pauses))
        {
            due = calendar.AddWorkingTime(due, Lost(pause, since, due, calendar));
        }

        return due;
    }

    /// <summary>The date by the rule alone, worked or not.</summary>
    internal static DateOnly DateOf(DeadlineLedger ledger, WorkingCalendar calendar) => ledger.Rule switch
    {
        DeadlineRule.OnDate rule => rule.Date,
        DeadlineRule.AfterWorkingDays rule => calendar.AddWorkingDays(LocalTime.DateOf(ledger.StartedAt), Positive(rule.Days)),
        DeadlineRule.AfterCalendarDays rule => LocalTime.DateOf(ledger.StartedAt).AddDays(Positive(rule.Days)),
        _ => throw new ArgumentOutOfRangeException(nameof(ledger)),
    };

    internal static DateOnly OnWorkingDay(DateOnly date, WorkingCalendar calendar) =>
        calendar.IsWorkingDay(date) ? date : calendar.AddWorkingDays(date, 1);

    internal static DateTimeOffset EndOf(DateOnly date) => LocalTime.At(date, LocalTime.EndOfBusiness);

    /// <summary>Working time by which a pause moves a due time; none from before <paramref name="since"/>, or after the clock had run out.</summary>
    internal static TimeSpan Lost(ClockPause pause, DateTimeOffset since, DateTimeOffset due, WorkingCalendar calendar)
    {
        var from = pause.From > since ? pause.From : since;
        return from < due && pause.To is { } to && to > from ? calendar.CountWorkingTime(from, to) : TimeSpan.Zero;
    }

    internal static IEnumerable<ClockPause> Ended(IReadOnlyList<ClockPause> pauses) => pauses.Count switch
    {
        0 => pauses,
        _ => pauses.Where(pause => pause.To is not null).OrderBy(pause => pause.From),
    };

    // Of two of the same moment the later in the list: a clock that is moved by hand stands still in between.
    internal static GrantedExtension? LastOf(IReadOnlyList<GrantedExtension> extensions) =>
        extensions.Count == 0 ? null : extensions.Aggregate((last, next) => next.GrantedAt >= last.GrantedAt ? next : last);

    static int Positive(int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        return days;
    }
}
