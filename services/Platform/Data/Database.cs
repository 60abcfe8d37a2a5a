using System.Data.Common;
using System.Reflection;
using CanThoGov.Platform.Messaging;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CanThoGov.Platform.Data;

/// <summary>
/// A service's database. Each service has a class of its own, so that several services can share a process and each gets its own
/// state, event log and inbox.
/// </summary>
/// <param name="service"><c>city</c>, <c>ward</c> or <c>monitoring</c>: also the source of its events.</param>
public abstract class Database(string service, DatabaseOptions options, TimeProvider time) : IAsyncDisposable
{
    long _lastPosition;

    // SQLite has one writer. Waiting here is fair and quick; SQLite itself would sleep and try again.
    readonly SemaphoreSlim? _writer = options.Provider == DatabaseProvider.Sqlite ? new(1, 1) : null;
    readonly NpgsqlDataSource? _postgres =
        options.Provider == DatabaseProvider.Postgres ? NpgsqlDataSource.Create(options.ConnectionString) : null;

    static Database()
    {
        SQLitePCL.Batteries_V2.Init();
        SqliteTypes.Register();
    }

    public string Service { get; } = service;

    public SqlDialect Dialect { get; } = options.Provider == DatabaseProvider.Postgres ? SqlDialect.Postgres : SqlDialect.Sqlite;

    public DatabaseOptions Options { get; } = options;

    /// <summary>Where the service's own migrations are embedded.</summary>
    public Assembly Migrations => GetType().Assembly;

    /// <summary>Set after each commit that published something.</summary>
    public Signal Published { get; } = new();

    /// <summary>Set with <see cref="Published"/>, and by whoever else has news for the <see cref="LogTail{TDatabase}"/>, which waits for it.</summary>
    public Signal Appended { get; } = new();

    /// <summary>Position in the log of the last event that this process committed; 0 before the first.</summary>
    public long LastPosition => Interlocked.Read(ref _lastPosition);

    public async Task<Session> OpenAsync(CancellationToken ct) => new(await ConnectAsync(ct), Dialect, ct);

    /// <summary>Reads outside a transaction.</summary>
    public async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct)
    {
        await using var session = await OpenAsync(ct);
        return await work(session);
    }

    /// <summary>Commits if <paramref name="work"/> returns, rolls everything back if it throws.</summary>
    public async Task<T> InTransactionAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        if (_writer is not null)
        {
            await _writer.WaitAsync(ct);
        }

        try
        {
            var connection = await ConnectAsync(ct);
            await using var transaction = new Transaction(connection, await BeginAsync(connection, ct), Dialect, RealNow, ct);
            var result = await work(transaction);
            await transaction.CommitAsync();
            if (transaction.Position > 0)
            {
                RaiseLastPosition(transaction.Position);
                Published.Set();
                Appended.Set();
            }

            return result;
        }
        finally
        {
            _writer?.Release();
        }
    }

    public Task InTransactionAsync(Func<Transaction, Task> work, CancellationToken ct) =>
        InTransactionAsync(async transaction =>
        {
            await work(transaction);
            return true;
        }, ct);

    /// <summary>
    /// Hands on what <see cref="NotifyAsync"/> says in any process, until the connection breaks. Only on PostgreSQL; SQLite serves one process.
    /// </summary>
    internal async Task ListenAsync(string channel, Action<string> notified, CancellationToken ct)
    {
        if (_postgres is null)
        {
            await Task.Delay(Timeout.Infinite, ct);
            return;
        }

        await using var connection = await _postgres.OpenConnectionAsync(ct);
        connection.Notification += (_, notification) => notified(notification.Payload);
        while (true)
        {
            // Again after a silence, which a dead connection would keep for ever.
            await using (var listen = new NpgsqlCommand($"LISTEN {channel}", connection))
            {
                await listen.ExecuteNonQueryAsync(ct);
            }

            while (await connection.WaitAsync(TimeSpan.FromSeconds(30), ct))
            {
            }
        }
    }

    internal Task NotifyAsync(string channel, string payload, CancellationToken ct) =>
        _postgres is null
            ? Task.CompletedTask
            : ReadAsync(session => session.ExecuteAsync("SELECT pg_notify(@channel, @payload)", new { channel, payload }), ct);

    internal DateTimeOffset RealNow => time.GetUtcNow();

    // Two commits may arrive here in either order.
    void RaiseLastPosition(long position)
    {
        var last = LastPosition;
        while (position > last)
        {
            var found = Interlocked.CompareExchange(ref _lastPosition, position, last);
            last = found == last ? position : found;
        }
    }

    async Task<DbConnection> ConnectAsync(CancellationToken ct)
    {
        if (_postgres is not null)
        {
            return await _postgres.OpenConnectionAsync(ct);
        }

        var connection = new SqliteConnection(Options.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    // SQLite: BEGIN IMMEDIATE takes the write lock now, not at the first write, where it could no longer wait for it.
    static async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken ct) =>
        connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: false) : await connection.BeginTransactionAsync(ct);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _writer?.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
        else
        {
            SqliteConnection.ClearPool(new SqliteConnection(Options.ConnectionString));
        }
    }
}
