using CanThoGov.Platform.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>Removes what is older than the retention: sent events but for the last state, remembered requests, handled ids and
/// the traces of their effects. An unsent event is never removed.</summary>
public sealed partial class Housekeeping<TDatabase>(
    TDatabase database, Subscriptions<TDatabase> subscriptions, IOptions<OutboxOptions> options, TimeProvider time, ILogger<Housekeeping<TDatabase>> logger)
    : BackgroundService where TDatabase : Database
{
    static readonly TimeSpan Margin = TimeSpan.FromDays(1);

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
        var before = time.GetUtcNow() - options.Value.Retention;
        await transaction.ExecuteAsync("DELETE FROM requests WHERE created_at < @before", new { before });
        // Longer than the events, which another service removes at another hour: what its log still holds whole is known here.
        var handled = new { before = before - Margin };
        await transaction.ExecuteAsync("DELETE FROM inbox WHERE handled_at < @before", handled);
        if (subscriptions.ForgetEffects is { } forget)
        {
            // Together: an event whose id is forgotten may come again from what the log keeps for good.
            await transaction.ExecuteAsync(forget, handled);
        }

        await EventLog.CondenseAsync(transaction, before);
    }, ct);

    static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Error, "Old rows of the {Service} database could not be removed; it is tried again.")]
        public static partial void Failed(ILogger logger, string service, Exception exception);
    }
}
