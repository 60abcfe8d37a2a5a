namespace CanThoGov.Calendar;

/// <summary>A question about days that the calendar does not know. It is refused, because a guessed holiday is a wrong deadline.</summary>
public sealed class CalendarRangeException(string message) : Exception(message)
{
    internal static CalendarRangeException For(string what, WorkingCalendar calendar) => new(
        $"{what} lies outside calendar '{calendar.Version}', which knows {calendar.FirstYear} to {calendar.LastYear} "
        + $"(last known year: {calendar.LastYear}). Load a calendar version that covers the year that is missing.");
}
