using System.Globalization;
using System.Text;
using CanThoGov.Calendar;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Text;
using CanThoGov.Platform.Time;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Finding;

/// <summary>
/// Writes a list as a file while it is read: a page of the list at a time, and no next one before the reader has taken this one.
/// </summary>
public sealed class AssignmentExport(CityDatabase database, AssignmentFinder finder, BusinessClock<CityDatabase> clock)
{
    const int PageSize = 200, ChunkSize = 64 * 1024;

    static readonly (string Name, Func<Pb.Assignment, string> Value)[] Columns =
    [
        ("Mã nhiệm vụ", one => one.Name),
        ("Nhiệm vụ", one => one.Title),
        ("Nội dung", one => one.Content),
        ("Đơn vị chủ trì", one => one.Lead.Unit),
        ("Đơn vị phối hợp", one => string.Join("; ", one.Coordinators.Select(coordinator => coordinator.Assignee.Unit))),
        ("Người thực hiện", one => $"{one.ResponsiblePerson.DisplayName}, {one.ResponsiblePerson.Role}".Trim(',', ' ')),
        ("Kết quả phải có", one => one.ExpectedResult),
        ("Trạng thái", one => AssignmentWords.Of(one.State) ?? one.State.ToString()),
        ("Tình trạng thời hạn", one => AssignmentWords.Of(one.Timeliness) ?? one.Timeliness.ToString()),
        ("Thời hạn theo văn bản", one => one.Deadline.Words),
        ("Hạn hoàn thành", one => Local(one.Deadline.DueTime)),
        ("Hạn ban đầu", one => Local(one.Deadline.OriginalDueTime)),
        ("Ngày giao", one => Local(one.IssueTime)),
        ("Ngày hoàn thành", one => Local(one.CompleteTime)),
        ("Tiến độ (%)", one => one.ProgressPercent.ToString(CultureInfo.InvariantCulture)),
        ("Đơn vị giao", one => one.Assigner),
        ("Văn bản", one => one.Document),
        ("Điểm, khoản", one => one.Provision),
        ("Nhiệm vụ cấp trên", one => one.Parent),
        ("Số liệu minh họa", one => one.Illustrative ? "Có" : ""),
    ];

    public async Task WriteAsync(
        Pb.ExportAssignmentsRequest.Types.Format format, AssignmentFilter filter, AssignmentOrder order,
        IServerStreamWriter<Pb.ExportAssignmentsResponse> stream, CancellationToken ct)
    {
        var isCsv = format == Pb.ExportAssignmentsRequest.Types.Format.Csv;
        var written = new StringBuilder(isCsv ? Csv.Mark + Csv.Line(Columns.Select(column => column.Name)) : "[");
        var (now, isFirst, behind) = (clock.Now, true, (AssignmentCursor?)null);
        do
        {
            var page = await database.ReadAsync(session => finder.ListAsync(session, filter, order, now, behind, PageSize), ct);
            foreach (var assignment in page)
            {
                var one = assignment.Snapshot.ToProto(now, assignment.Version);
                written.Append(isCsv
                    ? Csv.Line(Columns.Select(column => column.Value(one)))
                    : $"{(isFirst ? "" : ",")}\n{JsonFormatter.Default.Format(one)}");
                isFirst = false;
            }

            behind = page.Count == PageSize ? order.CursorOf(page[^1].Snapshot) : null;
            if (behind is null && !isCsv)
            {
                written.Append("\n]\n");
            }

            await SendAsync(written.ToString(), stream, ct);
            written.Clear();
        }
        while (behind is not null);
    }

    static async Task SendAsync(string text, IServerStreamWriter<Pb.ExportAssignmentsResponse> stream, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var start = 0; start < bytes.Length; start += ChunkSize)
        {
            var content = ByteString.CopyFrom(bytes, start, Math.Min(ChunkSize, bytes.Length - start));
            await stream.WriteAsync(new() { Content = content }, ct);
        }
    }

    static string Local(Timestamp? time) => time is null
        ? ""
        : time.ToDateTimeOffset().ToOffset(LocalTime.Zone.BaseUtcOffset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
