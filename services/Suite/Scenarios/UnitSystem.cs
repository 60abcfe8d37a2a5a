using CanThoGov.Protos.Ward.V1;
using Grpc.Core;

namespace CanThoGov.Suite.Scenarios;

/// <summary>One thing that a unit does about an assignment.</summary>
/// <param name="Assignment"><c>assignments/{assignment}</c>.</param>
/// <param name="Key">Makes the request ids: the same in every run.</param>
internal sealed record UnitDeed(ScenarioAction Action, string Assignment, IReadOnlyList<WorkItemTitle> WorkItems, IReadOnlyList<string> Key)
{
    /// <summary>What is invented says so wherever it is read.</summary>
    public string Text => Marks.Illustrative(Action.Text);

    public string RequestId(string part = "") => Scenarios.RequestId.For([.. Key, part]);

    public IEnumerable<int> Items => Action.Item is { } item ? [item - 1] : Enumerable.Range(0, WorkItems.Count);
}

internal static class Marks
{
    public static string Illustrative(string text) => text.Length == 0 ? "" : $"[Minh họa] {text}";
}

/// <summary>The software with which a unit works.</summary>
internal abstract class UnitSystem(string unit, Caller caller, Ledger ledger)
{
    protected string Unit { get; } = $"units/{unit}";

    protected Caller Caller { get; } = caller;

    protected Ledger Ledger { get; } = ledger;

    public abstract Task DoAsync(UnitDeed deed, CancellationToken ct);

    /// <summary>Returns when the city has answered everything that the unit did.</summary>
    public abstract Task SettleAsync(CancellationToken ct);
}

/// <summary>A unit that the Ward service serves: it works there, and the outgoing queue carries its calls to the city.</summary>
/// <param name="officials">To whom the unit gives its work items, in turn.</param>
internal sealed class WardServiceUnit(string unit, Caller caller, Ledger ledger, Apis apis, IReadOnlyList<InventedOfficial> officials)
    : UnitSystem(unit, caller, ledger)
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly Dictionary<string, List<string>> _workItems = [];

    public override async Task DoAsync(UnitDeed deed, CancellationToken ct)
    {
        var name = $"{Unit}/{deed.Assignment}";
        var action = deed.Action;
        var id = deed.RequestId();
        switch (action.Do)
        {
            case Deed.Allocate:
                await ReceivedAsync(name, ct);
                await AllocateAsync(name, deed, ct);
                return;
            case Deed.Work:
                foreach (var item in deed.Items)
                {
                    await Caller.CallAsync(o => apis.WorkItems.ReportWorkItemProgressAsync(new()
                    {
                        Name = _workItems[deed.Assignment][item],
                        Percent = action.Percent ?? 0,
                        Note = deed.Text,
                        RequestId = deed.RequestId($"item {item}"),
                    }, o), ct);
                }

                return;
            case Deed.Acknowledge:
                await ReceivedAsync(name, ct);
                await Caller.CallAsync(o => apis.WardAssignments.AcknowledgeWardAssignmentAsync(
                    new() { Name = name, Note = deed.Text, RequestId = id }, o), ct);
                break;
            case Deed.Report:
                var report = new ReportWardProgressRequest { Name = name, Report = deed.Text, RequestId = id };
                if (action.Percent is { } percent)
                    report.Percent = percent;
                await Caller.CallAsync(o => apis.WardAssignments.ReportWardProgressAsync(report, o), ct);
                break;
            case Deed.Submit:
                await Caller.CallAsync(o => apis.WardAssignments.SubmitWardResultAsync(
                    new() { Name = name, Result = deed.Text, RequestId = id }, o), ct);
                break;
            case Deed.Return:
                await ReceivedAsync(name, ct);
                await Caller.CallAsync(o => apis.WardAssignments.ReturnWardAssignmentAsync(
                    new() { Name = name, Ground = new() { Kind = Protos.City.V1.Ground.Types.Kind.Other }, Reason = deed.Text, RequestId = id }, o), ct);
                break;
            case Deed.RequestExtension:
                await Caller.CallAsync(o => apis.WardAssignments.RequestWardExtensionAsync(
                    new() { Name = name, Reason = deed.Text, ProposedDate = action.Date, RequestId = id }, o), ct);
                break;
            case Deed.RaiseObstacle:
                await Caller.CallAsync(o => apis.WardAssignments.RaiseWardObstacleAsync(
                    new() { Name = name, Field = action.Field, Description = deed.Text, RequestId = id }, o), ct);
                break;
            default:
                throw new ScenarioException($"{action.Do} is nothing that a unit does.");
        }

        Ledger.Add(deed.Assignment, action.Do);
    }

    public override async Task SettleAsync(CancellationToken ct)
    {
        var request = new ListOutgoingCallsRequest
        {
            Parent = Unit,
            PageSize = 1000,
            States = { OutgoingCall.Types.State.Pending, OutgoingCall.Types.State.Refused },
        };
        var calls = await Until.FoundAsync($"the city answers {Unit}", Limit, async () =>
        {
            var answer = await Caller.CallAsync(o => apis.OutgoingCalls.ListOutgoingCallsAsync(request, o), ct);
            return answer.OutgoingCalls.Any(call => call.State == OutgoingCall.Types.State.Pending) ? null : answer.OutgoingCalls;
        }, ct);
        if (calls is [var refused, ..])
            throw new ScenarioException($"The city refused {refused.Method} of {Unit}: {refused.RefusalReason}, {refused.RefusalMessage}");
    }

    async Task AllocateAsync(string name, UnitDeed deed, CancellationToken ct)
    {
        var items = new List<string>();
        foreach (var (index, item) in deed.WorkItems.Index())
        {
            var official = officials[index % officials.Count];
            var created = await Caller.CallAsync(o => apis.WorkItems.CreateWorkItemAsync(new()
            {
                Parent = name,
                WorkItem = new() { Title = item.Title, Official = official.Name, OfficialRole = official.Role, Illustrative = true },
                RequestId = deed.RequestId($"item {index}"),
            }, o), ct);
            items.Add(created.Name);
        }

        _workItems[deed.Assignment] = items;
    }

    // The unit learns of an assignment by the city's events; until then it does not exist for it.
    Task<WardAssignment> ReceivedAsync(string name, CancellationToken ct) =>
        Until.FoundAsync($"the ward service receives {name}", Limit, async () =>
        {
            try
            {
                return await Caller.CallAsync(o => apis.WardAssignments.GetWardAssignmentAsync(new() { Name = name }, o), ct);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
            {
                return null;
            }
        }, ct);
}

