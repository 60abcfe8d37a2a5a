using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.Platform.Contract;

/// <summary>How officials call where an assignment stands: on pages and in files.</summary>
public static class AssignmentWords
{
    /// <returns>Null for a state of a newer release.</returns>
    public static string? Of(State state) => state switch
    {
        State.Draft => "Dự thảo",
        State.Issued => "Chưa tiếp nhận",
        State.Acknowledged => "Đã tiếp nhận",
        State.InProgress => "Đang thực hiện",
        State.Submitted => "Chờ xác nhận",
        State.Rework => "Yêu cầu thực hiện lại",
        State.Completed => "Hoàn thành",
        State.Returned => "Trả lại",
        State.Suspended => "Tạm hoãn",
        State.Cancelled => "Hủy",
        _ => null,
    };

    /// <returns>Null for one of a newer release.</returns>
    public static string? Of(Timeliness timeliness) => timeliness switch
    {
        Timeliness.Overdue => "Quá hạn",
        Timeliness.DueSoon => "Sắp đến hạn",
        Timeliness.OnTrack => "Trong hạn",
        Timeliness.CompletedEarly => "Hoàn thành trước hạn",
        Timeliness.CompletedOnTime => "Hoàn thành đúng hạn",
        Timeliness.CompletedLate => "Hoàn thành quá hạn",
        Timeliness.NoDeadline => "Không hạn",
        _ => null,
    };
}
