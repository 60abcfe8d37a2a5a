using CanThoGov.Calendar;
using CanThoGov.Monitoring.Firing;

namespace CanThoGov.Monitoring.Ladders;

/// <summary>A rung with the moment at which it fires.</summary>
public sealed record PlannedRung(LadderRung Rung, DateTimeOffset FireAt);

/// <summary>What rungs are found by: ladders and a calendar. Another calendar, or other ladders, is another plan.</summary>
public sealed record Plan(long Number, WorkingCalendar Calendar, Ladders Ladders)
{
    /// <summary>
    /// Those that fire, in order. Without what lies before the issue, and of a due time that was moved what lies before it was: nobody could
    /// have heeded that. Without what the calendar does not reach yet: a calendar that does will bring it.
    /// </summary>
    public IEnumerable<PlannedRung> RungsOf(Watch watch)
    {
        if (watch.DueAt is not { } due)
        {
            yield break;
        }

        foreach (var rung in Ladders.Of(watch.DeadlineKind))
        {
            if (FireAt(due, rung.WorkingDays) is { } fireAt && !IsPast(watch, rung, fireAt))
            {
                yield return new(rung, fireAt);
            }
        }
    }

    public PlannedRung? Find(Watch watch, int workingDays) => RungsOf(watch).FirstOrDefault(planned => planned.Rung.WorkingDays == workingDays);

    /// <summary>The next rung of an open watch; null if there is none any more.</summary>
    /// <param name="fired">The one that fired last; null for none.</param>
    public PlannedRung? Next(Watch watch, int? fired) =>
        watch.IsOpen ? RungsOf(watch).FirstOrDefault(planned => fired is null || planned.Rung.WorkingDays > fired) : null;

    static bool IsPast(Watch watch, LadderRung rung, DateTimeOffset fireAt) =>
        fireAt < watch.IssuedAt || (rung.WorkingDays < 0 && fireAt < watch.RevisedAt);

    DateTimeOffset? FireAt(DateTimeOffset due, int workingDays)
    {
        if (workingDays == 0)
        {
            return due;
        }

        try
        {
            var date = LocalTime.DateOf(due);
            return LocalTime.At(Calendar.AddWorkingDays(date, workingDays), TimeOnly.MinValue) + (due - LocalTime.At(date, TimeOnly.MinValue));
        }
        catch (CalendarRangeException)
        {
            return null;
        }
    }
}
