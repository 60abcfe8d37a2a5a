using System.CommandLine;
using System.Diagnostics;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Security;
using CanThoGov.Suite.Scenarios;
using Grpc.Net.Client;

namespace CanThoGov.Suite;

/// <summary><c>start</c>: runs everything, and plays a scenario if asked to.</summary>
static class StartCommand
{
    static readonly Option<string> Data = Options.Data;
    static readonly Option<string?> ScenarioName = new("--scenario") { Description = "Play this scenario, through the public APIs: q1-2026." };
    static readonly Option<bool> Exit = new("--exit") { Description = "Stop after the scenario." };
    static readonly Option<int> City = Port("--city-port", "gRPC of the city", 5101);
    static readonly Option<int> Ward = Port("--ward-port", "gRPC of the wards and communes", 5102);
    static readonly Option<int> Monitoring = Port("--monitoring-port", "gRPC of the monitoring", 5103);
    static readonly Option<int> Pages = Port("--pages-port", "pages", 8080);
    static readonly Option<int> Otlp = Port("--otlp-port", "OTLP over HTTP", 4318);

    public static Command Create()
    {
        var command = new Command("start", "Run all services in this process, on loopback.")
        {
            Data, ScenarioName, Exit, Options.Json, City, Ward, Monitoring, Pages, Otlp,
        };
        command.SetAction((parsed, ct) => Options.GuardAsync(() => RunAsync(parsed, ct)));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var data = DataFolder.Open(parsed.GetValue(Data)!);
        var scenario = data.Scenario(parsed.GetValue(ScenarioName));
        var ports = new SuitePorts(
            parsed.GetValue(City), parsed.GetValue(Ward), parsed.GetValue(Monitoring), parsed.GetValue(Pages), parsed.GetValue(Otlp));

        Console.Error.WriteLine("Starting…");
        await using var app = SuiteHost.Build(data, ports, scenario);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new ConfigurationException($"{e.Message} Choose another one: start --help lists the options.");
        }

        Console.Error.WriteLine(
            $"""
            Pages        http://127.0.0.1:{ports.Pages}
            gRPC         city 127.0.0.1:{ports.City}, ward 127.0.0.1:{ports.Ward}, monitoring 127.0.0.1:{ports.Monitoring}
            OTLP/HTTP    http://127.0.0.1:{ports.Otlp}/v1/traces
            Data         {data.Path}
            Ready after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s. Ctrl-C stops it.
            """);

        try
        {
            var status = 0;
            if (parsed.GetValue(ScenarioName) is not null)
            {
                using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
                status = await PlayAsync(app, ports, scenario!, parsed.GetValue(Options.Json), stopping.Token);
            }

            if (!parsed.GetValue(Exit))
            {
                await app.WaitForShutdownAsync(ct);
            }

            return status;
        }
        finally
        {
            // Also after a failure: whatever is still under way would otherwise find its services gone, and bury the failure under its own.
            await app.StopAsync(CancellationToken.None);
        }
    }

    static async Task<int> PlayAsync(WebApplication app, SuitePorts ports, Scenario scenario, bool json, CancellationToken ct)
    {
        using var city = GrpcChannel.ForAddress($"http://127.0.0.1:{ports.City}");
        using var ward = GrpcChannel.ForAddress($"http://127.0.0.1:{ports.Ward}");
        using var monitoring = GrpcChannel.ForAddress($"http://127.0.0.1:{ports.Monitoring}");
        return await Playing.PlayAsync(scenario, city, ward, monitoring, app.Services.GetRequiredService<TokenIssuer>(), json, ct);
    }

    static Option<int> Port(string name, string what, int value)
    {
        var option = new Option<int>(name) { Description = $"Port for {what}.", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 65535)
            {
                result.AddError($"{name} must be from 1 to 65535.");
            }
        });
        return option;
    }
}
