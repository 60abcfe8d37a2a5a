using System.Diagnostics;
using CanThoGov.Platform.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>
/// Sends what stands unsent in a service's log: publish, wait for the confirmation, mark. A crash between publishing and marking
/// repeats the publish: delivery is at least once. On PostgreSQL any number of replicas share the rows; on SQLite no lock is held
/// while the network is used.
/// </summary>
public sealed partial class OutboxRelay<TDatabase>(
    TDatabase database, EventPublisher publisher, IOptions<OutboxOptions> options, TimeProvider time, ILogger<OutboxRelay<TDatabase>> logger)
    : BackgroundService where TDatabase : Database
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Round round;
                while ((round = await SendBatchAsync(stoppingToken)).Confirmed > 0 && round.Failure is null)
                {
                }

                if (round.Failure is not null)
                {
                    Log.RelayFailed(logger, database.Service, round.Failure);
                }

                await database.Published.WaitAsync(options.Value.PollInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.RelayFailed(logger, database.Service, e);
                await Task.Delay(options.Value.PollInterval, time, stoppingToken);
            }
        }
    }

    sealed record Round(int Confirmed, Exception? Failure);

    Task<Round> SendBatchAsync(CancellationToken ct) =>
        database.Dialect.Provider == DatabaseProvider.Postgres
            ? database.InTransactionAsync(transaction => SendAsync(transaction, transaction.ExecuteAsync), ct)
            : database.ReadAsync(session => SendAsync(session, MarkAsync), ct);

    Task<int> MarkAsync(string sql, object? parameters) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(sql, parameters), CancellationToken.None);

    async Task<Round> SendAsync(Session session, Func<string, object?, Task<int>> mark)
    {
        var events = await session.ListAsync<LoggedEvent>(
            $"""
            SELECT {EventLog.Columns} FROM event_log
            WHERE sent_at IS NULL ORDER BY position LIMIT @limit {session.Dialect.SkipLocked}
            """, new { limit = options.Value.BatchSize });
        if (events.Count == 0)
        {
            return new(0, null);
        }

        // Not a part of whatever activity started the relay: each event goes on with the trace that it was stored with.
        Activity.Current = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(session.Cancelled);
        limit.CancelAfter(options.Value.PublishTimeout);
        var publishing = events.Select(e => publisher.PublishAsync(database.Service, e, limit.Token)).ToArray();
        // Some publishes never return once the broker was away, whatever their token says: the delay ends the waiting for those.
        await Task.WhenAny(Task.WhenAll(publishing), Task.Delay(options.Value.PublishTimeout, time, session.Cancelled));

        var confirmed = events.Where((_, i) => publishing[i].IsCompletedSuccessfully).Select(e => e.Position).ToArray();
        if (confirmed.Length > 0)
        {
            await mark(
                $"UPDATE event_log SET sent_at = @now WHERE {session.Dialect.In("position", "@confirmed")}",
                new { now = time.GetUtcNow(), confirmed });
        }

        return new(confirmed.Length, confirmed.Length == events.Count ? null : new InvalidOperationException(
            $"{events.Count - confirmed.Length} of {events.Count} events were not confirmed and stay in the outbox.",
            publishing.FirstOrDefault(task => task.IsFaulted)?.Exception));
    }

    static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "The outbox of {Service} could not be sent; it is tried again.")]
        public static partial void RelayFailed(ILogger logger, string service, Exception exception);
    }
}
