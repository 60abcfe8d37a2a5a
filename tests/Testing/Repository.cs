using System.Runtime.CompilerServices;

namespace CanThoGov.Testing;

public static class Repository
{
    /// <summary>The folder that the tests were built in.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    static string ThisFile([CallerFilePath] string file = "") => file;
}
