using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Text;

// Units, fields of work, documents and programmes.
public static partial class Labels
{
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

    public static (string Text, string Tone) Of(QuarterItem.Types.Status status) => status switch
    {
        QuarterItem.Types.Status.Planned => ("Chưa thực hiện", "idle"),
        QuarterItem.Types.Status.InProgress => ("Đang thực hiện", "work"),
        QuarterItem.Types.Status.Done => ("Hoàn thành", "good"),
        QuarterItem.Types.Status.Cancelled => ("Không thực hiện", "off"),
        _ => (Unknown(status), "off"),
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
}
