using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Assignments;

/// <summary>What happened anywhere, as it came in. Only ever added to, and kept as long as the log.</summary>
public static class ActivityLog
{
    /// <summary>
    /// Events whose effects stand here twice. There is one event of a type for each version of its subject, so these three name it.
    /// </summary>
    public const string CountRepeated =
        """
        SELECT COUNT(*) FROM (
            SELECT 1 AS one FROM activity WHERE source = @source GROUP BY subject, version, type HAVING COUNT(*) > 1) AS repeated
        """;

    public const string Forget = "DELETE FROM activity WHERE recorded_at < @before";

    public static Task AppendAsync(Transaction transaction, IEvent e)
    {
        var type = EventCatalog.NameOf(e.GetType());
        return transaction.ExecuteAsync(
            "INSERT INTO activity (source, type, subject, version, recorded_at) VALUES (@source, @type, @subject, @Version, @RealNow)",
            new { source = EventCatalog.ServiceOf(type), type, subject = e.Subject(), e.Version, transaction.RealNow });
    }
}

/// <summary>For events of which nothing but their having happened is kept.</summary>
public sealed class ActivityProjection : IEventHandler<IEvent>
{
    public Task HandleAsync(IEvent e, Transaction transaction) => ActivityLog.AppendAsync(transaction, e);
}
