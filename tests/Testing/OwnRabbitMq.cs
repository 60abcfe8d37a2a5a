using System.Diagnostics;

namespace CanThoGov.Testing;

/// <summary>
/// A RabbitMQ of a test's own, which may stop it and start it again without harm to others. A shell that reads from this process holds it,
/// so that it ends with this process, however that ends.
/// </summary>
public sealed class OwnRabbitMq : IAsyncDisposable
{
    const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    const string Shell =
        """
        source "$1/deploy/lib.sh"
        trap : TERM INT HUP
        trap 'stop_rabbitmq "$2"; rm -rf "$2"' EXIT
        while read -r command; do
          if "${command}_rabbitmq" "$2" >&2; then rabbitmq_uri "$2"; else echo; fi
        done
        """;

    readonly Process _shell = Process.Start(new ProcessStartInfo(
        "bash", ["-uc", Shell, "rabbitmq", Repository.Root, Directory.CreateTempSubdirectory("canthogov-rabbitmq-").FullName])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Why there can be none here; null if there can, and always null in CI.</summary>
    public static string? Missing =>
        Environment.GetEnvironmentVariable("CI") == "true" || File.Exists(Program) ? null : "RabbitMQ is not installed; tests/run installs it.";

    /// <summary>With user and password. The same after each start.</summary>
    public Uri Address { get; private set; } = null!;

    public async Task StartAsync() => Address = new(await DoAsync("start"));

    public Task StopAsync() => DoAsync("stop");

    async Task<string> DoAsync(string command)
    {
        await _shell.StandardInput.WriteLineAsync(command);
        await _shell.StandardInput.FlushAsync();
        return await _shell.StandardOutput.ReadLineAsync() is { Length: > 0 } address
            ? address
            : throw new InvalidOperationException($"RabbitMQ did not {command}: see the error output.");
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
