using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Monitoring.Traces;

/// <summary>How much of the traces is kept. They are for looking at, not for keeping: what does not fit is dropped and counted.</summary>
public sealed class TraceOptions
{
    public const string Section = "Traces";

    /// <summary>How long after its beginning a trace is kept.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Beyond this many spans the oldest traces go. A span takes about 1 KB.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxSpans { get; init; } = 200_000;

    /// <summary>Spans that may wait for the database.</summary>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; init; } = 50_000;

    /// <summary>Spans written in one transaction: SQLite has one writer, and the watch over deadlines needs it too.</summary>
    [Range(1, 2_000)]
    public int BatchSize { get; init; } = 500;

    /// <summary>How often what is too old or too much is removed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PruneInterval { get; init; } = TimeSpan.FromSeconds(30);
}
