using CanThoGov.Platform.Security;
using CanThoGov.Suite.Scenarios;
using Grpc.Net.Client;
using Spectre.Console;

namespace CanThoGov.Suite;

/// <summary>Plays a scenario against running services and prints what came of it.</summary>
static class Playing
{
    static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    /// <returns>The exit code: 1 if an event was lost or had its effect twice.</returns>
    public static async Task<int> PlayAsync(
        Scenario scenario, GrpcChannel city, GrpcChannel ward, GrpcChannel monitoring, TokenIssuer issuer, bool json, CancellationToken ct)
    {
        var player = new ScenarioPlayer(scenario, city, ward, monitoring,
            (role, unit, subject) => issuer.Issue(role, subject, unit is null ? [] : [unit], TokenLifetime));
        var summary = await player.PlayAsync(new Lines(), ct);
        if (json)
        {
            Console.Out.WriteLine(summary.ToJson());
        }
        else
        {
            AnsiConsole.Write(SummaryTable.Of(summary));
        }

        return summary is { EventsLost: 0, EventsDuplicatedEffects: 0 } ? 0 : 1;
    }

    // Progress<T> would post to the thread pool and mix up the order.
    sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
