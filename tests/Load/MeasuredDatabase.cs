using System.Data;
using Dapper;
using Npgsql;

namespace CanThoGov.Load;

/// <param name="Statements">Without those that begin or end transactions.</param>
/// <param name="Commits">Of transactions, and of statements that write outside one.</param>
readonly record struct Counts(long Statements, long Commits);

/// <summary>A database that counts what it is asked, by its <c>pg_stat_statements</c>.</summary>
sealed class MeasuredDatabase(string settings) : IAsyncDisposable
{
    /// <summary>Stands in the statements of the measurement itself, which are not counted.</summary>
    public const string Mark = "/* load */";

    const string Counted =
        $"FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query NOT LIKE '%{Mark}%'";

    readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(settings);

    public string Settings => settings;

    public NpgsqlCommand CreateCommand(string sql) => _source.CreateCommand(sql);

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct) => _source.OpenConnectionAsync(ct);

    /// <summary>Several statements are one transaction.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken ct, object? parameters = null)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new(sql, parameters, commandType: CommandType.Text, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, CancellationToken ct, object? parameters = null)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<T>(new(sql, parameters, cancellationToken: ct))).AsList();
    }

    public async Task<T> SingleAsync<T>(string sql, CancellationToken ct, object? parameters = null)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<T>(new(sql, parameters, cancellationToken: ct));
    }

    /// <summary>So that none of it happens while it is measured.</summary>
    public async Task TidyAsync(CancellationToken ct)
    {
        await ExecuteAsync("VACUUM (ANALYZE)", ct);
        await ExecuteAsync("CHECKPOINT", ct);
        await ExecuteAsync("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", ct);
    }

    public Task StartCountingAsync(CancellationToken ct) => ExecuteAsync($"SELECT {Mark} pg_stat_statements_reset()", ct);

    /// <param name="alone">The beginning of statements that write outside a transaction.</param>
    public Task<Counts> CountAsync(CancellationToken ct, string alone = "") => SingleAsync<Counts>(
        $"""
        SELECT {Mark}
            coalesce(sum(calls) FILTER (WHERE query !~* '^(BEGIN|COMMIT|ROLLBACK|DISCARD)'), 0)::bigint AS statements,
            coalesce(sum(calls) FILTER (WHERE query ILIKE 'COMMIT%' OR @alone <> '' AND starts_with(query, @alone)), 0)::bigint AS commits
        {Counted}
        """, ct, new { alone });

    /// <summary>The statements that took most of the time.</summary>
    public Task<IReadOnlyList<string>> DearestAsync(CancellationToken ct) => ListAsync<string>(
        $"""
        SELECT {Mark} format('%s ms in %s calls: %s', round(total_exec_time::numeric, 1), calls, left(regexp_replace(query, '\s+', ' ', 'g'), 150))
        {Counted} ORDER BY total_exec_time DESC LIMIT 8
        """, ct);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
