using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Ward.Outgoing;

/// <summary>
/// The calls that wait for the city. Of one unit's calls on one assignment only the oldest is ever handed out, and the next only when it
/// has its answer. Any number of replicas share the queue; who took a call and vanished loses it when the lease ends.
/// </summary>
public sealed class OutgoingQueue
{
    const string Columns =
        """
        id, position, unit, assignment_id, method, request, state, actor, traceparent, created_at, answered_at, attempt_count,
        refusal_reason, refusal_message, read_token
        """;

    /// <summary>Set when there may be something to hand out.</summary>
    public Signal Changed { get; } = new();

    public async Task AddAsync(Transaction transaction, OutgoingCall call)
    {
        // Held until the commit, so that positions follow the order of the commits.
        var position = await transaction.SingleAsync<long>("UPDATE outgoing_head SET position = position + 1 WHERE id = 1 RETURNING position");
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO outgoing_calls ({Columns}, next_attempt_at)
            VALUES (@Id, @position, @Unit, @AssignmentId, @Method, @Request, @state, @Actor, @Traceparent, @CreatedAt, @AnsweredAt,
                @AttemptCount, @RefusalReason, @RefusalMessage, @ReadToken, @RealNow)
            """,
            new
            {
                call.Id,
                position,
                call.Unit,
                call.AssignmentId,
                call.Method,
                call.Request,
                state = call.State.ToString(),
                call.Actor,
                call.Traceparent,
                call.CreatedAt,
                call.AnsweredAt,
                call.AttemptCount,
                call.RefusalReason,
                call.RefusalMessage,
                call.ReadToken,
                transaction.RealNow,
            });
        transaction.OnCommitted(Changed.Set);
    }

    /// <summary>Takes the place of one with its id that the city refused.</summary>
    public async Task AddAgainAsync(Transaction transaction, OutgoingCall call)
    {
        await transaction.ExecuteAsync("DELETE FROM outgoing_calls WHERE unit = @Unit AND id = @Id AND state = 'Refused'", call);
        await AddAsync(transaction, call);
    }

    /// <returns>Null if there is none.</returns>
    public Task<OutgoingCall?> FindAsync(Session session, string unit, Guid id) =>
        session.FindAsync<OutgoingCall>($"SELECT {Columns} FROM outgoing_calls WHERE unit = @unit AND id = @id", new { unit, id });

    /// <summary>Oldest first.</summary>
    /// <param name="states">All if empty.</param>
    public Task<IReadOnlyList<OutgoingCall>> ListAsync(Session session, string[] units, string[] states, long after, int limit) =>
        session.ListAsync<OutgoingCall>(
            $"""
            SELECT {Columns} FROM outgoing_calls
            WHERE position > @after AND {session.Dialect.In("unit", "@units")}
            {(states.Length == 0 ? "" : $"AND {session.Dialect.In("state", "@states")}")}
            ORDER BY position LIMIT @limit
            """, new { units, states, after, limit });

    /// <summary>
    /// Hands out calls whose turn it is: those of the units in turn, first of who has fewest under way, then of who was served longest ago, so
    /// that no unit waits behind another's backlog, however old that is; a unit's own oldest first.
    /// </summary>
    /// <param name="until">Real time at which the lease ends.</param>
    public async Task<IReadOnlyList<OutgoingCall>> ClaimAsync(Transaction transaction, DateTimeOffset until, int limit)
    {
        var calls = new List<OutgoingCall>();
        while (calls.Count < limit && await ClaimOneOfEachAsync(transaction, until, limit - calls.Count) is { Count: > 0 } more)
        {
            calls.AddRange(more);
        }

        return calls;
    }

    // The cost follows from the number of units that wait, not from what has piled up.
    static async Task<IReadOnlyList<OutgoingCall>> ClaimOneOfEachAsync(Transaction transaction, DateTimeOffset until, int limit)
    {
        var calls = await transaction.ListAsync<OutgoingCall>(
            $"""
            WITH busy AS (
                SELECT unit, COUNT(*) AS calls FROM outgoing_calls WHERE state = 'Pending' AND leased_until > @RealNow GROUP BY unit
            ), heads AS MATERIALIZED (
                SELECT u.unit, (
                    SELECT c.position FROM outgoing_calls c
                    WHERE c.state = 'Pending' AND c.unit = u.unit AND c.next_attempt_at <= @RealNow
                        AND (c.leased_until IS NULL OR c.leased_until <= @RealNow AND c.leased_until <> @until) AND NOT EXISTS (
                            SELECT 1 FROM outgoing_calls earlier
                            WHERE earlier.state = 'Pending' AND earlier.unit = c.unit AND earlier.assignment_id = c.assignment_id
                                AND earlier.position < c.position)
                    ORDER BY c.position LIMIT 1) AS position
                FROM (SELECT DISTINCT unit FROM outgoing_calls WHERE state = 'Pending') u
            )
            UPDATE outgoing_calls SET leased_until = @until, attempt_count = attempt_count + 1
            WHERE position IN (
                SELECT position FROM outgoing_calls
                WHERE position IN (
                        SELECT h.position FROM heads h LEFT JOIN busy b ON b.unit = h.unit LEFT JOIN outgoing_turns t ON t.unit = h.unit
                        WHERE h.position IS NOT NULL
                        ORDER BY COALESCE(b.calls, 0), COALESCE(t.served, 0), h.position LIMIT @limit)
                    AND state = 'Pending' AND (leased_until IS NULL OR leased_until <= @RealNow)
                {transaction.Dialect.SkipLocked})
            RETURNING {Columns}
            """, new { transaction.RealNow, until, limit });
        // In one order, so that two replicas never wait for each other.
        foreach (var unit in calls.Select(call => call.Unit).Order(StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync(
                """
                INSERT INTO outgoing_turns (unit, served) VALUES (@unit, (SELECT COALESCE(MAX(served), 0) + 1 FROM outgoing_turns))
                ON CONFLICT (unit) DO UPDATE SET served = excluded.served
                """, new { unit });
        }

        return calls;
    }

    /// <summary>The city carried it out.</summary>
    /// <param name="now">Business time.</param>
    /// <param name="readToken">What the city gave for those who want to read what it did.</param>
    public Task DeliveredAsync(Transaction transaction, Guid id, DateTimeOffset now, string readToken) =>
        AnsweredAsync(transaction, new { id, state = nameof(OutgoingState.Delivered), now, reason = "", message = "", readToken });

    /// <summary>The city refused it, for good.</summary>
    /// <param name="now">Business time.</param>
    public Task RefusedAsync(Transaction transaction, Guid id, DateTimeOffset now, string reason, string message) =>
        AnsweredAsync(transaction, new { id, state = nameof(OutgoingState.Refused), now, reason, message, readToken = "" });

    /// <summary>It is handed out again at <paramref name="next"/>, real time.</summary>
    public Task PostponeAsync(Transaction transaction, Guid id, DateTimeOffset next) =>
        transaction.ExecuteAsync(
            "UPDATE outgoing_calls SET next_attempt_at = @next, leased_until = NULL WHERE id = @id AND state = 'Pending'", new { id, next });

    /// <summary>For a database that one process has to itself: what an earlier run had taken when it was killed is free again.</summary>
    public static Task ReleaseAllAsync(Transaction transaction) =>
        transaction.ExecuteAsync("UPDATE outgoing_calls SET leased_until = NULL WHERE state = 'Pending' AND leased_until IS NOT NULL");

    async Task AnsweredAsync(Transaction transaction, object answer)
    {
        await transaction.ExecuteAsync(
            """
            UPDATE outgoing_calls
            SET state = @state, answered_at = @now, leased_until = NULL, refusal_reason = @reason, refusal_message = @message,
                read_token = @readToken
            WHERE id = @id AND state = 'Pending'
            """, answer);
        transaction.OnCommitted(Changed.Set);
    }
}
