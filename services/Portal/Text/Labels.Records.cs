using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Text;

// What units and the city say to each other about an assignment.
public static partial class Labels
{
    public static (string Text, string Tone) Of(Extension.Types.State state) => state switch
    {
        Extension.Types.State.Requested => ("Chờ quyết định", "wait"),
        Extension.Types.State.Granted => ("Đồng ý", "good"),
        Extension.Types.State.Refused => ("Không đồng ý", "bad"),
        _ => (Unknown(state), "off"),
    };

    public static (string Text, string Tone) Of(Obstacle.Types.State state) => state switch
    {
        Obstacle.Types.State.Open => ("Chờ trả lời", "wait"),
        Obstacle.Types.State.Accepted => ("Chờ cơ quan khác", "wait"),
        Obstacle.Types.State.Answered => ("Đã trả lời, chờ đơn vị xác nhận", "wait"),
        Obstacle.Types.State.Resolved => ("Đã tháo gỡ", "good"),
        _ => (Unknown(state), "off"),
    };

    public static string Of(ObstacleLevel level) => level switch
    {
        ObstacleLevel.Unit => "Cơ quan có thẩm quyền",
        ObstacleLevel.City => "Thành phố",
        ObstacleLevel.Centre => "Đã kiến nghị Trung ương",
        _ => Unknown(level),
    };

    /// <summary>A step on the way of an obstacle.</summary>
    public static string Of(ObstacleStep.Types.Kind kind) => kind switch
    {
        ObstacleStep.Types.Kind.Raised => "Nêu vướng mắc",
        ObstacleStep.Types.Kind.Accepted => "Tiếp nhận là vượt thẩm quyền, tạm dừng tính hạn",
        ObstacleStep.Types.Kind.Rerouted => "Chuyển cơ quan khác trả lời",
        ObstacleStep.Types.Kind.Escalated => "Báo cáo lên thành phố",
        ObstacleStep.Types.Kind.Proposed => "Kiến nghị Trung ương",
        ObstacleStep.Types.Kind.Answered => "Trả lời",
        ObstacleStep.Types.Kind.Reopened => "Chưa được tháo gỡ",
        ObstacleStep.Types.Kind.Resolved => "Xác nhận đã được tháo gỡ",
        _ => Unknown(kind),
    };

    public static (string Text, string Tone) Of(Transfer.Types.State state) => state switch
    {
        Transfer.Types.State.Requested => ("Chờ quyết định", "wait"),
        Transfer.Types.State.Granted => ("Đã chuyển", "good"),
        Transfer.Types.State.Refused => ("Không chuyển", "bad"),
        _ => (Unknown(state), "off"),
    };

    public static string Of(Holder.Types.End end) => end switch
    {
        Holder.Types.End.Unspecified => "đang chủ trì",
        Holder.Types.End.Returned => "trả lại",
        Holder.Types.End.Transferred => "chuyển đơn vị khác",
        Holder.Types.End.Completed => "hoàn thành",
        Holder.Types.End.Cancelled => "hủy",
        Holder.Types.End.Succeeded => "đơn vị kế tục tiếp nhận",
        _ => Unknown(end),
    };

    /// <summary>Why work is handed back or given to another unit; empty where nothing was said.</summary>
    public static string Of(Ground? ground) => ground?.Kind switch
    {
        null => "",
        Ground.Types.Kind.LegalBasis => $"{ground.Article} {ground.Document}",
        Ground.Types.Kind.WrongCompetence => "Không đúng thẩm quyền",
        Ground.Types.Kind.UnitDissolved => "Đơn vị không còn",
        Ground.Types.Kind.Duplicate => "Trùng nhiệm vụ",
        Ground.Types.Kind.Other => "Lý do khác",
        _ => Unknown(ground.Kind),
    };

    public static (string Text, string Tone) Of(Coordinator part) => part switch
    {
        { State: Coordinator.Types.State.Answered } => ("Đã trả lời", "good"),
        { Overdue: true } => ("Quá hạn trả lời", "bad"),
        { State: Coordinator.Types.State.Acknowledged } => ("Đã tiếp nhận", "work"),
        { State: Coordinator.Types.State.Waiting } => ("Chưa tiếp nhận", "wait"),
        _ => (Unknown(part.State), "off"),
    };

    public static string Of(Overlap.Types.Kind kind) => kind switch
    {
        Overlap.Types.Kind.SameProvision => "Cùng điểm, khoản.",
        Overlap.Types.Kind.SameSubject => "Trùng nội dung.",
        Overlap.Types.Kind.SameData => "Yêu cầu báo cáo trùng.",
        Overlap.Types.Kind.DueAfterParent => "Hạn sau nhiệm vụ cấp trên.",
        Overlap.Types.Kind.TwoDueDates => "Một điểm, khoản hai thời hạn.",
        _ => Unknown(kind),
    };

    public static (string Text, string Tone) Of(Overlap.Types.Ruling ruling) => ruling switch
    {
        Overlap.Types.Ruling.Unspecified => ("Chưa quyết định", "wait"),
        Overlap.Types.Ruling.Merge => ("Gộp", "good"),
        Overlap.Types.Ruling.KeepBoth => ("Giữ cả hai", "good"),
        Overlap.Types.Ruling.CancelOne => ("Hủy một", "good"),
        _ => (Unknown(ruling), "off"),
    };

    public static (string Text, string Tone) Of(Submission.Types.State state) => state switch
    {
        Submission.Types.State.Pending => ("Chờ xác nhận", "wait"),
        Submission.Types.State.Accepted => ("Chấp nhận", "good"),
        Submission.Types.State.SentBack => ("Yêu cầu thực hiện lại", "warn"),
        _ => (Unknown(state), "off"),
    };
}
