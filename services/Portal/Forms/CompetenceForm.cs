using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Forms;

/// <summary>Why work is given to a unit that is not competent: asked for once the city has found that it is not.</summary>
static class CompetenceForm
{
    public const string Field = "outside_competence_reason";

    const string Refused = "OUTSIDE_COMPETENCE";

    const int MaxReason = 2000;

    /// <param name="posted">What was sent from the page and refused.</param>
    /// <param name="verb">Of the form that the reason belongs to.</param>
    /// <returns>Nothing where no reason is needed.</returns>
    public static IEnumerable<FormField> Reason(PostedForm? posted, string verb, IReadOnlyDictionary<string, Unit> units) =>
        posted is not null && posted.Verb == verb && (posted.Refusal?.Reason == Refused || posted.Has(Field))
            ? [new(Field, "Lý do vẫn giao ngoài thẩm quyền", FieldKind.Text) { IsRequired = true, MaxLength = MaxReason, Hint = Holders(posted.Refusal, units) }]
            : [];

    static string Holders(Refusal? refusal, IReadOnlyDictionary<string, Unit> units) =>
        refusal is not null && refusal.Metadata.TryGetValue("holders", out var holders)
            ? $"Theo đăng ký, thẩm quyền thuộc: {string.Join(", ", holders.Split(", ").Select(one => Names.Unit(units, one)))}"
            : "";
}
