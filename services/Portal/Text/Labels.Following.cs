using CanThoGov.Protos.Monitoring.V1;
using CanThoGov.Protos.Ward.V1;
using SpanKind = CanThoGov.Protos.Monitoring.V1.Span.Types.Kind;

namespace CanThoGov.Portal.Text;

// Who is told and who acts, and the parts of the system.
public static partial class Labels
{
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
}
