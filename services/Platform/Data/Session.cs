using System.Data.Common;
using CanThoGov.Contracts;
using CanThoGov.Platform.Messaging;
using Dapper;

namespace CanThoGov.Platform.Data;

/// <summary>An open connection, outside a transaction, with the token that ends its work.</summary>
public class Session(DbConnection connection, SqlDialect dialect, CancellationToken ct) : IAsyncDisposable
{
    public SqlDialect Dialect { get; } = dialect;

    public CancellationToken Cancelled { get; } = ct;

    protected virtual DbTransaction? Inner => null;

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    /// <returns>Null if there is no row.</returns>
    public Task<T?> FindAsync<T>(string sql, object? parameters = null) => connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters));

    public Task<T> SingleAsync<T>(string sql, object? parameters = null) => connection.QuerySingleAsync<T>(Command(sql, parameters));

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, Inner, cancellationToken: Cancelled);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return connection.DisposeAsync();
    }
}

/// <summary>A transaction: what is written and what is published in it becomes visible together, or not at all.</summary>
public sealed class Transaction(DbConnection connection, DbTransaction inner, SqlDialect dialect, DateTimeOffset now, CancellationToken ct)
    : Session(connection, dialect, ct)
{
    readonly List<IEvent> _events = [];
    readonly List<Action> _onCommitted = [];

    protected override DbTransaction Inner => inner;

    /// <summary>Real time at its beginning; not the business time, which may be simulated.</summary>
    public DateTimeOffset RealNow => now;

    /// <summary>Position in the event log of the last event published; 0 before <see cref="FlushAsync"/> or without any.</summary>
    public long Position { get; private set; }

    /// <summary>The event enters the log when the transaction commits, and from there goes to the broker.</summary>
    public void Publish(IEvent @event) => _events.Add(@event);

    /// <summary>Runs after the commit, never after a rollback.</summary>
    public void OnCommitted(Action action) => _onCommitted.Add(action);

    /// <summary>
    /// Writes what was published into the log. Done by the commit at the latest; earlier only by who has to know <see cref="Position"/>.
    /// Kept to the end of the transaction, because from here to the commit no other transaction can publish.
    /// </summary>
    public async Task FlushAsync()
    {
        if (_events.Count == 0)
        {
            return;
        }

        Position = await EventLog.AppendAsync(this, _events);
        _events.Clear();
    }

    /// <summary>A part of the work that may fail by itself: then it leaves nothing behind, and the transaction can go on.</summary>
    public async Task<T> AttemptAsync<T>(Func<Task<T>> work)
    {
        const string Savepoint = "attempt";
        var (events, actions) = (_events.Count, _onCommitted.Count);
        await inner.SaveAsync(Savepoint, Cancelled);
        try
        {
            var result = await work();
            foreach (var e in _events.Skip(events))
            {
                EventLog.RequireCarried(e);
            }

            await inner.ReleaseAsync(Savepoint, Cancelled);
            return result;
        }
        catch (Exception)
        {
            await inner.RollbackAsync(Savepoint, Cancelled);
            _events.RemoveRange(events, _events.Count - events);
            _onCommitted.RemoveRange(actions, _onCommitted.Count - actions);
            throw;
        }
    }

    internal async Task CommitAsync()
    {
        await FlushAsync();
        await inner.CommitAsync(Cancelled);
        foreach (var action in _onCommitted)
        {
            action();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
