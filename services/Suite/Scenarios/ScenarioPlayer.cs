using System.Diagnostics;
using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.Protos.City.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CanThoGov.Suite.Scenarios;

/// <summary>
/// Plays a scenario through the public APIs, as foreign systems would, on the simulated clock. Every call has a request id that is the same
/// in each run: a player that was stopped at any moment is simply started again and repeats itself up to where it was.
/// </summary>
/// <param name="token">A bearer token for a role, the id of the unit spoken for (null: none), and a subject.</param>
public sealed class ScenarioPlayer(
    Scenario scenario, ChannelBase city, ChannelBase ward, ChannelBase monitoring, Func<string, string?, string, string> token)
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly Apis _apis = new(city, ward, monitoring);
    readonly Ledger _ledger = new();
    readonly Caller _operator = new(token, Caller.Operator, null, "scenario-player");
    readonly Dictionary<string, CityOffice> _offices = [];
    readonly Dictionary<string, UnitSystem> _units = [];
    readonly Dictionary<string, Document> _documents = [];
    readonly Dictionary<string, Provision> _provisions = [];
    readonly Dictionary<(string Assignment, string Unit), string> _assignments = [];
    IReadOnlyList<string> _wards = [];

    /// <summary>Plays to the end and counts what the services then show.</summary>
    /// <param name="progress">A line for each day and for whatever takes longer than a second.</param>
    /// <exception cref="ScenarioException">A service behaved other than the scenario needs.</exception>
    public async Task<ScenarioSummary> PlayAsync(IProgress<string> progress, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var days = scenario.Overlay.Days;
        await AdvanceAsync(days[0], ct);
        await RegisterAsync(progress, ct);
        foreach (var day in days)
        {
            await AdvanceAsync(day, ct);
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{day.LocalTime:dd/MM/yyyy HH:mm}  {day.Title}"));
            await PlayAsync(day, progress, ct);
        }

        await CaughtUpAsync(ct);
        var counted = await new SummaryCounter(scenario, _apis, _operator, _ledger).CountAsync(ct);
        return counted with { Seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1) };
    }

    async Task RegisterAsync(IProgress<string> progress, CancellationToken ct)
    {
        var registrar = Office("van-phong-ubnd");
        foreach (var unit in scenario.Overlay.Units)
            await registrar.RegisterAsync(unit, ct);
        foreach (var fact in scenario.Facts.Documents)
            _documents[fact.Id] = await registrar.RegisterAsync(fact, ct);
        foreach (var fact in scenario.Facts.Documents)
            await registrar.RelateAsync(fact, _documents, ct);
        foreach (var campaign in scenario.Overlay.Campaigns)
            await registrar.OpenAsync(campaign, _documents, ct);
        foreach (var fact in scenario.Facts.Provisions)
            _provisions[fact.Id] = await registrar.RegisterAsync(fact, _documents[fact.Document].Name, ct);

        var units = await Pages.UnitsAsync(_apis, _operator, ct);
        _wards = [.. units.Where(Pages.IsRealWard).Select(unit => Pages.IdOf(unit.Name)).Order(StringComparer.Ordinal)];
        progress.Report($"{_wards.Count} xã, phường; {_documents.Count} văn bản; {_provisions.Count} điểm của Chỉ thị 631-CT/BCSD");
    }

    /// <summary>Units act side by side, each in its own order, then the city decides, and so on in turn.</summary>
    async Task PlayAsync(ScenarioDay day, IProgress<string> progress, CancellationToken ct)
    {
        for (var next = 0; next < day.Actions.Count;)
        {
            var ofUnits = day.Actions.Skip(next).TakeWhile(action => action.IsOfUnits).ToArray();
            if (ofUnits.Length == 0)
            {
                await PlayAsync(day, next++, progress, ct);
                continue;
            }

            var deeds = ofUnits.SelectMany((action, index) => DeedsOf(day, action, next + index)).ToLookup(deed => deed.Unit, deed => deed.Deed);
            await EachAsync([.. deeds], "đơn vị", async unit =>
            {
                var system = UnitSystemOf(unit.Key);
                foreach (var deed in unit)
                    await system.DoAsync(deed, ct);
                await system.SettleAsync(ct);
            }, progress, ct);
            next += ofUnits.Length;
        }
    }

    IEnumerable<(string Unit, UnitDeed Deed)> DeedsOf(ScenarioDay day, ScenarioAction action, int index) =>
        from unit in scenario.Expand(action.Units, _wards)
        let actor = action.OnBehalfOf ?? unit
        select (actor, new UnitDeed(
            action, _assignments[(action.Assignment, unit)], scenario.OverlayOf(action.Assignment).WorkItems ?? [], Key(day, index, unit)));

    async Task PlayAsync(ScenarioDay day, int index, IProgress<string> progress, CancellationToken ct)
    {
        var action = day.Actions[index];
        var overlay = scenario.OverlayOf(action.Assignment);
        var office = Office(overlay.Office);
        var units = scenario.Expand(action.Do == Deed.Issue ? overlay.Members : action.Units, _wards);
        switch (action.Do)
        {
            case Deed.TryIssueWithoutDeadline:
                var refusal = await office.TryIssueWithoutDeadlineAsync(action.Assignment, units[0], Draft(action.Assignment, units[0]), ct);
                progress.Report($"  cổng “rõ” từ chối {action.Assignment}: {refusal}");
                break;
            case Deed.Issue:
                var issued = new string[units.Count];
                await EachAsync([.. units.Index()], $"bản của {action.Assignment}", async unit =>
                {
                    var assignment = await office.IssueAsync(action.Assignment, unit.Item, Draft(action.Assignment, unit.Item), ct);
                    issued[unit.Index] = assignment.Name;
                }, progress, ct);
                foreach (var (unit, name) in units.Zip(issued))
                    _assignments[(action.Assignment, unit)] = name;
                break;
            default:
                var document = _documents[Fact(action.Assignment).Document].Name;
                var now = (await Pages.AssignmentsAsync(_apis, _operator, document, ct)).ToDictionary(assignment => assignment.Name);
                await EachAsync(units, "quyết định", unit =>
                    office.DecideAsync(action, now[_assignments[(action.Assignment, unit)]], Key(day, index, unit), ct), progress, ct);
                break;
        }
    }

    Assignment Draft(string id, string unit)
    {
        var fact = Fact(id);
        var overlay = scenario.OverlayOf(id);
        var isBody = scenario.Facts.Bodies.FirstOrDefault(body => body.Unit == unit);
        var isInvented = scenario.Overlay.Units.Any(invented => invented.Id == unit);
        var head = new Person
        {
            Role = isBody?.HeadRole ?? overlay.WardHeadRole ?? throw new ScenarioException($"{id}: nobody heads {unit}."),
            DisplayName = isInvented ? scenario.Overlay.Officials[0].Name : "",
        };
        var words = fact.Coordinators.Where(coordinator => coordinator.Unit is null).Select(coordinator => coordinator.Words).ToArray();
        return new Assignment
        {
            Title = fact.Title,
            Content = fact.Content
                + (fact.Lead is { Unit: null, Words: { } group } ? $" Chủ trì theo văn bản: {group}." : "")
                + (words.Length > 0 ? $" Phối hợp theo văn bản: {string.Join("; ", words)}." : ""),
            Document = _documents[fact.Document].Name,
            Provision = fact.Provision is null ? "" : _provisions[fact.Provision].Name,
            Lead = new() { Unit = $"units/{unit}", Organ = OrganOf(fact, isBody) },
            Coordinators =
            {
                fact.Coordinators.Where(coordinator => coordinator.Unit is not null)
                    .Select(coordinator => new Coordinator { Assignee = new() { Unit = $"units/{coordinator.Unit}" }, Part = coordinator.Words }),
            },
            ResponsiblePerson = fact.PersonRole is null ? head.Clone() : new() { Role = fact.PersonRole },
            Responsibility = fact.Responsibility ?? Marks.Illustrative(overlay.Responsibility ?? ""),
            ExpectedResult = fact.ExpectedResult ?? Marks.Illustrative(overlay.ExpectedResult ?? ""),
            CriteriaSet = Assignment.Types.CriteriaSet.FiveClear,
            Deadline = new()
            {
                Kind = Enums.Parse<Deadline.Types.Kind>(fact.Deadline.Kind),
                Words = fact.Deadline.Words ?? "",
                Period = fact.Deadline.Period ?? "",
            },
            AccountableHead = head,
            Illustrative = true,
        };
    }

    // A body of the city is an organ already; a ward or commune has two.
    static Unit.Types.Organ OrganOf(AssignmentFact fact, BodyFact? body) =>
        body is null && fact.Organ is not null ? Enums.Parse<Unit.Types.Organ>(fact.Organ) : Unit.Types.Organ.Unspecified;

    AssignmentFact Fact(string id) => scenario.Facts.Assignments.First(fact => fact.Id == id);

    string[] Key(ScenarioDay day, int index, string unit) =>
        [scenario.Name, day.At, index.ToString(CultureInfo.InvariantCulture), unit];

    CityOffice Office(string unit)
    {
        if (!_offices.TryGetValue(unit, out var office))
            _offices[unit] = office = new(scenario, new(token, Caller.CityOffice, unit, $"scenario.{unit}"), _ledger, _apis);
        return office;
    }

    UnitSystem UnitSystemOf(string unit)
    {
        lock (_units)
        {
            if (_units.TryGetValue(unit, out var system))
                return system;
            var isBody = scenario.Facts.Bodies.Any(body => body.Unit == unit);
            var caller = new Caller(token, isBody ? Caller.CityDepartment : Caller.Ward, unit, $"scenario.{unit}");
            return _units[unit] = isBody || scenario.ForeignUnits.Contains(unit)
                ? new ForeignUnit(unit, caller, _ledger, _apis)
                : new WardServiceUnit(unit, caller, _ledger, _apis, scenario.Overlay.Officials);
        }
    }

    async Task AdvanceAsync(ScenarioDay day, CancellationToken ct)
    {
        var time = LocalTime.At(DateOnly.FromDateTime(day.LocalTime), TimeOnly.FromDateTime(day.LocalTime));
        await _operator.CallAsync(o => _apis.Clock.AdvanceClockAsync(new()
        {
            TargetTime = Timestamp.FromDateTimeOffset(time),
            RequestId = RequestId.For(scenario.Name, "clock", day.At),
        }, o), ct, Limit);
    }

    /// <summary>Every event is published and handled by all who take it: only then may the clock move.</summary>
    Task<object> CaughtUpAsync(CancellationToken ct) => Until.FoundAsync<object>("all events are handled", Limit, async () =>
    {
        foreach (var log in _apis.EventLogs)
        {
            var statistics = await _operator.CallAsync(o => log.GetEventStatisticsAsync(new(), o), ct);
            if (statistics.Pending > 0 || statistics.Consumptions.Any(consumption => consumption.Missing > 0))
                return null;
        }

        return _apis;
    }, ct);

    static async Task EachAsync<T>(
        IReadOnlyCollection<T> items, string what, Func<T, Task> body, IProgress<string> progress, CancellationToken ct)
    {
        var (done, reported) = (0, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (item, _) =>
        {
            await body(item);
            var count = Interlocked.Increment(ref done);
            var last = Interlocked.Read(ref reported);
            if (Stopwatch.GetElapsedTime(last).TotalSeconds >= 1
                && Interlocked.CompareExchange(ref reported, Stopwatch.GetTimestamp(), last) == last)
            {
                progress.Report($"  {count}/{items.Count} {what}");
            }
        });
    }
}
