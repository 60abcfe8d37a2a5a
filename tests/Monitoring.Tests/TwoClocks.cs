namespace CanThoGov.Monitoring.Tests;

/// <summary>A machine's wall clock and its monotonic one, each moved by the test.</summary>
sealed class TwoClocks : TimeProvider
{
    public DateTimeOffset Wall { get; set; } = System.GetUtcNow();

    public TimeSpan Monotonic { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Time passes on both.</summary>
    public void Pass(TimeSpan time) => (Wall, Monotonic) = (Wall + time, Monotonic + time);

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => Monotonic.Ticks;
}
