using Dapper;
using Npgsql;

namespace CanThoGov.Load;

/// <summary>The PostgreSQL that <c>tests/load</c> started: connection string of a superuser in <c>CANTHOGOV_LOAD_POSTGRES</c>.</summary>
static class Server
{
    static string Settings { get; } = Environment.GetEnvironmentVariable("CANTHOGOV_LOAD_POSTGRES") is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException("CANTHOGOV_LOAD_POSTGRES is not set; tests/load starts the server and sets it.");

    public static async Task<MeasuredDatabase> CreateDatabaseAsync(string name, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Settings);
        await connection.ExecuteAsync(new($"CREATE DATABASE {name}", cancellationToken: ct));
        return new(new NpgsqlConnectionStringBuilder(Settings) { Database = name, CommandTimeout = 600 }.ConnectionString);
    }

    /// <summary>What decides about durability and speed, as the server says it.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> DescribeAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Settings);
        return (await connection.QueryAsync<(string Name, string Value)>(new(
            """
            SELECT name, current_setting(name) FROM pg_settings
            WHERE name IN (
                'server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'wal_sync_method')
            ORDER BY name
            """, cancellationToken: ct))).ToDictionary(row => row.Name, row => row.Value);
    }
}
