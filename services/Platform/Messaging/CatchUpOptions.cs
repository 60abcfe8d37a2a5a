using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Messaging;

public sealed class CatchUpOptions
{
    public const string Section = "CatchUp";

    /// <summary>How often the logs of the other services are compared with what was handled, besides at start.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Wait before a service that cannot be reached is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);
}
