using CanThoGov.Platform.Contract;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Monitoring.V1;
using CanThoGov.Protos.Ward.V1;
using DeadlineKind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using SpanKind = CanThoGov.Protos.Monitoring.V1.Span.Types.Kind;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.Portal.Text;

/// <summary>How a value of the contract is called.</summary>
/// <param name="Slug">In addresses.</param>
/// <param name="Tone">Of the colours: <c>idle</c>, <c>work</c>, <c>wait</c>, <c>good</c>, <c>warn</c>, <c>bad</c> or <c>off</c>.</param>
public sealed record Label<T>(T Value, string Text, string Slug, string Tone);

/// <summary>The Vietnamese name of everything that the contract names, in one place.</summary>
public static class Labels
{
    /// <summary>In the order of the lifecycle. A draft is the city's own affair.</summary>
    public static IReadOnlyList<Label<State>> States { get; } =
    [
        new(State.Issued, AssignmentWords.Of(State.Issued)!, "chua-tiep-nhan", "idle"),
        new(State.Acknowledged, AssignmentWords.Of(State.Acknowledged)!, "da-tiep-nhan", "work"),
        new(State.InProgress, AssignmentWords.Of(State.InProgress)!, "dang-thuc-hien", "work"),
        new(State.Submitted, AssignmentWords.Of(State.Submitted)!, "cho-xac-nhan", "wait"),
        new(State.Rework, AssignmentWords.Of(State.Rework)!, "thuc-hien-lai", "warn"),
        new(State.Completed, AssignmentWords.Of(State.Completed)!, "hoan-thanh", "good"),
        new(State.Returned, AssignmentWords.Of(State.Returned)!, "tra-lai", "warn"),
        new(State.Suspended, AssignmentWords.Of(State.Suspended)!, "tam-hoan", "off"),
        new(State.Cancelled, AssignmentWords.Of(State.Cancelled)!, "huy", "off"),
    ];

    public static IReadOnlyList<Label<Timeliness>> Timelinesses { get; } =
    [
        new(Timeliness.Overdue, AssignmentWords.Of(Timeliness.Overdue)!, "qua-han", "bad"),
        new(Timeliness.DueSoon, AssignmentWords.Of(Timeliness.DueSoon)!, "sap-den-han", "warn"),
        new(Timeliness.OnTrack, AssignmentWords.Of(Timeliness.OnTrack)!, "trong-han", "work"),
        new(Timeliness.CompletedEarly, AssignmentWords.Of(Timeliness.CompletedEarly)!, "truoc-han", "good"),
        new(Timeliness.CompletedOnTime, AssignmentWords.Of(Timeliness.CompletedOnTime)!, "dung-han", "good"),
        new(Timeliness.CompletedLate, AssignmentWords.Of(Timeliness.CompletedLate)!, "hoan-thanh-qua-han", "late"),
        new(Timeliness.NoDeadline, AssignmentWords.Of(Timeliness.NoDeadline)!, "khong-han", "off"),
    ];

    /// <summary>For those who assign.</summary>
    public static Label<State> Draft { get; } = new(State.Draft, AssignmentWords.Of(State.Draft)!, "du-thao", "off");

    public static Label<State> Of(State state) =>
        States.FirstOrDefault(label => label.Value == state) ?? Draft with { Value = state, Text = state == State.Draft ? Draft.Text : Unknown(state) };

    public static Label<Timeliness> Of(Timeliness timeliness) =>
        Timelinesses.FirstOrDefault(label => label.Value == timeliness) ?? new(timeliness, Unknown(timeliness), "", "off");

    public static string Of(DeadlineKind kind) => kind switch
    {
        DeadlineKind.None => "Văn bản không nêu thời hạn",
        DeadlineKind.FixedDate => "Ngày cụ thể",
        DeadlineKind.WorkingDays => "Số ngày làm việc",
        DeadlineKind.Period => "Theo quý",
        DeadlineKind.Standing => "Thường xuyên",
        DeadlineKind.Periodic => "Định kỳ",
        DeadlineKind.OnRequest => "Khi có yêu cầu",
        DeadlineKind.Conditional => "Trong trường hợp cần thiết",
        DeadlineKind.Immediate => "Khẩn trương",
        DeadlineKind.CalendarDays => "Số ngày",
        _ => Unknown(kind),
    };

    public static string Of(Unit.Types.Kind kind) => kind switch
    {
        Unit.Types.Kind.Ward => "Phường",
        Unit.Types.Kind.Commune => "Xã",
        Unit.Types.Kind.PartyCommittee => "Cơ quan Đảng",
        Unit.Types.Kind.PeoplesCommittee => "Ủy ban nhân dân",
        Unit.Types.Kind.Department => "Sở, ngành",
        Unit.Types.Kind.Office => "Văn phòng",
        _ => Unknown(kind),
    };

    /// <returns>Empty for the unit as a whole.</returns>
    public static string Of(Unit.Types.Organ organ) => organ switch
    {
        Unit.Types.Organ.PartyCommittee => "Đảng ủy",
        Unit.Types.Organ.PeoplesCommittee => "Ủy ban nhân dân",
        _ => "",
    };

    /// <returns>Empty for none.</returns>
    public static string Of(FieldOfWork field) => field switch
    {
        FieldOfWork.Unspecified => "",
        FieldOfWork.Bidding => "Đấu thầu",
        FieldOfWork.Auction => "Đấu giá",
        FieldOfWork.Land => "Đất đai",
        FieldOfWork.PublicAssets => "Tài sản công",
        FieldOfWork.Finance => "Tài chính",
        FieldOfWork.Environment => "Môi trường",
        FieldOfWork.Personnel => "Tổ chức, nhân sự",
        FieldOfWork.Delegation => "Phân cấp, phân quyền, ủy quyền",
        FieldOfWork.LegalText => "Văn bản pháp luật, hướng dẫn",
        FieldOfWork.Premises => "Trụ sở, trang thiết bị",
        FieldOfWork.Software => "Phần mềm, dữ liệu",
        FieldOfWork.SiteClearance => "Giải phóng mặt bằng",
        FieldOfWork.Procedures => "Thủ tục hành chính",
        FieldOfWork.Other => "Lĩnh vực khác",
        _ => Unknown(field),
    };

