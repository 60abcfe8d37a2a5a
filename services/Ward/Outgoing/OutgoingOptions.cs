using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Ward.Outgoing;

/// <summary>How calls are delivered to the city.</summary>
public sealed class OutgoingOptions
{
    public const string Section = WardOptions.Section + ":Outgoing";

    /// <summary>Calls on different assignments that are under way together.</summary>
    [Range(1, 100)]
    public int Parallelism { get; init; } = 8;

    /// <summary>How long one attempt may take. A little longer it stays out of the reach of other replicas.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second attempt; it doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between two attempts: so long at most after the city is back.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the queue is looked through when nobody signals: for retries, and for calls that another replica took in.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
