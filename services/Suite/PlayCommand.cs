using System.CommandLine;
using CanThoGov.Platform.Hosting;
using CanThoGov.Suite.Scenarios;
using Grpc.Net.Client;

namespace CanThoGov.Suite;

/// <summary><c>play</c>: plays a scenario against services that run already.</summary>
static class PlayCommand
{
    static readonly Option<string> ScenarioName = new("--scenario") { Description = "Which one: q1-2026.", Required = true };
    static readonly Option<bool> ForeignUnits = new("--foreign-units")
    {
        Description = "Print the units that call the city themselves, which the ward service must not serve (Ward:ExceptUnits), and end.",
    };

    static readonly Option<string> City = Address("--city", 5101);
    static readonly Option<string> Ward = Address("--ward", 5102);
    static readonly Option<string> Monitoring = Address("--monitoring", 5103);

    public static Command Create()
    {
        var command = new Command("play", "Play a scenario against services that run already.")
        {
            ScenarioName, ForeignUnits, Options.KeyFile, Options.Data, City, Ward, Monitoring, Options.Json,
        };
        command.SetAction((parsed, ct) => Options.GuardAsync(async () =>
        {
            var scenario = Scenario.Load(parsed.GetValue(ScenarioName)!);
            if (parsed.GetValue(ForeignUnits))
            {
                Console.WriteLine(string.Join(',', scenario.ForeignUnits));
                return 0;
            }

            using var key = Options.OpenKey(parsed);
            using var city = GrpcChannel.ForAddress(parsed.GetValue(City)!);
            using var ward = GrpcChannel.ForAddress(parsed.GetValue(Ward)!);
            using var monitoring = GrpcChannel.ForAddress(parsed.GetValue(Monitoring)!);
            return await Playing.PlayAsync(scenario, city, ward, monitoring, Options.Issuer(key), parsed.GetValue(Options.Json), ct);
        }));
        return command;
    }

    static Option<string> Address(string name, int port) =>
        new(name) { Description = "Address of the service.", DefaultValueFactory = _ => $"http://127.0.0.1:{port}" };
}
