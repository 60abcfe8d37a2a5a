namespace CanThoGov.Load;

/// <summary>What one round came to.</summary>
/// <param name="Fires">How many fired.</param>
/// <param name="Repeated">How many of them more than once.</param>
/// <param name="Seconds">From the instant at which the first was due to the commit of the last.</param>
/// <param name="LatenessMs">Of each: its commit against its due time. In order of size.</param>
sealed record Measured(int Fires, int Repeated, double Seconds, double[] LatenessMs, Counts Counts)
{
    public double FiresPerSecond => Fires / Seconds;

    public double StatementsPerFire => (double)Counts.Statements / Fires;

    public double CommitsPerFire => (double)Counts.Commits / Fires;

    /// <param name="share">0.5 for the median.</param>
    public double Lateness(double share) => LatenessMs[(int)Math.Ceiling(share * LatenessMs.Length) - 1];

    /// <summary>The middle one by speed.</summary>
    public static Measured MedianOf(IEnumerable<Measured> rounds)
    {
        var ordered = rounds.OrderBy(round => round.Seconds).ToArray();
        return ordered[ordered.Length / 2];
    }
}
