using System.Diagnostics;

namespace CanThoGov.Suite.Scenarios;

internal static class Until
{
    /// <summary>Asks again and again, ever more slowly, until the answer is there.</summary>
    /// <param name="what">For the message, should the limit pass.</param>
    /// <param name="probe">Null: not yet.</param>
    /// <exception cref="ScenarioException">The limit passed.</exception>
    public static async Task<T> FoundAsync<T>(string what, TimeSpan limit, Func<Task<T?>> probe, CancellationToken ct)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        for (var pause = 10; ; pause = Math.Min(2 * pause, 250))
        {
            if (await probe() is { } found)
                return found;
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new ScenarioException($"Waited {limit.TotalSeconds:0} s in vain: {what}.");
            await Task.Delay(pause, ct);
        }
    }
}