    public static (string Text, string Tone) Of(CompetenceCheck.Types.Finding finding) => finding switch
    {
        CompetenceCheck.Types.Finding.Held => ("Đúng thẩm quyền", "good"),
        CompetenceCheck.Types.Finding.Unknown => ("Chưa có dữ liệu về thẩm quyền", "warn"),
        CompetenceCheck.Types.Finding.Outside => ("Ngoài thẩm quyền", "warn"),
        _ => (Unknown(finding), "off"),
    };

    /// <returns>Empty if none is printed.</returns>
    public static string Of(Document.Types.Urgency urgency) => urgency switch
    {
        Document.Types.Urgency.Urgent => "Khẩn",
        Document.Types.Urgency.VeryUrgent => "Thượng khẩn",
        Document.Types.Urgency.MostUrgent => "Hỏa tốc",
        _ => "",
    };

    /// <returns>Empty if none is printed.</returns>
    public static string Of(Document.Types.Secrecy secrecy) => secrecy switch
    {
        Document.Types.Secrecy.Confidential => "Mật",
        Document.Types.Secrecy.Secret => "Tối mật",
        Document.Types.Secrecy.TopSecret => "Tuyệt mật",
        _ => "",
    };

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

    public static (string Text, string Tone) Of(Submission.Types.State state) => state switch
    {
        Submission.Types.State.Pending => ("Chờ xác nhận", "wait"),
        Submission.Types.State.Accepted => ("Chấp nhận", "good"),
        Submission.Types.State.SentBack => ("Yêu cầu thực hiện lại", "warn"),
        _ => (Unknown(state), "off"),
    };

    /// <summary>What happened, as <see cref="HistoryEntry.Verb"/> names it.</summary>
    public static (string Text, string Tone) OfVerb(string verb) => verb switch
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
        "accept-result" => "Đã chấp nhận kết quả. Nhiệm vụ hoàn thành.",
        "send-back-result" => "Đã yêu cầu thực hiện lại.",
        "cancel" => "Đã hủy nhiệm vụ.",
        "suspend" => "Đã tạm hoãn nhiệm vụ.",
        "resume" => "Nhiệm vụ được tiếp tục.",
        "grant-extension" => "Đã đồng ý gia hạn.",
        "refuse-extension" => "Đã ghi nhận việc không đồng ý gia hạn.",
        "answer-obstacle" => "Đã trả lời vướng mắc.",
        "accept-obstacle" => "Đã tiếp nhận vướng mắc; thời hạn tạm dừng.",
        "remind" => "Đã đôn đốc. Quá trình của nhiệm vụ sẽ ghi sau giây lát.",
        "acknowledge" => "Đã tiếp nhận.",
        "report-progress" => "Đã báo cáo tiến độ.",
        "submit-result" => "Đã trình kết quả.",
        "return" => "Đã trả lại nhiệm vụ.",
        "request-extension" => "Đã đề nghị gia hạn.",
        "raise-obstacle" => "Đã nêu vướng mắc.",
        "send" => "Đã lưu để gửi lên thành phố.",
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
        _ => method,
    };

    public static string Of(Rung.Types.Recipient recipient) => recipient switch
    {
        Rung.Types.Recipient.ResponsiblePerson => "Người thực hiện",
        Rung.Types.Recipient.HeadOfUnit => "Người đứng đầu đơn vị",
        Rung.Types.Recipient.PortfolioLeader => "Lãnh đạo phụ trách",
        Rung.Types.Recipient.CityOffice => "Văn phòng thành phố",
        _ => Unknown(recipient),
    };

    public static (string Text, string Tone) Of(DeadlineNotice.Types.Kind kind) => kind switch
    {
        DeadlineNotice.Types.Kind.DueSoon => ("Sắp đến hạn", "warn"),
        DeadlineNotice.Types.Kind.Missed => ("Quá hạn", "bad"),
        DeadlineNotice.Types.Kind.Escalated => ("Báo cáo cấp trên", "bad"),
        DeadlineNotice.Types.Kind.Reminder => ("Đôn đốc", "warn"),
        _ => (Unknown(kind), "off"),
    };

    public static string OfRole(string role) => role switch
    {
        "city-office" => "Văn phòng thành phố",
        "city-department" => "Sở, ngành",
        "ward" => "Xã, phường",
        "supervisor" => "Theo dõi",
        "operator" => "Vận hành",
        _ => role,
    };

    /// <summary>A part of the system, as spans name it.</summary>
    public static string OfService(string service) => service switch
    {
        "city" => "Thành phố",
        "ward" => "Xã, phường",
        "monitoring" => "Theo dõi",
        "portal" => "Trang web",
        // Whoever calls the services from within the process that holds them all.
        "suite" => "Bên gọi",
        _ => service,
    };

    public static string Of(SpanKind kind) => kind switch
    {
        SpanKind.Server => "nhận lời gọi",
        SpanKind.Client => "gọi đi",
        SpanKind.Producer => "gửi sự kiện",
        SpanKind.Consumer => "nhận sự kiện",
        _ => "xử lý",
    };

    // Of a newer release than this one.
    static string Unknown<T>(T value) => $"Khác ({value})";
}
