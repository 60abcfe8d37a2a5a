using System.Text;
using CanThoGov.Platform.Data;
using Dapper;

namespace CanThoGov.Monitoring.Traces;

/// <summary>A trace without its spans.</summary>
/// <param name="Failed">Above 0 if any of its spans failed.</param>
public sealed record StoredTrace(
    string TraceId, string RootSpanName, DateTimeOffset StartedAt, DateTimeOffset EndedAt, long SpanCount, long Failed);

public sealed class TraceStore(MonitoringDatabase database)
{
    /// <summary>So many spans of a trace are read at most: a page cannot show more, and an answer has a limit.</summary>
    public const int MaxSpansRead = 2000;

    const int RowsPerStatement = 100, TracesPerPruning = 200;

    const string TraceColumns = "trace_id, root_span_name, started_at, ended_at, span_count, failed";

    /// <summary>Adds spans and brings their traces up to date. A span that is there already changes nothing: exporters repeat.</summary>
    public Task AddAsync(IReadOnlyList<StoredSpan> spans, CancellationToken ct) => database.InTransactionAsync(async transaction =>
    {
        foreach (var rows in spans.Chunk(RowsPerStatement))
        {
            await InsertAsync(transaction, rows);
        }

        // Counted anew from the spans: right whatever comes twice, late or out of order.
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO traces (trace_id, root_span_name, started_at, ended_at, span_count, failed)
            SELECT s.trace_id,
                (SELECT r.name FROM spans r WHERE r.trace_id = s.trace_id
                 ORDER BY CASE WHEN r.parent_span_id = '' THEN 0 ELSE 1 END, r.started_at LIMIT 1),
                MIN(s.started_at), MAX(s.ended_at), COUNT(*), MAX(s.failed)
            FROM spans s WHERE {transaction.Dialect.In("s.trace_id", "@traces")} GROUP BY s.trace_id
            ON CONFLICT (trace_id) DO UPDATE
            SET root_span_name = excluded.root_span_name, started_at = excluded.started_at, ended_at = excluded.ended_at,
                span_count = excluded.span_count, failed = excluded.failed
            """, new { traces = spans.Select(span => span.TraceId).Distinct().ToArray() });
        await transaction.ExecuteAsync(
            """
            INSERT INTO trace_assignments (assignment_id, trace_id) VALUES (@assignment, @trace)
            ON CONFLICT (assignment_id, trace_id) DO NOTHING
            """, spans.Select(span => new { assignment = span.AssignmentId(), trace = span.TraceId })
                .Where(row => row.assignment is not null).Distinct());
    }, ct);

    // One statement for many rows: on PostgreSQL each statement is a way to the server and back.
    static Task InsertAsync(Transaction transaction, StoredSpan[] spans)
    {
        var sql = new StringBuilder(
            "INSERT INTO spans (trace_id, span_id, parent_span_id, service, name, kind, started_at, ended_at, failed, attributes) VALUES ");
        var parameters = new DynamicParameters();
        for (var i = 0; i < spans.Length; i++)
        {
            sql.Append(i == 0 ? "" : ", ").Append(
                $"(@t{i}, @s{i}, @p{i}, @v{i}, @n{i}, @k{i}, @b{i}, @e{i}, @f{i}, @a{i})");
            parameters.Add($"t{i}", spans[i].TraceId);
            parameters.Add($"s{i}", spans[i].SpanId);
            parameters.Add($"p{i}", spans[i].ParentSpanId);
            parameters.Add($"v{i}", spans[i].Service);
            parameters.Add($"n{i}", spans[i].Name);
            parameters.Add($"k{i}", spans[i].Kind);
            parameters.Add($"b{i}", spans[i].StartedAt);
            parameters.Add($"e{i}", spans[i].EndedAt);
            parameters.Add($"f{i}", spans[i].Failed);
            parameters.Add($"a{i}", spans[i].Attributes);
        }

        return transaction.ExecuteAsync(sql.Append(" ON CONFLICT (trace_id, span_id) DO NOTHING").ToString(), parameters);
    }

    /// <returns>Null if there is no such trace, or no longer.</returns>
    public Task<StoredTrace?> FindAsync(string traceId, CancellationToken ct) => database.ReadAsync(session =>
        session.FindAsync<StoredTrace>($"SELECT {TraceColumns} FROM traces WHERE trace_id = @traceId", new { traceId }), ct);

    /// <summary>By start time; at most <see cref="MaxSpansRead"/>.</summary>
    public Task<IReadOnlyList<StoredSpan>> ListSpansAsync(string traceId, CancellationToken ct) => database.ReadAsync(session =>
        session.ListAsync<StoredSpan>(
            """
            SELECT trace_id, span_id, parent_span_id, service, name, kind, started_at, ended_at, failed, attributes FROM spans
            WHERE trace_id = @traceId ORDER BY started_at, ended_at DESC, span_id LIMIT @limit
            """, new { traceId, limit = MaxSpansRead }), ct);

    /// <summary>Newest first.</summary>
    /// <param name="assignmentId">Only those that touched it; null for all, <c>-</c> for those that touched any.</param>
    /// <param name="after">The trace at which the page before ended.</param>
    public Task<IReadOnlyList<StoredTrace>> ListAsync(
        string? assignmentId, (DateTimeOffset StartedAt, string TraceId)? after, int limit, CancellationToken ct) =>
        database.ReadAsync(session => session.ListAsync<StoredTrace>(
            $"""
            SELECT {TraceColumns} FROM traces
            WHERE 1 = 1
            {(after is null ? "" : "AND (started_at < @StartedAt OR (started_at = @StartedAt AND trace_id < @TraceId))")}
            {assignmentId switch
            {
                null => "",
                "-" => "AND EXISTS (SELECT 1 FROM trace_assignments a WHERE a.trace_id = traces.trace_id)",
                _ => "AND trace_id IN (SELECT a.trace_id FROM trace_assignments a WHERE a.assignment_id = @assignmentId)",
            }}
            ORDER BY started_at DESC, trace_id DESC LIMIT @limit
            """, new { assignmentId, after?.StartedAt, after?.TraceId, limit }), ct);

    /// <summary>Removes what is too old, and the oldest of what is too much, in short transactions.</summary>
    /// <returns>How many traces.</returns>
    public async Task<int> PruneAsync(DateTimeOffset before, int maxSpans, CancellationToken ct)
    {
        var removed = 0;
        while (true)
        {
            var oldest = await database.ReadAsync(session => OldestAsync(session, before, maxSpans), ct);
            if (oldest.Length == 0)
            {
                return removed;
            }

            await database.InTransactionAsync(async transaction =>
            {
                var traces = new { oldest };
                await transaction.ExecuteAsync($"DELETE FROM spans WHERE {transaction.Dialect.In("trace_id", "@oldest")}", traces);
                await transaction.ExecuteAsync($"DELETE FROM trace_assignments WHERE {transaction.Dialect.In("trace_id", "@oldest")}", traces);
                await transaction.ExecuteAsync($"DELETE FROM traces WHERE {transaction.Dialect.In("trace_id", "@oldest")}", traces);
            }, ct);
            removed += oldest.Length;
        }
    }

    static async Task<string[]> OldestAsync(Session session, DateTimeOffset before, int maxSpans)
    {
        var tooMany = await session.SingleAsync<long>("SELECT COUNT(*) FROM spans") - maxSpans;
        var traces = await session.ListAsync<StoredTrace>(
            $"SELECT {TraceColumns} FROM traces ORDER BY started_at, trace_id LIMIT @limit", new { limit = TracesPerPruning });
        return [.. traces.TakeWhile(trace => IsTooMuch(trace)).Select(trace => trace.TraceId)];

        bool IsTooMuch(StoredTrace trace)
        {
            var remove = tooMany > 0 || trace.StartedAt < before;
            tooMany -= trace.SpanCount;
            return remove;
        }
    }
}
