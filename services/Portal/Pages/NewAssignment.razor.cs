using CanThoGov.Portal.Forms;
using CanThoGov.Portal.Parts;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using Microsoft.AspNetCore.Components;

namespace CanThoGov.Portal.Pages;

/// <summary>The city writes an assignment: from nothing, from a document or one of its provisions, or anew from a draft that was not clear.</summary>
public sealed partial class NewAssignment
{
    const string More = "more";

    const int RowsAtFirst = 2;

    ActionForm? _form;
    IReadOnlyList<FieldChoice> _units = [];
    IReadOnlyList<(string Unit, string Part)> _rows = [];
    string _cancelPath = "/nhiem-vu";

    [SupplyParameterFromQuery(Name = "van-ban")]
    public string? DocumentId { get; set; }

    [SupplyParameterFromQuery(Name = "diem")]
    public string? ProvisionId { get; set; }

    /// <summary>The draft that the new one takes the place of.</summary>
    [SupplyParameterFromQuery(Name = "thay")]
    public string? ReplacedId { get; set; }

    protected override async Task<string?> ActAsync(PostedForm form)
    {
        if (form.Has(More))
        {
            Keep(form);
            return null;
        }

        var replaced = string.IsNullOrEmpty(ReplacedId) || form.Etag.Length == 0 ? null : await Backend.AssignmentAsync(ReplacedId);
        var created = await Backend.DoAsync((city, o) => city.CreateAssignmentAsync(
            new() { Assignment = DraftForm.Read(form, replaced?.Parent ?? ""), RequestId = form.RequestId }, o));
        if (replaced is not null)
        {
            // Sent again, both give their first answers.
            await Backend.DoAsync((city, o) => city.CancelAssignmentAsync(new()
            {
                Name = replaced.Name,
                Etag = form.Etag,
                Reason = "Được thay bằng bản dự thảo mới",
                RequestId = form.RequestId + "-thay",
            }, o));
        }

        return $"{Names.Path(created)}?{DoneParameter}={form.Verb}";
    }

    protected override async Task LoadAsync()
    {
        if (Viewer is not { IsCity: true } viewer)
        {
            Problem = Viewer is null ? Problem.SignedOut(SignInPath, unsent: null) : Problem.NotForRole;
            return;
        }

        var documents = Backend.DocumentsAsync();
        var units = await Backend.UnitsAsync();
        var now = (await Backend.ClockAsync()).CurrentTime;
        var replaced = string.IsNullOrEmpty(ReplacedId) ? null : await Backend.AssignmentAsync(ReplacedId);
        var isReplaced = replaced?.State == Assignment.Types.State.Draft;
        var from = isReplaced ? replaced! : new Assignment { Document = string.IsNullOrEmpty(DocumentId) ? "" : $"documents/{DocumentId}" };
        var document = Posted?["assignment.document"] ?? from.Document;
        var provisions = document.Length > 0 ? await Backend.ProvisionsAsync(Names.Id(document)) : [];
        if (!isReplaced && provisions.FirstOrDefault(one => Names.Id(one.Name) == ProvisionId) is { } provision)
        {
            (from.Provision, from.Content) = (provision.Name, provision.Summary);
        }

        _units = FieldChoices.Units(units.Values);
        FieldChoice[] assigners = [.. viewer.Units.Select(id => new FieldChoice($"units/{id}", Names.Unit(units, $"units/{id}")))];
        _form = DraftForm.Of(from, await documents, provisions, _units, assigners, now) with { Etag = isReplaced ? replaced!.Etag : "" };
        _rows = Rows(from);
        _cancelPath = isReplaced ? Names.Path(replaced!) : from.Document.Length > 0 ? $"/van-ban/{Names.Id(from.Document)}" : "/nhiem-vu";
    }

    RenderFragment Input(string name, string css = "") => builder =>
    {
        builder.OpenComponent<FormInput>(0);
        builder.AddComponentParameter(1, nameof(FormInput.Field), _form!.Fields.First(field => field.Name == name));
        builder.AddComponentParameter(2, nameof(FormInput.IdPrefix), _form.Id);
        builder.AddComponentParameter(3, nameof(FormInput.Posted), Posted);
        builder.AddComponentParameter(4, nameof(FormInput.Css), css);
        builder.CloseComponent();
    };

    (string, string)[] Rows(Assignment from)
    {
        var rows = Posted is null ? from.Coordinators.Select(one => (one.Assignee.Unit, one.Part)) : DraftForm.Rows(Posted);
        var wanted = Math.Max(RowsAtFirst, rows.Count() + (Posted?[More] == "rows" ? RowsAtFirst : 0));
        return [.. rows.Concat(Enumerable.Repeat(("", ""), wanted)).Take(wanted)];
    }
}
