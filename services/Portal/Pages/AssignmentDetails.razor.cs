using CanThoGov.Portal.Text;
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

    [Parameter]
    public required string Id { get; set; }

    bool IsOpen => _assignment!.State
        is not (Assignment.Types.State.Completed or Assignment.Types.State.Cancelled or Assignment.Types.State.Returned);

    string DocumentPath => $"van-ban/{Names.Id(_assignment!.Document)}";

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
    }

    IEnumerable<(string Criterion, string Value)> Criteria()
    {
        yield return ("Rõ người", Names.Person(_assignment!.ResponsiblePerson));
        yield return ("Rõ việc", _assignment.Content);
        yield return ("Rõ trách nhiệm", _assignment.Responsibility);
        yield return ("Rõ tiến độ", Schedule());
        yield return ("Rõ kết quả", _assignment.ExpectedResult);
        if (_assignment.CriteriaSet == Assignment.Types.CriteriaSet.SixClear)
        {
            yield return ("Rõ thẩm quyền", _assignment.Authority);
        }
    }

    // Words alone are no schedule: the clarity gate asks for a date where the document gives none.
    string Schedule() => _assignment!.Deadline switch
    {
        { DueTime: { } due } => "Đến " + Vietnamese.LongMoment(due),
        { Date.Length: > 0 } deadline => "Đến " + Vietnamese.Date(deadline.Date),
        { Kind: Deadline.Types.Kind.None or Deadline.Types.Kind.Immediate } => "",
        _ => Rule(),
    };

    /// <summary>What the document says about the time, and in which words.</summary>
    string Given() => _assignment!.Deadline.Words is { Length: > 0 } words && !Rule().Contains(words, StringComparison.OrdinalIgnoreCase)
        ? $"{Rule()} (“{words}”)"
        : Rule();

    string Rule() => _assignment!.Deadline switch
    {
        { Kind: Deadline.Types.Kind.Period } deadline => $"Đến hết {Vietnamese.Period(deadline.Period)}",
        { Kind: Deadline.Types.Kind.WorkingDays } deadline => $"{deadline.WorkingDays} ngày làm việc từ khi giao",
        { Kind: Deadline.Types.Kind.CalendarDays } deadline => $"{deadline.CalendarDays} ngày từ khi giao, tính cả ngày nghỉ",
        var deadline => Labels.Of(deadline.Kind),
    };

    string Who(HistoryEntry entry) => string.Join(" · ", new[]
    {
        entry.Unit.Length > 0 ? Names.Unit(_units, entry.Unit) : Labels.OfRole(entry.ActorRole),
        entry.Actor == "service:monitoring" ? "hệ thống theo dõi" : entry.Actor,
    }.Where(text => text.Length > 0));

    static string Claimed(Timestamp? claimed, Timestamp recorded) =>
        claimed is null || claimed == recorded ? "" : $" (đơn vị ghi {Vietnamese.Moment(claimed)})";

    static string Ground(Ground? ground) => ground is null ? "" : $"{Labels.Of(ground)}: ";

    static string Note(string note) => note.Length > 0 ? $": {note}" : "";

    static string Or(string text) => text.Length > 0 ? text : "Không nêu";
}
