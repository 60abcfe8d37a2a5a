using System.Text.RegularExpressions;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Portal.Text;

/// <summary>What the services say when they refuse, in words for officials. What is not known here is said in the service's own words.</summary>
public static partial class Refusals
{
    static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["ALREADY_ACKNOWLEDGED"] = "Đơn vị đã tiếp nhận phần việc này rồi.",
        ["ASSIGNMENT_CHANGED"] = "Nhiệm vụ vừa có thay đổi. Trang này đã hiện nội dung mới nhất; hãy xem lại rồi quyết định. Nội dung đã nhập vẫn còn.",
        ["ASSIGNMENT_CLOSED"] = "Nhiệm vụ đã kết thúc.",
        ["ASSIGNMENT_NOT_DRAFT"] = "Nhiệm vụ không còn là bản dự thảo.",
        ["ASSIGNMENT_NOT_FOUND"] = "Không tìm thấy nhiệm vụ.",
        ["ASSIGNMENT_NOT_ISSUED"] = "Nhiệm vụ không còn chờ tiếp nhận.",
        ["ASSIGNMENT_NOT_IN_WORK"] = "Nhiệm vụ không ở giai đoạn đang thực hiện.",
        ["ASSIGNMENT_NOT_RETURNABLE"] = "Không trả lại được nữa: kết quả đã được trình hoặc nhiệm vụ đã kết thúc.",
        ["ASSIGNMENT_NOT_TRANSFERABLE"] = "Không chuyển được nữa: kết quả đã được trình hoặc nhiệm vụ đã kết thúc.",
        ["ASSIGNMENT_NOT_SUSPENDABLE"] = "Không tạm hoãn được nhiệm vụ ở trạng thái này.",
        ["ASSIGNMENT_NOT_SUSPENDED"] = "Nhiệm vụ không còn tạm hoãn.",
        ["ATTACHMENTS_NOT_CONFIGURED"] = "Hệ thống chưa có nơi lưu tệp. Hãy báo cho người vận hành.",
        ["ATTACHMENTS_TOO_LARGE"] = "Các tệp của nhiệm vụ này đã đủ dung lượng cho phép, là {max_total_bytes}.",
        ["ATTACHMENTS_TOO_MANY"] = "Nhiệm vụ này đã có đủ số tệp cho phép, là {max_count}.",
        ["ATTACHMENT_DAMAGED"] = "Tệp này bị hỏng trong kho lưu. Hãy báo cho người vận hành.",
        ["ATTACHMENT_ID_REUSED"] = "Lần gửi trước của biểu mẫu này đã lưu một tệp khác. Hãy chọn tệp rồi gửi lần nữa.",
        ["ATTACHMENT_TOO_LARGE"] = "Tệp quá lớn: nhiều nhất {max_bytes}. Hãy giảm dung lượng, hoặc tách thành nhiều tệp.",
        ["COORDINATOR_DUE_DATE"] = "Hạn trả lời của một đơn vị phối hợp đã qua, hoặc sau thời hạn của nhiệm vụ mà không nêu lý do. Hãy soạn lại.",
        ["CONTENT_TYPE_NOT_ALLOWED"] = "Không nhận loại tệp này. Hãy gửi PDF, ảnh JPEG hoặc PNG, văn bản hay bảng tính (docx, xlsx, odt, ods, csv, txt).",
        ["DATE_BEYOND_CALENDAR"] = "Chưa có lịch làm việc của năm đó nên chưa tính được thời hạn.",
        ["DEADLINE_GIVEN_BY_DOCUMENT"] = "Văn bản đã nêu thời hạn nên không ấn định thời hạn khác.",
        ["DEADLINE_NOT_FOUND"] = "Bộ phận theo dõi chưa nhận được nhiệm vụ này. Hãy thử lại sau giây lát.",
        ["DOCUMENT_NOT_FOUND"] = "Không tìm thấy văn bản.",
        ["DUE_DATE_PASSED"] = "Thời hạn đã qua, không đơn vị nào kịp thực hiện. Hãy soạn lại với thời hạn khác.",
        ["DUTY_NOT_ON_REQUEST"] = "Nhiệm vụ này có thời hạn riêng hoặc là việc thường xuyên, nên không yêu cầu từng lần. Hãy soạn một nhiệm vụ mới.",
        ["DUTY_NOT_OPEN"] = "Nhiệm vụ chưa được giao, đang tạm hoãn hoặc đã kết thúc, nên chưa yêu cầu được.",
        ["EVENT_TOO_LARGE"] = "Nội dung của nhiệm vụ đã quá dài, không ghi thêm được.",
        ["EVIDENCE_MISSING"] = "Một tệp minh chứng được chọn chưa có đủ. Hãy tải lên lại.",
        ["EXTENSIONS_EXHAUSTED"] = "Nhiệm vụ đã được gia hạn đủ số lần cho phép.",
        ["EXTENSION_DATE_PASSED"] = "Ngày đề nghị gia hạn đã qua.",
        ["EXTENSION_NOT_LATER"] = "Thời hạn đã lùi đến ngày đó hoặc muộn hơn vì thời gian tạm dừng; gia hạn như đề nghị không thêm được ngày nào.",
        ["EXTENSION_PENDING"] = "Một đề nghị gia hạn đang chờ quyết định.",
        ["FORMER_LEAD_UNIT"] = "Nhiệm vụ đã chuyển cho đơn vị khác chủ trì.",
        ["NOT_ANSWERING_UNIT"] = "Vướng mắc này do cơ quan khác trả lời.",
        ["NOT_ASSIGNER"] = "Việc này do cơ quan giao nhiệm vụ, hoặc cơ quan được cơ quan đó giao quyền, quyết định.",
        ["NOT_CLEAR"] = "Chưa giao được vì nhiệm vụ chưa rõ:",
        ["NOT_COORDINATING_UNIT"] = "Chỉ đơn vị phối hợp làm được việc này.",
        ["NOT_LEAD_UNIT"] = "Chỉ đơn vị chủ trì làm được việc này.",
        ["NOT_RAISING_UNIT"] = "Chỉ đơn vị đã nêu vướng mắc xác nhận được.",
        ["NO_DUE_DATE"] = "Nhiệm vụ không có ngày hạn.",
        ["NO_EXTENSION_PENDING"] = "Không còn đề nghị gia hạn nào chờ quyết định.",
        ["NO_RESULT_TO_JUDGE"] = "Không còn kết quả nào chờ xác nhận.",
        ["NO_TRANSFER_PENDING"] = "Không còn đề nghị chuyển đơn vị nào chờ quyết định.",
        ["OBSTACLE_ESCALATED"] = "Vướng mắc này đã ở cấp thành phố.",
        ["OBSTACLE_NOT_ANSWERED"] = "Vướng mắc này chưa có trả lời nào chờ xác nhận.",
        ["OBSTACLE_NOT_ESCALATED"] = "Vướng mắc này chưa được báo cáo lên thành phố.",
        ["OBSTACLE_NOT_FOUND"] = "Không tìm thấy vướng mắc.",
        ["OBSTACLE_NOT_OPEN"] = "Vướng mắc này đã được xử lý.",
        ["OUTSIDE_COMPETENCE"] = "Lĩnh vực này thuộc thẩm quyền của cơ quan khác, không phải của đơn vị chủ trì. Hãy chọn đơn vị chủ trì khác, hoặc nêu lý do vẫn giao rồi gửi lại.",
        ["OVERLAP_NOT_FOUND"] = "Hai nhiệm vụ này không còn trùng nhau.",
        ["OVERLAP_NOT_KEPT"] = "Theo quyết định về trùng lặp, một nhiệm vụ khác được giữ thay cho nhiệm vụ này. Hãy hủy nhiệm vụ này, hoặc quyết định lại ở mục “Trùng với việc đã giao”.",
        ["OVERLAP_UNRULED"] = "Nhiệm vụ trùng với việc đã giao. Hãy quyết định về từng trường hợp ở mục “Trùng với việc đã giao”, rồi giao lại.",
        ["OWN_WORK"] = "Đơn vị chủ trì không tự quyết định về việc của mình.",
        ["REQUEST_ID_REUSED"] = "Lần gửi trước của biểu mẫu này đã được ghi nhận với nội dung khác. Hãy xem lại trang; nếu vẫn cần, hãy gửi lần nữa.",
        ["RESPONSIBLE_PERSON_MISSING"] = "Hãy nêu tên hoặc chức danh người phụ trách phần việc của đơn vị.",
        ["ROLE_NOT_ALLOWED"] = "Vai trò của anh/chị không làm được việc này.",
        ["TRANSFER_PENDING"] = "Một đề nghị chuyển đơn vị đang chờ quyết định.",
        ["UNIT_NOT_ALLOWED"] = "Anh/chị không đại diện cho đơn vị này.",
        ["UNIT_NOT_CONCERNED"] = "Đơn vị của anh/chị không chủ trì, phối hợp hay giao việc này, nên không thêm tệp được.",
        ["UNIT_NOT_FOUND"] = "Không tìm thấy đơn vị.",
        ["UNIT_NOT_IN_FORCE"] = "Một đơn vị được chọn không còn hoạt động.",
        ["WORK_ITEM_CHANGED"] = "Phần việc vừa có thay đổi. Trang này đã hiện nội dung mới nhất; hãy xem lại rồi gửi. Nội dung đã nhập vẫn còn.",
        ["WORK_ITEM_NOT_FOUND"] = "Không tìm thấy phần việc.",
    };

    // What stands in braces in the texts above.
    static readonly (string Key, Func<long, string> Text)[] Limits =
    [
        ("max_bytes", FileNames.Size), ("max_total_bytes", FileNames.Size), ("max_count", Vietnamese.Number),
    ];

    static readonly Dictionary<string, string> Criteria = new(StringComparer.Ordinal)
    {
        ["person"] = "Rõ người: nêu tên hoặc chức danh người thực hiện.",
        ["work"] = "Rõ việc: nêu nội dung phải làm.",
        ["responsibility"] = "Rõ trách nhiệm: nêu đơn vị và người thực hiện chịu trách nhiệm gì.",
        ["schedule"] = "Rõ tiến độ: văn bản không nêu ngày, cần một người ấn định thời hạn.",
        ["result"] = "Rõ kết quả: nêu sản phẩm phải trình.",
        ["authority"] = "Rõ thẩm quyền: nêu thẩm quyền để thực hiện.",
    };

    static readonly (Regex Pattern, Func<Match, string> Text)[] Fields =
    [
        (TooLong(), match => $"Dài {match.Groups[1].Value} ký tự; nhiều nhất {match.Groups[2].Value} ký tự."),
        (Range(), match => $"Cần một số từ {match.Groups[1].Value} đến {match.Groups[2].Value}."),
        (NoDate(), _ => "Cần một ngày."),
        (After(), match => $"Cần một ngày sau {Vietnamese.Date(match.Groups[1].Value)}."),
        (NoWorkingDay(), match => $"Ngày {Vietnamese.Date(match.Groups[1].Value)} không phải ngày làm việc."),
        (Later(), match => $"Không được sau thời hạn của nhiệm vụ, là {Vietnamese.Date(match.Groups[1].Value)}."),
        (NoPersonToDoIt(), _ => "Cần nêu tên hoặc chức danh người thực hiện ở đơn vị nhận việc."),
        (LeadsAlready(), _ => "Đơn vị này đang chủ trì."),
        (NotOfTheCity(), _ => "Cần một cơ quan của thành phố."),
        (AfterToday(), _ => "Không được sau ngày hôm nay."),
        (NoPerson(), _ => "Cần nêu tên hoặc chức danh người chịu trách nhiệm về thời hạn."),
        (NoItems(), _ => "Cần nhập tiến độ, vì chưa phân công phần việc nào để tính."),
        (Required(), _ => "Cần nhập mục này."),
        (UnitTwice(), _ => "Mỗi đơn vị chỉ được nêu một lần, và không trùng với đơn vị chủ trì."),
    ];

    /// <param name="metadata">The limits that a reason speaks of.</param>
    public static string Of(string reason, string message, IReadOnlyDictionary<string, string>? metadata = null) =>
        metadata is null ? Of(reason, message) : Limits.Aggregate(Of(reason, message), (text, limit) => text.Replace(
            $"{{{limit.Key}}}", metadata.TryGetValue(limit.Key, out var value) && long.TryParse(value, out var number) ? limit.Text(number) : "giới hạn",
            StringComparison.Ordinal));

    static string Of(string reason, string message) =>
        reason == FieldErrors.Reason && FieldsIn().Match(message) is { Success: true } match
            ? string.Join(' ', match.Groups[1].Value.Split("; ").Select(one => OfField(one[(one.IndexOf(' ', StringComparison.Ordinal) + 1)..])))
            : Reasons.GetValueOrDefault(reason, message);

    /// <param name="criterion">Of the clarity gate.</param>
    public static string OfCriterion(string criterion, string description) => Criteria.GetValueOrDefault(criterion, description);

    public static string OfField(string description)
    {
        foreach (var (pattern, text) in Fields)
        {
            if (pattern.Match(description) is { Success: true } match)
            {
                return text(match);
            }
        }

        return description;
    }

    // Where the fields are not named one by one, their faults are in the message.
    [GeneratedRegex("^The request is invalid: (.*)[.]$", RegexOptions.Singleline)]
    private static partial Regex FieldsIn();

    [GeneratedRegex("^is required")]
    private static partial Regex Required();

    [GeneratedRegex("^has ([0-9]+) characters; at most ([0-9]+)")]
    private static partial Regex TooLong();

    [GeneratedRegex("^is -?[0-9]+; it must be from (-?[0-9]+) to ([0-9]+)")]
    private static partial Regex Range();

    [GeneratedRegex("^must be a date")]
    private static partial Regex NoDate();

    [GeneratedRegex("^must be after ([0-9-]{10})")]
    private static partial Regex After();

    [GeneratedRegex("^is not a working day: ([0-9-]{10})")]
    private static partial Regex NoWorkingDay();

    [GeneratedRegex("^must not be later than the assignment's, which is ([0-9-]{10})")]
    private static partial Regex Later();

    [GeneratedRegex("^must name the person, or the role, who does it in the unit")]
    private static partial Regex NoPersonToDoIt();

    [GeneratedRegex("^leads already")]
    private static partial Regex LeadsAlready();

    [GeneratedRegex("^must be a body of the city")]
    private static partial Regex NotOfTheCity();

    [GeneratedRegex("^must not be after today")]
    private static partial Regex AfterToday();

    [GeneratedRegex("^must name the person, or the role")]
    private static partial Regex NoPerson();

    [GeneratedRegex("^is required, because there are no work items")]
    private static partial Regex NoItems();

    [GeneratedRegex("^must name each unit once, and not the lead")]
    private static partial Regex UnitTwice();
}
