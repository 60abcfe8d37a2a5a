using System.Diagnostics;
using System.Runtime.CompilerServices;
using CanThoGov.ContractDocuments;

namespace CanThoGov.Contract.Tests;

/// <summary>The committed documents.</summary>
static class Protos
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", "protos"));

    public static ContractDocuments.Contract Contract { get; } = new(Folder);

    /// <summary>A copy of the folder to break, which ends with the test.</summary>
    public static TemporaryProtos Copy() => new();

    static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

sealed class TemporaryProtos : IDisposable
{
    public TemporaryProtos()
    {
        var files = Directory.EnumerateFiles(Protos.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Protos.Folder, file));
        foreach (var file in files.Where(file => file.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, file))!);
            File.Copy(Path.Combine(Protos.Folder, file), Path.Combine(Folder, file));
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("canthogov-protos-").FullName;

    public string Released => Path.Combine(Folder, "released", "v1");

    public void Edit(string file, string from, string to)
    {
        var path = Path.Combine(Folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>The programs from npm in <c>tests/interop</c>.</summary>
static class Npm
{
    static readonly string Interop = Path.Combine(Protos.Folder, "..", "tests", "interop");

    public static string? Missing =>
        Environment.GetEnvironmentVariable("CI") == "true" || Directory.Exists(Path.Combine(Interop, "node_modules"))
            ? null
            : "The packages from npm are missing: npm ci --prefix tests/interop";

    public static string Buf { get; } = Path.Combine(Interop, "node_modules", ".bin", "buf");

    public static string Script(string name) => Path.Combine(Interop, name);

    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        return (process.ExitCode, await output + await errors);
    }
}
