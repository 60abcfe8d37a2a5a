using System.Diagnostics;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.Platform.Messaging;

/// <summary>
/// Makes at-least-once delivery exactly one effect: the event's id and everything that its handler does commit together, so a repeat
/// finds the id and does nothing. Whether it came from the broker or from the log makes no difference.
/// </summary>
public sealed class Inbox<TDatabase>(TDatabase database, IServiceProvider services, ILogReaders<TDatabase>? readers = null)
    where TDatabase : Database
{
    /// <returns>False if it was handled before, or does not concern this service.</returns>
    public Task<bool> HandleAsync(Guid id, string source, Subscription subscription, IEvent e, CancellationToken ct)
    {
        Activity.Current?.SetTag("canthogov.service", database.Service).SetTag("canthogov.subject", e.Subject());
        return database.InTransactionAsync(async transaction =>
        {
            if (readers is not null && !await readers.SeeAsync(transaction, e))
            {
                return false;
            }

            var added = await transaction.ExecuteAsync(
                """
                INSERT INTO inbox (event_id, source, handled_at) VALUES (@id, @source, @now)
                ON CONFLICT (event_id) DO NOTHING
                """, new { id, source, now = transaction.RealNow });
            if (added == 1)
            {
                await subscription.Handle(services.GetRequiredService(subscription.HandlerType), e, transaction);
            }

            return added == 1;
        }, ct);
    }

    /// <summary>Of these, the ids that were handled.</summary>
    public static async Task<HashSet<Guid>> HandledAsync(Session session, IEnumerable<Guid> ids) =>
        [.. await session.ListAsync<Guid>(
            $"SELECT event_id FROM inbox WHERE {session.Dialect.In("event_id", "@ids")}", new { ids = session.Dialect.Ids(ids) })];
}
