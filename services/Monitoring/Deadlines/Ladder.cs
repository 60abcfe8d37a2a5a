using CanThoGov.Calendar;

namespace CanThoGov.Monitoring.Deadlines;

/// <summary>What is said when a rung is reached; numbered as in <c>canthogov.monitoring.v1.Rung.Kind</c>.</summary>
public enum RungKind { DueSoon = 1, Missed, Escalated }

public sealed record Rung(RungKind Kind, DateTimeOffset FireAt);

/// <summary>The three steps of a deadline: three working days before it, at it, and three working days after it, at its time of day.</summary>
public static class Ladder
{
    public const int WorkingDays = 3;

    /// <returns>
    /// In order of time. Without what lies before the issue: nobody could have heeded it. Without what the calendar does not reach yet:
    /// a calendar that does will bring it.
    /// </returns>
    public static IReadOnlyList<Rung> Of(DateTimeOffset dueAt, DateTimeOffset issuedAt, WorkingCalendar calendar)
    {
        var date = LocalTime.DateOf(dueAt);
        var timeOfDay = dueAt - LocalTime.At(date, TimeOnly.MinValue);
        (RungKind Kind, DateTimeOffset? FireAt)[] steps =
        [
            (RungKind.DueSoon, Shift(-WorkingDays)), (RungKind.Missed, dueAt), (RungKind.Escalated, Shift(WorkingDays)),
        ];
        return [.. steps.Where(step => step.FireAt >= issuedAt).Select(step => new Rung(step.Kind, step.FireAt!.Value))];

        DateTimeOffset? Shift(int workingDays)
        {
            try
            {
                return LocalTime.At(calendar.AddWorkingDays(date, workingDays), TimeOnly.MinValue) + timeOfDay;
            }
            catch (CalendarRangeException)
            {
                return null;
            }
        }
    }
}
