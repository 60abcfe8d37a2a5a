using CanThoGov.Platform.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>Removes what is older than the retention: sent events, remembered requests, handled ids. An unsent event is never removed.</summary>
public sealed partial class Housekeeping<TDatabase>(
    TDatabase database, IOptions<OutboxOptions> options, TimeProvider time, ILogger<Housekeeping<TDatabase>> logger)
    : BackgroundService where TDatabase : Database
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RemoveAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, database.Service, e);
            }

            await Task.Delay(TimeSpan.FromHours(6), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task RemoveAsync(CancellationToken ct) => database.InTransactionAsync(async transaction =>
    {
        var before = new { before = time.GetUtcNow() - options.Value.Retention };
        await transaction.ExecuteAsync("DELETE FROM requests WHERE created_at < @before", before);
        await transaction.ExecuteAsync("DELETE FROM inbox WHERE handled_at < @before", before);
        // From the beginning of the log only, up to the first one that has to stay: the log never gets a hole. The head is read first: an
        // event that commits between the two reads is above it.
        var head = await EventLog.HeadAsync(transaction);
        var last = new
        {
            position = await transaction.FindAsync<long?>(
                "SELECT MIN(position) - 1 FROM event_log WHERE sent_at IS NULL OR sent_at >= @before", before)
                ?? head,
        };
        await transaction.ExecuteAsync("DELETE FROM event_log_units WHERE position <= @position", last);
        await transaction.ExecuteAsync("DELETE FROM event_log WHERE position <= @position", last);
    }, ct);

    static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Error, "Old rows of the {Service} database could not be removed; it is tried again.")]
        public static partial void Failed(ILogger logger, string service, Exception exception);
    }
}
