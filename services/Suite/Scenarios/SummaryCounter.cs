using System.Collections.Concurrent;
using CanThoGov.Protos.City.V1;
using AssignmentState = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.Suite.Scenarios;

/// <summary>Counts the end of a scenario through the public APIs and compares what was acknowledged, published and projected.</summary>
internal sealed class SummaryCounter(Scenario scenario, Apis apis, Caller reader, Ledger ledger)
{
    public async Task<ScenarioSummary> CountAsync(CancellationToken ct)
    {
        var units = await Pages.UnitsAsync(apis, reader, ct);
        var real = units.Where(Pages.IsRealWard).ToArray();
        var documents = await Pages.DocumentsAsync(apis, reader, ct);
        var provisions = 0;
        foreach (var document in documents)
        {
            var listed = await reader.CallAsync(
                o => apis.Documents.ListProvisionsAsync(new() { Parent = document.Name, PageSize = 1000 }, o), ct);
            provisions += listed.Provisions.Count;
        }

        var assignments = (await Pages.AssignmentsAsync(apis, reader, "", ct)).Where(a => a.State != AssignmentState.Draft).ToArray();
        RequireHonesty(assignments, units.Where(unit => unit.Illustrative).Select(unit => unit.Name));
        var histories = await HistoriesAsync(assignments, ct);
        var overview = await reader.CallAsync(o => apis.Scorecards.GetCityOverviewAsync(new(), o), ct);
        var statistics = await Task.WhenAll(apis.EventLogs.Select(
            log => reader.CallAsync(o => log.GetEventStatisticsAsync(new(), o), ct)));

        var balance = new Balance();
        foreach (var assignment in assignments)
            Compare(assignment, histories[assignment.Name], balance);
        foreach (var state in assignments.CountBy(assignment => assignment.State))
            balance.Add(state.Value, overview.States.Where(count => count.State == state.Key).Sum(count => count.Count));
        foreach (var (verb, published) in new[]
                 {
                     ("deadline-due-soon", overview.DueSoonEventCount), ("deadline-missed", overview.MissedEventCount),
                     ("deadline-escalated", overview.EscalatedEventCount),
                 })
        {
            balance.Add(published, histories.Values.Sum(history => history.Count(entry => entry.Verb == verb)));
        }

        var consumptions = statistics.SelectMany(service => service.Consumptions).ToArray();
        return new ScenarioSummary(
            scenario.Name,
            Units: real.Length,
            Wards: real.Count(unit => unit.Kind == Unit.Types.Kind.Ward),
            Communes: real.Count(unit => unit.Kind == Unit.Types.Kind.Commune),
            InventedUnits: units.Count(unit => unit.Illustrative),
            CityBodies: units.Count(unit => !unit.Illustrative) - real.Length,
            Documents: documents.Count(document => !document.Illustrative),
            Provisions: provisions,
            Assignments: assignments.Length,
            Acknowledged: assignments.Count(a => histories[a.Name].Any(entry => entry.Verb == "acknowledge" && entry.Unit == a.Lead.Unit)),
            ProgressReports: histories.Values.Sum(history => history.Count(entry => entry.Verb == "report-progress")),
            Completed: assignments.Count(assignment => assignment.State == AssignmentState.Completed),
            CompletedLate: assignments.Count(assignment => assignment.Timeliness == Timeliness.CompletedLate),
            Overdue: assignments.Count(assignment => assignment.Timeliness == Timeliness.Overdue),
            SentBack: assignments.Sum(SentBack),
            Returned: assignments.Sum(assignment => assignment.Returns.Count),
            Extensions: assignments.Sum(assignment => assignment.Extensions.Count),
            Obstacles: assignments.Sum(assignment => assignment.Obstacles.Count),
            new DeadlineEventCounts(overview.DueSoonEventCount, overview.MissedEventCount, overview.EscalatedEventCount),
            EventsPublished: statistics.Sum(service => service.Published - service.Pending),
            EventsConsumed: consumptions.Sum(consumption => consumption.Consumed),
            EventsLost: balance.Missing + statistics.Sum(service => service.Pending) + consumptions.Sum(consumption => consumption.Missing),
            EventsDuplicatedEffects: balance.Surplus + consumptions.Sum(consumption => consumption.RepeatedEffects),
            Seconds: 0);
    }

    // What the player was told is done against what the city shows.
    void Compare(Assignment assignment, IReadOnlyList<HistoryEntry> history, Balance balance)
    {
        void Add(int shown, params ReadOnlySpan<Deed> deeds)
        {
            var acknowledged = 0;
            foreach (var deed in deeds)
                acknowledged += ledger.Count(assignment.Name, deed);
            balance.Add(acknowledged, shown);
        }

        Add(history.Count(entry => entry.Verb == "acknowledge"), Deed.Acknowledge);
        Add(history.Count(entry => entry.Verb == "report-progress"), Deed.Report);
        Add(assignment.Submissions.Count, Deed.Submit);
        Add(assignment.Submissions.Count(s => s.State == Submission.Types.State.Accepted), Deed.Accept);
        Add(SentBack(assignment), Deed.SendBack);
        Add(assignment.Returns.Count, Deed.Return);
        Add(assignment.Extensions.Count, Deed.RequestExtension);
        Add(assignment.Extensions.Count(e => e.State != Extension.Types.State.Requested), Deed.DecideExtension);
        Add(assignment.Obstacles.Count, Deed.RaiseObstacle);
        Add(assignment.Obstacles.Count(o => o.State == Obstacle.Types.State.Answered), Deed.AnswerObstacle);
    }

    async Task<ConcurrentDictionary<string, List<HistoryEntry>>> HistoriesAsync(Assignment[] assignments, CancellationToken ct)
    {
        var histories = new ConcurrentDictionary<string, List<HistoryEntry>>();
        await Parallel.ForEachAsync(assignments, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct },
            async (assignment, _) => histories[assignment.Name] = await Pages.HistoryAsync(apis, reader, assignment.Name, ct));
        return histories;
    }

    // Nothing negative may stand on a real unit, whatever the cause: it would look like a fact.
    static void RequireHonesty(Assignment[] assignments, IEnumerable<string> invented)
    {
        var names = invented.ToHashSet(StringComparer.Ordinal);
        foreach (var assignment in assignments.Where(assignment => !names.Contains(assignment.Lead.Unit)))
        {
            if (assignment.Timeliness is Timeliness.Overdue or Timeliness.CompletedLate || SentBack(assignment) > 0
                || assignment.Returns.Count + assignment.Extensions.Count + assignment.Obstacles.Count > 0)
            {
                throw new ScenarioException($"{assignment.Name} of the real {assignment.Lead.Unit} came out as something negative.");
            }
        }
    }

    static int SentBack(Assignment assignment) => assignment.Submissions.Count(s => s.State == Submission.Types.State.SentBack);

    sealed class Balance
    {
        public long Missing { get; private set; }

        public long Surplus { get; private set; }

        public void Add(int expected, int shown)
        {
            Missing += Math.Max(0, expected - shown);
            Surplus += Math.Max(0, shown - expected);
        }
    }
}
