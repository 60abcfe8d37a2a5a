using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Grpc.Core;

namespace CanThoGov.Journeys.Tests;

/// <summary>One of the built programs as a process of its own. It is killed at the latest when this is disposed.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    const int ShownLines = 200, SigTerm = 15;

    readonly Process _process;
    readonly string _what;
    readonly ConcurrentQueue<string> _lines = new();
    readonly List<string> _output = [];

    RunningProgram(string what, ProcessStartInfo start)
    {
        _what = what;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Add(e.Data, isOutput: true);
        _process.ErrorDataReceived += (_, e) => Add(e.Data, isOutput: false);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <param name="program">The project: <c>City</c>.</param>
    /// <param name="settings">Environment variables.</param>
    public static RunningProgram Start(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Whoever runs the tests may send traces of his own somewhere.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings ?? [])
        {
            start.Environment[name] = value;
        }

        return new($"{program} {string.Join(' ', arguments)}", start);
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Its lines on the standard output.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        await using var running = Start(program, arguments, settings);
        return await running.OutputAsync(limit);
    }

    /// <summary>Waits until it has ended well.</summary>
    /// <returns>Its lines on the standard output.</returns>
    public async Task<IReadOnlyList<string>> OutputAsync(TimeSpan limit)
    {
        var code = await ExitCodeAsync(limit);
        return code == 0 ? _output : throw Failure($"ended with exit code {code}");
    }

    public async Task<int> ExitCodeAsync(TimeSpan limit)
    {
        using var waiting = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(waiting.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(Describe($"did not end within {limit.TotalSeconds} s"));
        }
    }

    /// <summary>Waits for a line, on either output, that contains the text.</summary>
    public Task PrintedAsync(string text, TimeSpan limit) =>
        UntilAsync(() => Task.FromResult(HasPrinted(text)), $"a line with '{text}'", limit);

    public bool HasPrinted(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until the condition holds, as long as the program runs.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await HoldsAsync(condition))
        {
            if (HasExited)
            {
                throw Failure($"ended with exit code {await ExitCodeAsync(TimeSpan.FromSeconds(10))} before there was {what}");
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException(Describe($"ran for {limit.TotalSeconds} s without {what}"));
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Ends it at once, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (!HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as Ctrl-C does.</summary>
    public void Terminate()
    {
        if (Signal(_process.Id, SigTerm) != 0)
        {
            throw Failure("could not be asked to stop");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    InvalidOperationException Failure(string what) => new(Describe(what));

    string Describe(string what) => $"{_what} {what}. It printed:\n{string.Join('\n', _lines.TakeLast(ShownLines))}";

    async Task<bool> HoldsAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable && !HasExited)
        {
            return false;   // by contract: ask again
        }
        catch (RpcException e)
        {
            throw new InvalidOperationException(Describe($"ran when a call failed ({e.Status})"), e);
        }
    }

    void Add(string? line, bool isOutput)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (isOutput)
        {
            _output.Add(line);
        }
    }

    // This runs in tests/Journeys.Tests/bin/{configuration}/net10.0.
    static string PathOf(string program)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var root = here.Parent!.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "services", program, "bin", here.Parent.Name, here.Name, $"CanThoGov.{program}.dll");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);
}
