using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using CanThoGov.Testing;

namespace CanThoGov.Platform.Tests.Messaging;

/// <summary>The consumer of tests/interop/consumer as a process of its own: one unit, a queue and a store that outlive the process.</summary>
public sealed class NodeConsumer(Uri broker, string unit, string store, params string[] types) : IAsyncDisposable
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "interop", "consumer");

    readonly ConcurrentQueue<JsonElement> _reports = [];
    readonly ConcurrentQueue<string> _errors = [];
    Process? _process;

    /// <summary>Why it cannot run here; null if it can, and always null in CI.</summary>
    public static string? Missing =>
        Environment.GetEnvironmentVariable("CI") == "true" || Directory.Exists(Path.Combine(Folder, "..", "node_modules", "amqplib"))
            ? null
            : "The packages from npm are missing: npm ci --prefix tests/interop.";

    public string Queue { get; } = $"outside-{Guid.NewGuid():N}";

    public bool Runs => _process is { HasExited: false };

    /// <summary>How often it said one of these since the last start.</summary>
    public int Count(params string[] what) => _reports.Count(report => what.Contains(report.GetProperty("what").GetString()));

    /// <summary>What it has stored.</summary>
    public IReadOnlyList<JsonElement> Stored =>
        File.Exists(store) ? [.. File.ReadAllLines(store).Select(line => JsonElement.Parse(line))] : [];

    public IReadOnlyList<string> StoredIds => [.. Stored.Select(e => e.GetProperty("id").GetString()!)];

    /// <summary>Returns when its queue is bound.</summary>
    public async Task StartAsync()
    {
        _reports.Clear();
        _process = Start("consumer.mjs", new() { ["AMQP_URL"] = broker.ToString() }, ["--unit", unit, "--queue", Queue, "--store", store, .. types]);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } report)
            {
                _reports.Enqueue(JsonElement.Parse(report));
            }
        };
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await SaysAsync(1, "consuming");
    }

    /// <summary>Waits until it has had the effect of so many events since the last start, whatever their order.</summary>
    public Task StoresAsync(int events) => SaysAsync(events, "stored", "overtaken");

    public Task SaysAsync(int times, params string[] what) => Eventually.HoldsAsync(
        () => Runs || Count(what) >= times ? Task.FromResult(Count(what) >= times) : throw new InvalidOperationException(string.Join('\n', _errors)),
        $"the consumer says '{string.Join("' or '", what)}' {times} times", TimeSpan.FromSeconds(60));

    /// <summary>Asks it to end, and expects that it ends well.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, Signal(_process!.Id, 15));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(_process.ExitCode == 0, string.Join('\n', _errors));
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs the check against a service's log; returns the events that are not in the store, each a line for it.</summary>
    public async Task<string[]> CatchUpAsync(string address, string token)
    {
        using var process = Start("catch-up.mjs", new() { ["TOKEN"] = token },
            ["--unit", unit, "--store", store, address, Path.Combine(Repository.Root, "protos"), .. types]);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public Task AppendAsync(IEnumerable<string> lines) => File.AppendAllLinesAsync(store, lines, TestContext.Current.CancellationToken);

    /// <summary>As a crash in the middle of writing leaves it.</summary>
    public Task CutLineAsync() => File.AppendAllTextAsync(store, "{\"id\":\"", TestContext.Current.CancellationToken);

    static Process Start(string script, Dictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            await KillAsync();
        }

        _process?.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);
}
