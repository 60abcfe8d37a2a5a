using CanThoGov.Platform.Text;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using Kind = CanThoGov.Protos.City.V1.Unit.Types.Kind;
using Organ = CanThoGov.Protos.City.V1.Unit.Types.Organ;

namespace CanThoGov.Portal.Forms;

/// <summary>What several forms let the viewer choose from, and how it is read again.</summary>
static class FieldChoices
{
    /// <summary>As the register of competences knows them.</summary>
    public static IReadOnlyList<FieldChoice> Fields { get; } =
    [
        .. Enum.GetValues<FieldOfWork>().Where(field => field != FieldOfWork.Unspecified)
            .Select(field => new FieldChoice(field.ToString(), Labels.Of(field))),
    ];

    public static IReadOnlyList<FieldChoice> Organs { get; } =
    [
        new(Organ.Unspecified.ToString(), "Cả đơn vị"),
        new(Organ.PartyCommittee.ToString(), Labels.Of(Organ.PartyCommittee)),
        new(Organ.PeoplesCommittee.ToString(), Labels.Of(Organ.PeoplesCommittee)),
    ];

    /// <summary>The three fields of a ground.</summary>
    public static IEnumerable<FormField> Ground { get; } =
    [
        new("ground.kind", "Căn cứ", FieldKind.Choice)
        {
            IsRequired = true,
            Choices =
            [
                new("", "Chọn căn cứ"),
                .. Enum.GetValues<Ground.Types.Kind>().Where(kind => kind != Protos.City.V1.Ground.Types.Kind.Unspecified).Select(kind => new FieldChoice(
                    kind.ToString(),
                    kind == Protos.City.V1.Ground.Types.Kind.LegalBasis ? "Theo quy định của văn bản" : Labels.Of(new Ground { Kind = kind }))),
            ],
        },
        new("ground.document", "Văn bản", FieldKind.Line) { IsExpected = true, MaxLength = 500, Hint = "Cần nêu khi căn cứ là quy định của văn bản" },
        new("ground.article", "Điều, khoản", FieldKind.Line) { IsExpected = true, MaxLength = 200 },
    ];

    /// <summary>Those in force; bodies of the city first.</summary>
    public static IReadOnlyList<FieldChoice> Units(IEnumerable<Unit> units) =>
    [
        .. units.Where(unit => unit.ValidTo.Length == 0)
            .OrderBy(unit => unit.Kind is Kind.Ward or Kind.Commune ? (int)unit.Kind : 0)
            .ThenBy(unit => VietnameseOrder.Key(unit.DisplayName), StringComparer.Ordinal)
            .Select(unit => new FieldChoice(unit.Name, unit.DisplayName, unit.Kind switch
            {
                Kind.Ward => "Phường",
                Kind.Commune => "Xã",
                _ => "Cơ quan của thành phố",
            })),
    ];

    public static IReadOnlyList<FieldChoice> CityUnits(IEnumerable<Unit> units) =>
        [.. Units(units.Where(unit => unit.Kind is not (Kind.Ward or Kind.Commune))).Select(choice => choice with { Group = "" })];

    public static Ground ReadGround(PostedForm form) => new()
    {
        Kind = Read<Ground.Types.Kind>(form["ground.kind"]),
        Document = form["ground.document"],
        Article = form["ground.article"],
    };

    /// <returns>Null if neither name nor role was put in.</returns>
    public static Person? ReadPerson(PostedForm form, string field) =>
        form[field + ".display_name"].Length + form[field + ".role"].Length > 0
            ? new() { DisplayName = form[field + ".display_name"], Role = form[field + ".role"] }
            : null;

    /// <returns>The value that the service says is missing, for what is no such word.</returns>
    public static T Read<T>(string word) where T : struct, Enum => Enum.TryParse<T>(word, out var value) ? value : default;
}
