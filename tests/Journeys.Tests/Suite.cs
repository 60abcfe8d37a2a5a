using System.Globalization;
using System.Text.Json.Nodes;

namespace CanThoGov.Journeys.Tests;

/// <summary>The embedded default as a process, on ports of its own.</summary>
public sealed class Suite : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    readonly Clients _clients;

    Suite(RunningProgram program, Clients clients, Ports ports)
    {
        (PagesAddress, WardAddress) = (Ports.Address(ports.Pages), Ports.Address(ports.Ward));
        Program = program;
        _clients = clients;
    }

    public RunningProgram Program { get; }

    public Clients Clients => _clients;

    public string PagesAddress { get; }

    public string WardAddress { get; }

    /// <summary>Returns when it is ready.</summary>
    public static async Task<Suite> StartAsync(string data, params string[] arguments)
    {
        var ports = Ports.Free();
        var program = RunningProgram.Start("Suite",
        [
            "start", "--data", data, "--city-port", Text(ports.City), "--ward-port", Text(ports.Ward),
            "--monitoring-port", Text(ports.Monitoring), "--pages-port", Text(ports.Pages), "--otlp-port", Text(ports.Otlp), .. arguments,
        ]);
        try
        {
            await program.PrintedAsync("Ready after", StartLimit);
            return new(program, new Clients(ports, Path.Combine(data, "signing-key.pem")), ports);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public static Task<Suite> StartScenarioAsync(string data) => StartAsync(data, "--scenario", "q1-2026", "--exit", "--json");

    /// <summary>Lets the scenario come to its end.</summary>
    public async Task<Summary> SummaryAsync() => Summary.Parse(await Program.OutputAsync(Summary.Limit));

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        await Program.DisposeAsync();
    }

    static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a scenario printed as its last line.</summary>
public sealed class Summary
{
    /// <summary>Two minutes are promised on two free cores; tests share theirs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    readonly JsonObject _figures;

    Summary(JsonObject figures) => _figures = figures;

    public long this[string name] => (long)_figures[name]!;

    /// <summary>Everything that has to be the same in every run: all but the time that it took.</summary>
    public string Counts => string.Join('\n', _figures.Where(figure => figure.Key != "seconds")
        .Select(figure => $"{figure.Key} {figure.Value!.ToJsonString()}"));

    public static Summary Parse(IReadOnlyList<string> output) => new(JsonNode.Parse(output[^1])!.AsObject());
}

/// <summary>The scenario played once on the embedded default without disturbance: what every other run is compared with.</summary>
public sealed class UndisturbedRun : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly SemaphoreSlim _one = new(1, 1);
    Summary? _summary;

    /// <summary>What the run left; there once <see cref="SummaryAsync"/> has returned.</summary>
    public string Data => _folder.Path;

    public async Task<Summary> SummaryAsync()
    {
        await _one.WaitAsync();
        try
        {
            return _summary ??= await PlayAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _one.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<Summary> PlayAsync()
    {
        await using var suite = await Suite.StartScenarioAsync(_folder.Path);
        return await suite.SummaryAsync();
    }
}

public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("canthogov-journey-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
