using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Messaging;

/// <summary>How the readers of a service's event streams are served. Each service of a process serves as many as this says.</summary>
public sealed class WatchOptions
{
    public const string Section = "Watch";

    /// <summary>Streams at once; one more is refused. A stream that waits takes some 20 KB, one that catches up at most 128 KiB
    /// of events besides.</summary>
    [Range(1, 100_000)]
    public int MaxWatchers { get; init; } = 2_000;

    /// <summary>How long a response may wait for its reader before the stream is ended.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan WriteLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so long without a response comes one that only has a resume token.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the log is looked at while somebody watches and nobody tells of a commit.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Events at the end of the log that are kept in memory for all readers together; at most 16 MiB of them.</summary>
    [Range(1, 100_000)]
    public int TailEvents { get; init; } = 1_000;

    /// <summary>Readers that may read older events from the database at the same time; the others wait for their turn.</summary>
    [Range(1, 64)]
    public int ConcurrentReads { get; init; } = 4;
}
