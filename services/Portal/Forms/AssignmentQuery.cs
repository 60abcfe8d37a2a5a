using CanThoGov.Portal.SignIn;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using Microsoft.AspNetCore.Http.Extensions;

namespace CanThoGov.Portal.Forms;

/// <summary>What a list of assignments is narrowed to, as its address says. Words that are not known narrow nothing.</summary>
public sealed record AssignmentQuery(string? State, string? Timeliness, string? Unit, string? Document)
{
    public const string StateKey = "trang-thai", TimelinessKey = "tien-do", UnitKey = "don-vi", DocumentKey = "van-ban", FormatKey = "dinh-dang";

    public bool IsFiltered => Pairs.Any();

    /// <summary>A draft is the city's own affair.</summary>
    public static IEnumerable<Label<Assignment.Types.State>> StatesFor(Viewer? viewer) =>
        viewer is { IsCity: true } ? Labels.States.Prepend(Labels.Draft) : Labels.States;

    public static AssignmentQuery Of(IQueryCollection query) => new(query[StateKey], query[TimelinessKey], query[UnitKey], query[DocumentKey]);

    public ListAssignmentsRequest ToRequest(Viewer? viewer) => new()
    {
        States = { StatesFor(viewer).Where(label => label.Slug == State).Select(label => label.Value) },
        Timeliness = { Labels.Timelinesses.Where(label => label.Slug == Timeliness).Select(label => label.Value) },
        Unit = string.IsNullOrEmpty(Unit) ? "" : $"units/{Unit}",
        Document = string.IsNullOrEmpty(Document) ? "" : $"documents/{Document}",
    };

    /// <summary>Where the whole list can be had as a file.</summary>
    /// <param name="format"><c>csv</c> or <c>json</c>.</param>
    public string ExportPath(string format) => "/nhiem-vu/xuat" + new QueryBuilder(Pairs.Prepend(new(FormatKey, format))).ToQueryString();

    IEnumerable<KeyValuePair<string, string>> Pairs => new (string Key, string? Value)[]
    {
        (StateKey, State), (TimelinessKey, Timeliness), (UnitKey, Unit), (DocumentKey, Document),
    }.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => new KeyValuePair<string, string>(one.Key, one.Value!));
}
