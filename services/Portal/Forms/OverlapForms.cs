using CanThoGov.Portal.Clients;
using CanThoGov.Portal.SignIn;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using Ruling = CanThoGov.Protos.City.V1.Overlap.Types.Ruling;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Forms;

/// <summary>How the assigner rules what a draft collides with, so that it can be issued.</summary>
static class OverlapForms
{
    const string Verb = "rule-overlap";

    const int MaxReason = 2000;

    // The other one goes on: what is given up is the draft that the viewer looks at.
    const string Other = "-other";

    public static IEnumerable<ActionForm> For(Assignment assignment, IEnumerable<Collision> collisions, Viewer viewer) =>
        viewer.IsCity && Collision.StopsIssue(assignment)
            ? collisions.Where(one => viewer.SpeaksFor(assignment.Assigner) || (one.Other is not null && viewer.SpeaksFor(one.Other.Assigner)))
                .Select(one => Rule(one) with { Etag = assignment.Etag })
            : [];

    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendAsync(Backend backend, string name, PostedForm form)
    {
        if (form.Verb != Verb)
        {
            return false;
        }

        var (other, chosen) = ($"assignments/{form.Key}", form["ruling"]);
        var ruling = Enum.TryParse<Ruling>(chosen.Replace(Other, "", StringComparison.Ordinal), out var known) ? known : Ruling.Unspecified;
        await backend.RuleAsync(new()
        {
            Assignment = name,
            Other = other,
            Etag = form.Etag,
            Ruling = ruling,
            Kept = ruling is Ruling.KeepBoth or Ruling.Unspecified ? "" : chosen.EndsWith(Other, StringComparison.Ordinal) ? other : name,
            Reason = form["reason"],
            RequestId = form.RequestId,
        });
        return true;
    }

    /// <summary>The form that rules about the other one.</summary>
    public static bool IsAbout(ActionForm form, Collision collision) => form.Verb == Verb && form.Key == Names.Id(collision.OtherName);

    static ActionForm Rule(Collision collision) => new(Verb, collision.IsRuled ? "Quyết định lại" : "Quyết định về trường hợp này")
    {
        Key = Names.Id(collision.OtherName),
        Button = "Ghi quyết định",
        IsBeside = true,
        Hint = "Quyết định này chỉ được ghi lại, chưa hủy nhiệm vụ nào.",
        Fields =
        [
            new("ruling", "Quyết định", FieldKind.Choice)
            {
                IsRequired = true,
                Choices =
                [
                    new("", "Chọn quyết định"),
                    new($"{Ruling.KeepBoth}", "Giữ cả hai"),
                    new($"{Ruling.Merge}", "Gộp vào nhiệm vụ này", "Nhiệm vụ này tiếp tục"),
                    new($"{Ruling.CancelOne}", "Hủy nhiệm vụ kia", "Nhiệm vụ này tiếp tục"),
                    new($"{Ruling.Merge}{Other}", "Gộp vào nhiệm vụ kia", "Nhiệm vụ kia tiếp tục"),
                    new($"{Ruling.CancelOne}{Other}", "Hủy nhiệm vụ này", "Nhiệm vụ kia tiếp tục"),
                ],
            },
            new("reason", "Lý do", FieldKind.Text) { IsRequired = true, MaxLength = MaxReason },
        ],
    };
}
