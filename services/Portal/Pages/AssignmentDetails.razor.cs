using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Forms;
using CanThoGov.Portal.SignIn;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Protos.City.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Components;

namespace CanThoGov.Portal.Pages;

/// <summary>One assignment with its whole history.</summary>
public sealed partial class AssignmentDetails
{
    Assignment? _assignment;
    Document? _document;
    Provision? _provision;
    IReadOnlyList<HistoryEntry> _history = [];
    IReadOnlyDictionary<string, Unit> _units = new Dictionary<string, Unit>();
    Timestamp _now = new();
    IReadOnlyList<Collision> _collisions = [];
    IReadOnlyList<Obstacle> _obstacles = [];
    IReadOnlyList<Attachment> _files = [];
    IReadOnlyList<ActionForm> _forms = [];

    static readonly Func<Backend, string, PostedForm, Task<bool>>[] Senders =
    [
        CityForms.SendAsync, OverlapForms.SendAsync, ObstacleForms.SendAsync, TransferForms.SendAsync, ContributionForms.SendAsync, UnitForms.SendToCityAsync,
    ];

    [Parameter]
    public required string Id { get; set; }

    string DocumentPath => $"van-ban/{Names.Id(_assignment!.Document)}";

    IEnumerable<string> Missing => AssignmentText.Criteria(_assignment!).Where(one => one.Value.Length == 0).Select(one => one.Criterion);

    /// <summary>Where a ward works on it: the first of the viewer's units that it concerns; null for who has none.</summary>
    string? WorkPath => Viewer is { IsWard: true } viewer
        && Concerned().FirstOrDefault(viewer.SpeaksFor) is { } unit
            ? Names.WorkPath(unit, _assignment!.Name)
            : null;

    protected override async Task<string?> ActAsync(PostedForm form)
    {
        var name = $"assignments/{Id}";
        foreach (var send in Senders)
        {
            if (await send(Backend, name, form))
            {
                return Done(form.Verb);
            }
        }

        return await EvidenceForms.SendAsync(Files, Service.City, name, form) ? Done(form.Verb) : Http.Request.Path;
    }

    protected override async Task LoadAsync()
    {
        var history = Backend.HistoryAsync(Id);
        var units = Backend.UnitsAsync();
        _assignment = await Backend.AssignmentAsync(Id);
        var document = Names.Id(_assignment.Document);
        var provisions = _assignment.Provision.Length > 0 ? Backend.ProvisionsAsync(document) : null;
        _document = await Backend.DocumentAsync(document);
        _provision = provisions is null ? null : (await provisions).FirstOrDefault(provision => provision.Name == _assignment.Provision);
        (_history, _units, _now) = (await history, await units, (await Backend.ClockAsync()).CurrentTime);
        _collisions = Viewer is { IsWard: true } ? [] : await Collision.ReadAsync(Backend, _assignment);
        _files = await Files.ListAsync(Service.City, _assignment.Name);
        _obstacles = await Task.WhenAll(_assignment.Obstacles.Select(one => Backend.ObstacleAsync(one.Name)));
        _forms = Viewer is { } viewer ? [.. Forms(viewer)] : [];
    }

    IEnumerable<ActionForm> Forms(Viewer viewer) =>
        CityForms.For(_assignment!, viewer, _units, Posted)
            .Concat(OverlapForms.For(_assignment!, _collisions, viewer))
            .Concat(ObstacleForms.For(_assignment!, viewer, _units.Values, _now))
            .Concat(TransferForms.For(_assignment!, viewer, _units, Posted))
            .Concat(OfOwnUnits(viewer));

    // A ward does its part in its own ward system; a department or office of the city has none.
    IEnumerable<ActionForm> OfOwnUnits(Viewer viewer) => viewer.IsCity
        ? Concerned().Where(viewer.SpeaksFor).Distinct()
            .SelectMany(unit => UnitForms.For(_assignment!, _assignment!.State, unit, underWay: [], _units).Select(form => EvidenceForms.With(form, _files) with { Key = unit }))
            .Concat(Concerned().Any(viewer.SpeaksFor) && AssignmentText.IsInWork(_assignment!) ? [EvidenceForms.Upload("")] : [])
            .Concat(viewer.Units.SelectMany(unit => ObstacleForms.OfRaiser(_assignment!, $"units/{unit}", underWay: [])))
        : [];

    IEnumerable<string> Concerned() => _assignment!.Coordinators.Select(one => one.Assignee.Unit).Prepend(_assignment.Lead.Unit);

    static string Or(string text) => text.Length > 0 ? text : "Không nêu";
}
