using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Monitoring.Firing;

/// <summary>How deadlines are watched.</summary>
public sealed class DeadlineOptions
{
    public const string Section = "Deadlines";

    /// <summary>Rungs that fire in one transaction.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; init; } = 1_000;

    /// <summary>The sweeper sleeps until the next rung, at most so long: the net for a rung that a replica set up and did not live to fire.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan LongestSleep { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A rung that fires later than this after its time is marked late.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A clock that is so far ahead of the monotonic one, or of the database's, stops the firing until an operator confirms it.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ClockJumpLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the canary fires.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CanaryInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A canary that has not fired so long after its time turns health red.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CanaryLimit { get; init; } = TimeSpan.FromMinutes(5);
}