/// <summary>
/// A unit whose own software calls the city directly: a body of the city, or a ward with a system of its own. Its work items are its own
/// affair; they are kept here.
/// </summary>
internal sealed class ForeignUnit(string unit, Caller caller, Ledger ledger, Apis apis) : UnitSystem(unit, caller, ledger)
{
    readonly Dictionary<string, int[]> _workItems = [];

    public override async Task DoAsync(UnitDeed deed, CancellationToken ct)
    {
        var action = deed.Action;
        var (name, id) = (deed.Assignment, deed.RequestId());
        switch (action.Do)
        {
            case Deed.Allocate:
                _workItems[name] = new int[deed.WorkItems.Count];
                return;
            case Deed.Work:
                foreach (var item in deed.Items)
                    _workItems[name][item] = action.Percent ?? 0;
                return;
            case Deed.Acknowledge:
                await Caller.CallAsync(o => apis.Assignments.AcknowledgeAssignmentAsync(
                    new() { Name = name, Unit = Unit, Note = deed.Text, RequestId = id }, o), ct);
                break;
            case Deed.Report:
                var percent = action.Percent ?? (int)_workItems[name].Average();
                await Caller.CallAsync(o => apis.Assignments.ReportProgressAsync(
                    new() { Name = name, Unit = Unit, Percent = percent, Report = deed.Text, RequestId = id }, o), ct);
                break;
            case Deed.Submit:
                await Caller.CallAsync(o => apis.Assignments.SubmitResultAsync(
                    new() { Name = name, Unit = Unit, Result = deed.Text, RequestId = id }, o), ct);
                break;
            default:
                throw new ScenarioException($"{action.Do}: a unit of this kind does not do that.");
        }

        Ledger.Add(name, action.Do);
    }

    public override Task SettleAsync(CancellationToken ct) => Task.CompletedTask;
}
