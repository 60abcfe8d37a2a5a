using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Assignments;

/// <summary>Turns a deadline as the document words it into a due time, by the working calendar in force.</summary>
public sealed class Schedule(WorkingCalendar calendar)
{
    /// <summary>Working days before the due time from which on it counts as due soon.</summary>
    public const int DueSoonDays = 3;

    public bool IsWorkingDay(DateOnly date) => Known(() => calendar.IsWorkingDay(date));

    /// <summary>The local date on which it is due if it is issued now; null where there is no date to meet.</summary>
    public DateOnly? DueDate(Deadline deadline, DateTimeOffset now) => deadline.Kind switch
    {
        DeadlineKind.WorkingDays => Known(() => calendar.AddWorkingDays(LocalTime.DateOf(now), deadline.WorkingDays)),
        DeadlineKind.Period => LocalTime.QuarterEnd(int.Parse(deadline.Period.AsSpan(0, 4)), deadline.Period[^1] - '0'),
        DeadlineKind.FixedDate or DeadlineKind.None or DeadlineKind.Immediate => deadline.Date,
        _ => null,
    };

    /// <summary>The deadline with a new due date at 17:00, and with its original one kept.</summary>
    public Deadline Due(Deadline deadline, DateOnly date)
    {
        var due = LocalTime.At(date, LocalTime.EndOfBusiness);
        return deadline with
        {
            DueAt = due,
            OriginalDueAt = deadline.OriginalDueAt ?? due,
            DueSoonAt = LocalTime.At(Known(() => calendar.AddWorkingDays(date, -DueSoonDays)), LocalTime.EndOfBusiness),
            Revision = deadline.Revision + 1,
        };
    }

    static T Known<T>(Func<T> reckon)
    {
        try
        {
            return reckon();
        }
        catch (CalendarRangeException e)
        {
            throw DomainException.Precondition("DATE_BEYOND_CALENDAR", e.Message);
        }
    }
}
