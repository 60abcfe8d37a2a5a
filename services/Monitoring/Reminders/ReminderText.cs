using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.Monitoring.Ladders;

namespace CanThoGov.Monitoring.Reminders;

/// <summary>What a rung says, to officials.</summary>
static class ReminderText
{
    /// <param name="at">When it is said: a rung that fires late says how it stands then, not how it stood.</param>
    public static string Of(PlannedRung planned, DateTimeOffset dueAt, DateTimeOffset at, WorkingCalendar calendar)
    {
        var due = dueAt.ToOffset(LocalTime.Zone.BaseUtcOffset).ToString("HH':'mm 'ngày' dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);
        var isOnItsDay = LocalTime.DateOf(planned.FireAt) == LocalTime.DateOf(at);
        var days = isOnItsDay ? planned.Rung.WorkingDays : DaysAfter(dueAt, at, calendar);
        return (isOnItsDay ? planned.Rung.WorkingDays < 0 : at < dueAt, days) switch
        {
            (true, < 0) => $"Còn {-days} ngày làm việc đến hạn ({due}). Đề nghị đơn vị khẩn trương hoàn thành và trình kết quả.",
            (true, _) => $"Sắp đến hạn ({due}). Đề nghị đơn vị khẩn trương hoàn thành và trình kết quả.",
            (false, > 0) =>
                $"Quá hạn {days} ngày làm việc (hạn {due}), thành phố chưa nhận được kết quả. Đề nghị báo cáo nguyên nhân và thời điểm hoàn thành.",
            (false, _) => $"Đã đến hạn ({due}) mà thành phố chưa nhận được kết quả. Đề nghị đơn vị báo cáo ngay.",
        };
    }

    /// <returns>Negative before the due time; null where the calendar does not reach.</returns>
    static int? DaysAfter(DateTimeOffset dueAt, DateTimeOffset at, WorkingCalendar calendar)
    {
        try
        {
            return calendar.CountWorkingDays(LocalTime.DateOf(dueAt), LocalTime.DateOf(at));
        }
        catch (CalendarRangeException)
        {
            return null;
        }
    }
}
