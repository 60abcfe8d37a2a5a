using System.Globalization;
using Spectre.Console;

namespace CanThoGov.Suite.Scenarios;

/// <summary>The summary for a person, in Vietnamese.</summary>
public static class SummaryTable
{
    public static Table Of(ScenarioSummary summary)
    {
        var table = new Table { Title = new($"Kịch bản {summary.Scenario}"), Border = TableBorder.Rounded };
        table.AddColumn("Nội dung").AddColumn(new TableColumn("Số lượng").RightAligned());
        void Row(string label, IFormattable value) => table.AddRow(new Text(label), new Text(value.ToString(null, CultureInfo.InvariantCulture)));

        Row("Xã, phường", summary.Units);
        Row("  phường", summary.Wards);
        Row("  xã", summary.Communes);
        Row("Đơn vị mẫu (không có thật)", summary.InventedUnits);
        Row("Cơ quan của thành phố", summary.CityBodies);
        Row("Văn bản", summary.Documents);
        Row("Điểm của văn bản", summary.Provisions);
        table.AddEmptyRow();
        Row("Nhiệm vụ đã giao", summary.Assignments);
        Row("  đã tiếp nhận", summary.Acknowledged);
        Row("  lượt báo cáo tiến độ", summary.ProgressReports);
        Row("  hoàn thành", summary.Completed);
        Row("  trong đó quá hạn", summary.CompletedLate);
        Row("  đang quá hạn", summary.Overdue);
        Row("  yêu cầu thực hiện lại", summary.SentBack);
        Row("  lượt trả lại", summary.Returned);
        Row("  xin gia hạn", summary.Extensions);
        Row("  vướng mắc", summary.Obstacles);
        table.AddEmptyRow();
        Row("Nhắc sắp đến hạn", summary.DeadlineEvents.DueSoon);
        Row("Báo quá hạn", summary.DeadlineEvents.Overdue);
        Row("Báo cáo lên cấp trên", summary.DeadlineEvents.Escalated);
        table.AddEmptyRow();
        Row("Sự kiện đã phát", summary.EventsPublished);
        Row("Lượt sự kiện đã xử lý", summary.EventsConsumed);
        Row("Sự kiện bị mất", summary.EventsLost);
        Row("Tác dụng bị lặp", summary.EventsDuplicatedEffects);
        Row("Thời gian chạy (giây)", summary.Seconds);
        table.Caption = new("Trạng thái, thời hạn làm việc, người, kết quả là minh họa; văn bản, cơ quan, đơn vị, ngày làm việc là thật.");
        return table;
    }
}
