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
        new(State.Issued, "Chưa tiếp nhận", "chua-tiep-nhan", "idle"),
        new(State.Acknowledged, "Đã tiếp nhận", "da-tiep-nhan", "work"),
        new(State.InProgress, "Đang thực hiện", "dang-thuc-hien", "work"),
        new(State.Submitted, "Chờ xác nhận", "cho-xac-nhan", "wait"),
        new(State.Rework, "Yêu cầu thực hiện lại", "thuc-hien-lai", "warn"),
        new(State.Completed, "Hoàn thành", "hoan-thanh", "good"),
        new(State.Returned, "Trả lại", "tra-lai", "warn"),
        new(State.Suspended, "Tạm hoãn", "tam-hoan", "off"),
        new(State.Cancelled, "Hủy", "huy", "off"),
    ];

    public static IReadOnlyList<Label<Timeliness>> Timelinesses { get; } =
    [
        new(Timeliness.Overdue, "Quá hạn", "qua-han", "bad"),
        new(Timeliness.DueSoon, "Sắp đến hạn", "sap-den-han", "warn"),
        new(Timeliness.OnTrack, "Trong hạn", "trong-han", "work"),
        new(Timeliness.CompletedEarly, "Hoàn thành trước hạn", "truoc-han", "good"),
        new(Timeliness.CompletedOnTime, "Hoàn thành đúng hạn", "dung-han", "good"),
        new(Timeliness.CompletedLate, "Hoàn thành quá hạn", "hoan-thanh-qua-han", "late"),
        new(Timeliness.NoDeadline, "Không hạn", "khong-han", "off"),
    ];

    /// <summary>For those who assign.</summary>
    public static Label<State> Draft { get; } = new(State.Draft, "Dự thảo", "du-thao", "off");

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
        Obstacle.Types.State.Answered => ("Đã trả lời", "good"),
        _ => (Unknown(state), "off"),
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
        "acknowledge" => ("Tiếp nhận", "work"),
        "report-progress" => ("Báo cáo tiến độ", "work"),
        "submit-result" => ("Trình kết quả", "wait"),
        "accept-result" => ("Chấp nhận kết quả", "good"),
        "send-back-result" => ("Yêu cầu thực hiện lại", "warn"),
        "return" => ("Trả lại nhiệm vụ", "warn"),
        "cancel" => ("Hủy nhiệm vụ", "off"),
        "suspend" => ("Tạm hoãn", "off"),
        "resume" => ("Tiếp tục thực hiện", "work"),
        "request-extension" => ("Đề nghị gia hạn", "wait"),
        "grant-extension" => ("Đồng ý gia hạn", "good"),
        "refuse-extension" => ("Không đồng ý gia hạn", "warn"),
        "raise-obstacle" => ("Nêu vướng mắc", "warn"),
        "answer-obstacle" => ("Trả lời vướng mắc", "good"),
        "accept-obstacle" => ("Tiếp nhận vướng mắc vượt thẩm quyền, tạm dừng tính hạn", "wait"),
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
