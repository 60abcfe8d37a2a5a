using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Security;

namespace CanThoGov.Ward;

/// <summary>
/// What took effect: each event when it was handled, each act of a unit with who did it and by which request. Only ever added to, so that
/// an effect that came twice would be found twice.
/// </summary>
static class Journal
{
    /// <summary>A subject has each version once: two rows of one version are one event handled twice. So are two publications of one revision.</summary>
    public static readonly string CountRepeatedEffects =
        $"""
        SELECT COUNT(*) FROM (
            SELECT subject FROM journal WHERE source = @source GROUP BY subject, version HAVING COUNT(*) > 1
            UNION ALL
            SELECT subject FROM event_log WHERE @source = 'monitoring' AND type = '{EventCatalog.NameOf(typeof(WardClockFollowed))}'
            GROUP BY subject, sequence HAVING COUNT(*) > 1) AS repeated
        """;

    /// <summary>Of the events only. Who did what in a unit stays.</summary>
    public const string Forget = $"DELETE FROM journal WHERE recorded_at < @before AND source <> '{EventCatalog.Ward}'";

    public static Task AddAsync(Transaction transaction, IEvent e)
    {
        var name = EventCatalog.NameOf(e.GetType());
        return AddAsync(transaction, EventCatalog.ServiceOf(name), EventCatalog.ShortNameOf(name), e.Subject(), e.Version, "", "");
    }

    /// <param name="kind">The rpc: <c>CreateWorkItem</c>.</param>
    public static Task AddAsync(Transaction transaction, string kind, string subject, long version, Caller caller, string requestId) =>
        AddAsync(transaction, EventCatalog.Ward, kind, subject, version, caller.Subject, requestId);

    static Task AddAsync(
        Transaction transaction, string source, string kind, string subject, long version, string actor, string requestId) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO journal (id, source, kind, subject, version, actor, request_id, recorded_at)
            VALUES (@id, @source, @kind, @subject, @version, @actor, @requestId, @RealNow)
            """,
            new { id = Guid.CreateVersion7(), source, kind, subject, version, actor, requestId, transaction.RealNow });
}
