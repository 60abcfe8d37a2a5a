using CanThoGov.Platform.Security;
using CanThoGov.Suite.Scenarios;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Journeys.Tests;

[Trait("Category", "RabbitMq")]
public sealed class SeparateProcessesTests
{
    const string ScenarioName = "q1-2026";
    const int Assignments = 50;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly UndisturbedRun _undisturbed;

    public SeparateProcessesTests(UndisturbedRun undisturbed)
    {
        Assert.SkipWhen(SeparateProcesses.Missing is not null, SeparateProcesses.Missing ?? "");
        _undisturbed = undisturbed;
    }

    [Fact]
    public async Task WardAndMonitoring_FirstStartedAfterTheCityHasWorked_GetEverything()
    {
        await using var processes = await SeparateProcesses.PrepareAsync();
        var city = await processes.StartAsync("city");
        var expected = await WorkAsync(processes);
        var reader = processes.Clients.As(Roles.Supervisor);
        // The broker has confirmed it all, and no queue was there to take it.
        await city.UntilAsync(async () => (await reader.CityEvents.ListEventsAsync(new())).HeadPosition > Assignments
            && await processes.UnsentAsync("city") == 0, "everything sent", Limit);

        await processes.StartAsync("monitoring");
        await processes.StartAsync("ward");
        await city.UntilAsync(reader.HaveCaughtUpAsync, "every event handled by all who take it", Limit);

        var copies = await reader.WardAssignments.ListWardAssignmentsAsync(new() { Parent = "units/-", PageSize = 1000 });
        Assert.Equal(expected, copies.WardAssignments.ToDictionary(copy => copy.Assignment.Name, copy => copy.Assignment.State));
        var deadlines = await reader.Deadlines.ListDeadlinesAsync(new() { PageSize = 1000 });
        Assert.Equal(expected, deadlines.Deadlines.ToDictionary(deadline => deadline.Assignment, deadline => deadline.State));
        Assert.All(deadlines.Deadlines, deadline => Assert.NotEmpty(deadline.Rungs));
    }

    [Fact]
    public async Task Scenario_PlayedAgainstSeparateProcesses_EndsWithTheCountsOfTheEmbeddedDefault()
    {
        var expected = await _undisturbed.SummaryAsync();
        await using var processes = await SeparateProcesses.PrepareAsync();
        var foreign = string.Join(',', Scenario.Load(ScenarioName).ForeignUnits);
        await processes.StartAsync("monitoring");
        await processes.StartAsync("ward", new KeyValuePair<string, string>("Ward__ExceptUnits", foreign));
        await processes.StartAsync("city");

        var summary = await processes.PlayAsync(ScenarioName);

        Assert.Equal(expected.Counts, summary.Counts);
        Assert.Equal(0, summary["eventsLost"]);
        Assert.Equal(0, summary["eventsDuplicatedEffects"]);
    }

    /// <summary>Issues an assignment to each of many units; every third takes it on.</summary>
    /// <returns>The states to be seen everywhere.</returns>
    static async Task<Dictionary<string, State>> WorkAsync(SeparateProcesses processes)
    {
        var office = processes.Clients.As(Roles.CityOffice, "van-phong-ubnd");
        var document = await office.RegisterDocumentAsync();
        var states = new Dictionary<string, State>();
        foreach (var (i, unit) in (await office.WardsAsync()).Take(Assignments).Index())
        {
            var assignment = await office.IssueAsync(document, unit);
            if (i % 3 == 0)
            {
                assignment = await processes.Clients.As(Roles.Ward, unit).Assignments.AcknowledgeAssignmentAsync(
                    new() { Name = assignment.Name, RequestId = CityWork.NewId() });
            }

            states.Add(assignment.Name, assignment.State);
        }

        Assert.Equal(Assignments, states.Count);
        Assert.Equal(2, states.Values.Distinct().Count());
        return states;
    }
}
