using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Forms;

/// <summary>How the city office registers a document and its provisions, from which work is given.</summary>
static class DocumentForms
{
    public static ActionForm Register { get; } = new("create-document", "Văn bản mới")
    {
        Button = "Đăng ký văn bản",
        Hint = "Ghi như trên văn bản. Mục nào văn bản không nêu thì để trống.",
        Fields =
        [
            new("document.kind", "Loại văn bản", FieldKind.Line) { IsRequired = true, MaxLength = 100, Hint = "Ví dụ: Chỉ thị, Nghị quyết, Kết luận" },
            new("document.number", "Số", FieldKind.Line) { MaxLength = 40 },
            new("document.symbol", "Ký hiệu", FieldKind.Line) { MaxLength = 40, Hint = "Ví dụ: CT/BCSD, CT-TTg" },
            new("document.title", "Trích yếu", FieldKind.Text) { MaxLength = 1000 },
            new("document.issuer", "Cơ quan ban hành", FieldKind.Line) { MaxLength = 300 },
            new("document.issue_date", "Ngày ban hành", FieldKind.Date),
            new("document.place", "Nơi ban hành", FieldKind.Line) { MaxLength = 100 },
            new("document.signer", "Người ký", FieldKind.Line) { MaxLength = 100 },
            new("document.signer_role", "Chức vụ người ký", FieldKind.Line) { MaxLength = 200 },
            new("document.illustrative", "Văn bản được đặt ra để minh họa", FieldKind.Check),
        ],
    };

    public static ActionForm AddProvision { get; } = new("create-provision", "Thêm một điểm")
    {
        Button = "Thêm điểm",
        Fields =
        [
            new("provision.section", "Mục", FieldKind.Line) { IsRequired = true, MaxLength = 40, Hint = "Ví dụ: 2.1, III" },
            new("provision.item", "Ý thứ", FieldKind.Number) { Min = "1", Max = "1000" },
            new("provision.summary", "Nội dung", FieldKind.Text) { IsRequired = true, MaxLength = 4000 },
            new("provision.gives_work", "Điểm này giao việc", FieldKind.Check) { Value = "true" },
        ],
    };

    public static CreateDocumentRequest Document(PostedForm form) => new()
    {
        Document = new()
        {
            Kind = form["document.kind"],
            Number = form["document.number"],
            Symbol = form["document.symbol"],
            Title = form["document.title"],
            Issuer = form["document.issuer"],
            IssueDate = form["document.issue_date"],
            Place = form["document.place"],
            Signer = form["document.signer"],
            SignerRole = form["document.signer_role"],
            Illustrative = form.Has("document.illustrative"),
        },
        RequestId = form.RequestId,
    };

    public static CreateProvisionRequest Provision(PostedForm form, string document) => new()
    {
        Parent = document,
        Provision = new()
        {
            Section = form["provision.section"],
            Item = form["provision.item"].Length > 0 ? form.Whole("provision.item") : 0,
            Summary = form["provision.summary"],
            GivesWork = form.Has("provision.gives_work"),
        },
        RequestId = form.RequestId,
    };
}
