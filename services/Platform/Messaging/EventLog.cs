using System.Diagnostics;
using System.Text.Json;
using CanThoGov.Contracts;
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
/// that starts late, or was repaired, can be brought up from any point.
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
                        Units = string.Join(',', e.Units().Distinct(StringComparer.Ordinal)),
                        Traceparent = Activity.Current?.Id,
                        Body = bodies[i],
                    })),
                });
        var units = events.SelectMany((e, i) => e.Units().Distinct(StringComparer.Ordinal).Select(unit => new { Unit = unit, Position = first + i })).ToArray();
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

    /// <summary>Events after a position that concern one of the units, or everybody; all with <paramref name="units"/> null.</summary>
    public static Task<IReadOnlyList<LoggedEvent>> ReadAsync(
        Session session, long after, long upTo, int limit, string[]? units, string[] types) =>
        session.ListAsync<LoggedEvent>(
            $"""
            SELECT {Columns} FROM event_log
            WHERE position > @after AND position <= @upTo
            {(types.Length == 0 ? "" : $"AND {session.Dialect.In("type", "@types")}")}
            {(units is null ? "" : $"""
                AND (units = '' OR EXISTS (SELECT 1 FROM event_log_units u
                    WHERE u.position = event_log.position AND {session.Dialect.In("u.unit", "@units")}))
                """)}
            ORDER BY position LIMIT @limit
            """, new { after, upTo, limit, units, types });

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

    /// <summary>Position of the oldest event that the log holds; that of the next event if it holds none.</summary>
    public static Task<long> OldestAsync(Session session) => session.SingleAsync<long>(
        "SELECT COALESCE((SELECT MIN(position) FROM event_log), (SELECT position + 1 FROM event_log_head WHERE id = 1))");

    /// <summary>Position of the last committed event; 0 for an empty log.</summary>
    public static Task<long> HeadAsync(Session session) => session.SingleAsync<long>("SELECT position FROM event_log_head WHERE id = 1");
}
