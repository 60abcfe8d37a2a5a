using System.Globalization;
using CanThoGov.Calendar;

namespace CanThoGov.Monitoring.Reminders;

/// <summary>What a rung says, to officials.</summary>
static class ReminderText
{
    public static string Of(int workingDays, DateTimeOffset dueAt)
    {
        var due = dueAt.ToOffset(LocalTime.Zone.BaseUtcOffset).ToString("HH':'mm 'ngày' dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);
        return workingDays switch
        {
            < 0 => $"Còn {-workingDays} ngày làm việc đến hạn ({due}). Đề nghị đơn vị khẩn trương hoàn thành và trình kết quả.",
            0 => $"Đã đến hạn ({due}) mà thành phố chưa nhận được kết quả. Đề nghị đơn vị báo cáo ngay.",
            _ => $"Quá hạn {workingDays} ngày làm việc (hạn {due}), thành phố chưa nhận được kết quả. Đề nghị báo cáo nguyên nhân và thời điểm hoàn thành.",
        };
    }
}
