using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using Grpc.Core;

namespace CanThoGov.Journeys.Tests;

[Trait("Category", "Journey")]
public sealed class KillTests(UndisturbedRun undisturbed, ITestOutputHelper output) : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly TemporaryFolder _folder = new();

    /// <summary>A moment of the scenario: seen on the error output, then in the services.</summary>
    /// <param name="Line">Comes before.</param>
    sealed record Moment(string Name, string Line, Func<Apis, Task<bool>> Reached);

    static readonly Moment[] Moments =
    [
        new("after the registers", "103 xã, phường", _ => Task.FromResult(true)),
        new("in the middle of the cascade", "19/01/2026 08:00", apis => HasPublishedAsync<AssignmentIssued>(apis, 75)),
        new("while units acknowledge", "20/01/2026 08:00", apis => HasPublishedAsync<AssignmentAcknowledged>(apis, 70)),
        new("while the clock advances", "30/01/2026 15:00", apis => ClockShowsAsync(apis, "2026-02-05T01:00:00Z")),
        new("while units report", "05/02/2026 08:00", apis => HasPublishedAsync<ProgressReported>(apis, 200)),
    ];

    [Fact]
    public async Task Scenario_KilledAtSeveralMoments_EndsWithTheCountsOfAnUndisturbedRun()
    {
        var expected = await undisturbed.SummaryAsync();
        foreach (var moment in Moments)
        {
            await using var suite = await Suite.StartScenarioAsync(_folder.Path);
            await suite.Program.PrintedAsync(moment.Line, Limit);
            var apis = suite.Clients.As(Roles.Operator);
            await suite.Program.UntilAsync(() => moment.Reached(apis), moment.Name, Limit);
            await suite.Program.KillAsync();
            output.WriteLine($"killed {moment.Name}");
        }

        await using var last = await Suite.StartScenarioAsync(_folder.Path);
        var summary = await last.SummaryAsync();

        Assert.Equal(expected.Counts, summary.Counts);
        Assert.Equal(0, summary["eventsLost"]);
        Assert.Equal(0, summary["eventsDuplicatedEffects"]);
    }

    public void Dispose() => _folder.Dispose();

    static async Task<bool> HasPublishedAsync<TEvent>(Apis apis, int count) where TEvent : class, IEvent
    {
        var events = await apis.CityEvents.ListEventsAsync(new() { PageSize = 1000, Types_ = { EventCatalog.NameOf(typeof(TEvent)) } });
        return events.Events.Count >= count;
    }

    static async Task<bool> ClockShowsAsync(Apis apis, string time) =>
        (await apis.Clock.GetClockAsync(new())).CurrentTime.ToDateTimeOffset() >= DateTimeOffset.Parse(time, null);
}
