using Microsoft.Extensions.Options;

namespace CanThoGov.Monitoring.Traces;

/// <summary>Keeps the traces within their bounds.</summary>
public sealed partial class TracePruning(
    TraceStore store, IOptions<TraceOptions> options, TimeProvider time, ILogger<TracePruning> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PruneInterval, time);
        do
        {
            try
            {
                await store.PruneAsync(time.GetUtcNow() - options.Value.Retention, options.Value.MaxSpans, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    static partial class Log
    {
        [LoggerMessage(5102, LogLevel.Error, "Old traces could not be removed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
