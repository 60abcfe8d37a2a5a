using System.Diagnostics;
using OpenTelemetry;

namespace CanThoGov.Monitoring.Traces;

/// <summary>Writes the queue into the database, batch by batch.</summary>
public sealed partial class SpanWriter(SpanQueue queue, TraceStore store, ILogger<SpanWriter> logger) : BackgroundService
{
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What the database says of this writing would be spans to write.
        using var suppressed = SuppressInstrumentationScope.Begin();
        try
        {
            while (await queue.WaitAsync(stoppingToken))
            {
                await WriteAsync(queue.Take());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            var limit = Stopwatch.StartNew();
            while (limit.Elapsed < StopLimit && queue.Take() is { Count: > 0 } rest)
            {
                await WriteAsync(rest);
            }
        }
    }

    // Begun, a batch is finished: what was taken from the queue is nowhere else.
    async Task WriteAsync(IReadOnlyList<StoredSpan> spans)
    {
        try
        {
            await store.AddAsync(spans, CancellationToken.None);
        }
        catch (Exception e)
        {
            queue.CountDropped(spans.Count);
            Log.NotWritten(logger, spans.Count, e);
        }
    }

    static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Warning, "{Count} spans could not be written and are dropped.")]
        public static partial void NotWritten(ILogger logger, int count, Exception exception);
    }
}
