using System.Diagnostics;

namespace CanThoGov.Load;

/// <summary>What is done just now, on the error output, with the seconds since the start.</summary>
static class Progress
{
    static readonly Stopwatch Watch = Stopwatch.StartNew();

    public static void Say(string text) => Console.Error.WriteLine($"{Watch.Elapsed.TotalSeconds,6:F1} s  {text}");
}
