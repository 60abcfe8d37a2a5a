using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Text;

/// <summary>What people do, in words: in a history, just now, and on its way.</summary>
public static class Deeds
{
    /// <summary>What happened, as <see cref="HistoryEntry.Verb"/> names it.</summary>
    public static (string Text, string Tone) Of(string verb) => verb switch
    {
        "create" => ("Soạn nhiệm vụ", "off"),
        "set-working-deadline" => ("Ấn định thời hạn", "off"),
        "issue" => ("Giao nhiệm vụ", "work"),
        "issue-outside-competence" => ("Giao nhiệm vụ ngoài thẩm quyền của đơn vị", "warn"),
        "grant-transfer-outside-competence" => ("Chuyển cho đơn vị ngoài thẩm quyền", "warn"),
        "acknowledge" => ("Tiếp nhận", "work"),
        "succeed" => ("Đơn vị kế tục tiếp nhận", "wait"),
        "submit-contribution" => ("Đơn vị phối hợp trả lời", "work"),
        "report-progress" => ("Báo cáo tiến độ", "work"),
        "submit-result" => ("Trình kết quả", "wait"),
        "accept-result" => ("Chấp nhận kết quả", "good"),
        "send-back-result" => ("Yêu cầu thực hiện lại", "warn"),
        "return" => ("Trả lại nhiệm vụ", "warn"),
        "request-transfer" => ("Đề nghị chuyển đơn vị khác", "wait"),
        "grant-transfer" => ("Chuyển cho đơn vị khác", "work"),
        "refuse-transfer" => ("Không chuyển", "off"),
        "cancel" => ("Hủy nhiệm vụ", "off"),
        "suspend" => ("Tạm hoãn", "off"),
        "resume" => ("Tiếp tục thực hiện", "work"),
        "request-extension" => ("Đề nghị gia hạn", "wait"),
        "grant-extension" => ("Đồng ý gia hạn", "good"),
        "refuse-extension" => ("Không đồng ý gia hạn", "warn"),
        "raise-obstacle" => ("Nêu vướng mắc", "warn"),
        "answer-obstacle" => ("Trả lời vướng mắc", "good"),
        "accept-obstacle" => ("Tiếp nhận vướng mắc vượt thẩm quyền, tạm dừng tính hạn", "wait"),
        "reroute-obstacle" => ("Chuyển vướng mắc cho cơ quan khác", "work"),
        "escalate-obstacle" => ("Báo cáo vướng mắc lên thành phố", "warn"),
        "propose-obstacle" => ("Kiến nghị Trung ương tháo gỡ vướng mắc", "wait"),
        "confirm-obstacle" => ("Xác nhận vướng mắc đã được tháo gỡ", "good"),
        "reopen-obstacle" => ("Vướng mắc chưa được tháo gỡ", "warn"),
        "move-due-time" => ("Tính lại thời hạn theo lịch làm việc mới", "off"),
        "remind" => ("Đôn đốc", "warn"),
        "deadline-due-soon" => ("Nhắc: sắp đến hạn", "warn"),
        "deadline-missed" => ("Quá hạn", "bad"),
        "deadline-escalated" => ("Quá hạn, báo cáo lên cấp trên", "bad"),
        _ => (verb, "off"),
    };

    /// <summary>What was done just now; empty for a verb that is not known.</summary>
    public static string Done(string verb) => verb switch
    {
        "create" => "Đã lưu bản dự thảo.",
        "set-working-deadline" => "Đã ấn định thời hạn.",
        "issue" => "Đã giao nhiệm vụ.",
        "rule-overlap" => "Đã ghi quyết định về trường hợp trùng.",
        "accept-result" => "Đã chấp nhận kết quả. Nhiệm vụ hoàn thành.",
        "send-back-result" => "Đã yêu cầu thực hiện lại.",
        "cancel" => "Đã hủy nhiệm vụ.",
        "suspend" => "Đã tạm hoãn nhiệm vụ.",
        "resume" => "Nhiệm vụ được tiếp tục.",
        "grant-extension" => "Đã đồng ý gia hạn.",
        "refuse-extension" => "Đã ghi nhận việc không đồng ý gia hạn.",
        "answer-obstacle" => "Đã trả lời vướng mắc.",
        "accept-obstacle" => "Đã tiếp nhận vướng mắc; thời hạn tạm dừng.",
        "reroute-obstacle" => "Đã chuyển vướng mắc cho cơ quan khác trả lời.",
        "escalate-obstacle" => "Đã báo cáo vướng mắc lên thành phố.",
        "propose-obstacle" => "Đã ghi kiến nghị gửi Trung ương.",
        "confirm-obstacle" => "Đã xác nhận vướng mắc được tháo gỡ.",
        "reopen-obstacle" => "Đã nêu lại vướng mắc.",
        "request-transfer" => "Đã gửi đề nghị chuyển đơn vị khác chủ trì.",
        "grant-transfer" => "Đã chuyển nhiệm vụ cho đơn vị khác.",
        "refuse-transfer" => "Đã ghi nhận việc không chuyển.",
        "submit-contribution" => "Đã gửi trả lời của đơn vị phối hợp.",
        "remind" => "Đã đôn đốc. Quá trình của nhiệm vụ sẽ ghi sau giây lát.",
        "acknowledge" => "Đã tiếp nhận.",
        "report-progress" => "Đã báo cáo tiến độ.",
        "submit-result" => "Đã trình kết quả.",
        "return" => "Đã trả lại nhiệm vụ.",
        "request-extension" => "Đã đề nghị gia hạn.",
        "raise-obstacle" => "Đã nêu vướng mắc.",
        "send" => "Đã lưu để gửi lên thành phố.",
        "upload-attachment" => "Đã lưu tệp minh chứng.",
        "create-work-item" => "Đã phân công.",
        "report-work-item" => "Đã ghi tiến độ của phần việc.",
        "create-document" => "Đã đăng ký văn bản.",
        "create-provision" => "Đã thêm điểm.",
        "sign-in" => "Đã đăng nhập.",
        "sign-out" => "Đã đăng xuất.",
        _ => "",
    };

    /// <summary>A call from a unit to the city, as the city's rpc is named.</summary>
    public static string OfCall(string method) => method switch
    {
        "AcknowledgeAssignment" => "Tiếp nhận",
        "ReportProgress" => "Báo cáo tiến độ",
        "SubmitResult" => "Trình kết quả",
        "ReturnAssignment" => "Trả lại nhiệm vụ",
        "RequestExtension" => "Đề nghị gia hạn",
        "RaiseObstacle" => "Nêu vướng mắc",
        "ConfirmObstacle" => "Xác nhận vướng mắc đã được tháo gỡ",
        "ReopenObstacle" => "Nêu lại vướng mắc",
        "RequestTransfer" => "Đề nghị chuyển đơn vị khác",
        "SubmitContribution" => "Trả lời phần phối hợp",
        "UploadAttachment" => "Gửi tệp minh chứng",
        _ => method,
    };
}
