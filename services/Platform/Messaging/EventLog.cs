using System.Diagnostics;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.Platform.Messaging;

/// <summary>An event as it stands in the log.</summary>
public sealed record LoggedEvent(
    long Position, Guid Id, string Type, string Subject, long Sequence, DateTimeOffset OccurredAt, string Units, string? Traceparent, string Body)
{
    /// <summary>Ids of the units that it concerns; none if it concerns everybody.</summary>
    public string[] UnitIds() => Units.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// The outbox that is also the log: a service's events in the order of their commits. Rows stay after they were sent, so that a consumer
/// that starts late, or was repaired, can be brought up from any point. What is older than the retention is condensed: it forgets what
/// happened, but not how it ended.
/// </summary>
public static class EventLog
{
    /// <summary>UTF-8 bytes of a body; what brokers and consumers are asked to carry.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    internal const string Columns = "position, id, type, subject, sequence, occurred_at, units, traceparent, body";

    /// <summary>
    /// The head row is held until the commit, so positions follow the order of the commits without gaps, and no reader can pass an event
    /// that is still uncommitted.
    /// </summary>
    internal static async Task<long> AppendAsync(Transaction transaction, IReadOnlyList<IEvent> events)
    {
        var bodies = events.Select(Body).ToArray();
        var last = await transaction.SingleAsync<long>(
            "UPDATE event_log_head SET position = position + @count WHERE id = 1 RETURNING position", new { count = events.Count });
        var first = last - events.Count + 1;
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO event_log (position, id, type, subject, sequence, occurred_at, units, traceparent, body)
            SELECT position, id, type, subject, sequence, occurred_at, units, traceparent, body FROM {transaction.Dialect.Rows("n", "@rows",
                "position bigint, id uuid, type text, subject text, sequence bigint, occurred_at timestamptz, units text, traceparent text, body text")}
            """, new
                {
                    rows = SqlRows.Json(events.Select((e, i) => new
                    {
                        Position = first + i,
                        Id = Guid.CreateVersion7(),
                        Type = EventCatalog.NameOf(e.GetType()),
                        Subject = e.Subject(),
                        Sequence = e.Version,
                        OccurredAt = transaction.RealNow,
                        Units = string.Join(',', e.Units()),
                        Traceparent = Activity.Current?.Id,
                        Body = bodies[i],
                    })),
                });
        var units = events.SelectMany((e, i) => e.Units().Select(unit => new { Unit = unit, Position = first + i })).ToArray();
        if (units.Length > 0)
        {
            await transaction.ExecuteAsync(
                $"INSERT INTO event_log_units (unit, position) SELECT unit, position FROM {transaction.Dialect.Rows("n", "@rows", "unit text, position bigint")}",
                new { rows = SqlRows.Json(units) });
        }

        return last;
    }

    /// <exception cref="DomainException">EVENT_TOO_LARGE, which otherwise comes when the transaction commits.</exception>
    internal static void RequireCarried(IEvent e) => Body(e);

    static string Body(IEvent e)
    {
        var body = JsonSerializer.Serialize(e, e.GetType(), ContractJson.Options);
        var size = System.Text.Encoding.UTF8.GetByteCount(body);
        return size <= MaxBodyBytes ? body : throw TooLarge(e, size, MaxBodyBytes);
    }

    /// <param name="limit">Bytes; below <see cref="MaxBodyBytes"/> where room is kept for what is to come.</param>
    public static DomainException TooLarge(IEvent e, int size, int limit) =>
        new DomainException(StatusCode.ResourceExhausted, "EVENT_TOO_LARGE",
            $"The change would need {size} bytes in each event from now on; at most {limit} may be. Shorten the texts.")
            .With("subject", e.Subject()).With("bytes", size).With("limit", limit);

    /// <summary>Events after a position; all if the filter is null.</summary>
    public static Task<IReadOnlyList<LoggedEvent>> ReadAsync(Session session, long after, long upTo, int limit, EventFilter? filter) =>
        session.ListAsync<LoggedEvent>(
            $"""
            SELECT {Columns} FROM event_log
            WHERE position > @after AND position <= @upTo
            {(filter is null or { Types.Length: 0 } ? "" : $"AND {session.Dialect.In("type", "@Types")}")}
            {(filter is null or { Hidden.Length: 0 } ? "" : $"AND NOT ({session.Dialect.In("type", "@Hidden")})")}
            {(filter?.Units is null ? "" : $"""
                AND (units = '' OR EXISTS (SELECT 1 FROM event_log_units u
                    WHERE u.position = event_log.position AND {session.Dialect.In("u.unit", "@Units")}))
                """)}
            ORDER BY position LIMIT @limit
            """, new { after, upTo, limit, filter?.Types, filter?.Hidden, filter?.Units });

    /// <summary>
    /// Refuses to go on behind a position if what follows it was removed. To be asked after the events were read: asked before, it would not
    /// see what is removed between the two.
    /// </summary>
    /// <exception cref="DomainException">OUT_OF_RANGE, reason <c>LOG_TRUNCATED</c>.</exception>
    public static async Task RequireAsync(Session session, long after)
    {
        var oldest = await OldestAsync(session);
        if (after + 1 < oldest)
        {
            throw new DomainException(StatusCode.OutOfRange, "LOG_TRUNCATED",
                $"Events up to {oldest - 1} were removed. Begin to follow the log anew from now on, then read the resources once.")
                .With("oldest_position", oldest);
        }
    }

    /// <summary>Position from which on the log is whole; that of the next event if nothing is left.</summary>
    public static Task<long> OldestAsync(Session session) => session.SingleAsync<long>("SELECT oldest FROM event_log_head WHERE id = 1");

    /// <summary>
    /// Removes what was sent before a time, up to the first event that has to stay: behind that the log never gets a hole. Before it stay of
    /// each subject the last event of each type; of an assignment the last event, which carries the whole of it, and the last answer to coordinate.
    /// </summary>
    internal static async Task CondenseAsync(Transaction transaction, DateTimeOffset before)
    {
        // The head is read first: an event that commits between the two reads is above it.
        var head = await HeadAsync(transaction);
        var oldest = await transaction.FindAsync<long?>(
            "SELECT MIN(position) FROM event_log WHERE sent_at IS NULL OR sent_at >= @before", new { before }) ?? head + 1;
        var what = new { oldest, whole = WholeStates };
        await transaction.ExecuteAsync(
            $"""
            DELETE FROM event_log WHERE position IN (
                SELECT position FROM (
                    SELECT position, LEAD(position) OVER (
                        PARTITION BY subject, CASE WHEN {transaction.Dialect.In("type", "@whole")} THEN '' ELSE type END ORDER BY position) AS later
                    FROM event_log) AS numbered
                WHERE later IS NOT NULL AND position < @oldest)
            """, what);
        await transaction.ExecuteAsync(
            """
            DELETE FROM event_log_units WHERE position < @oldest
                AND NOT EXISTS (SELECT 1 FROM event_log WHERE event_log.position = event_log_units.position)
            """, what);
        await transaction.ExecuteAsync("UPDATE event_log_head SET oldest = @oldest WHERE oldest < @oldest", what);
    }

    // The words of an answer to coordinate are in no other event.
    static readonly string[] WholeStates =
    [
        .. EventCatalog.All
            .Where(type => type.IsAssignableTo(typeof(IAssignmentEvent)) && type != typeof(ContributionSubmitted)).Select(EventCatalog.NameOf),
    ];

    /// <summary>Position of the last committed event; 0 for an empty log.</summary>
    public static Task<long> HeadAsync(Session session) => session.SingleAsync<long>("SELECT position FROM event_log_head WHERE id = 1");
}
