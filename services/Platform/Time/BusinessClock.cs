using CanThoGov.Platform.Data;

namespace CanThoGov.Platform.Time;

/// <summary>
/// The time by which a service does its work: the system's, or a simulated one that stands still until it is advanced. The simulation is
/// persisted, and each service follows the city's. One process per service while it is used. Never for tokens, retries or relays.
/// </summary>
public sealed class BusinessClock<TDatabase>(TDatabase database, TimeProvider system) where TDatabase : Database
{
    sealed record Simulation(DateTimeOffset Now, long Revision);

    Simulation? _simulation;

    /// <summary>UTC, cut to microseconds, which is what PostgreSQL keeps.</summary>
    public DateTimeOffset Now => _simulation?.Now ?? Truncate(system.GetUtcNow());

    public bool IsSimulated => _simulation is not null;

    /// <summary>Grows by one with each advance; 0 for the system's clock.</summary>
    public long Revision => _simulation?.Revision ?? 0;

    /// <summary>Set when the clock moves.</summary>
    public Messaging.Signal Moved { get; } = new();

    /// <summary>Takes up a simulation that an earlier run left.</summary>
    public async Task LoadAsync(CancellationToken ct) =>
        _simulation = await database.ReadAsync(session => session.FindAsync<Simulation>("SELECT now, revision FROM clock"), ct);

    /// <summary>Moves the simulated clock, unless it shows that revision or a later one already. Seen when the transaction commits.</summary>
    public async Task MoveAsync(Transaction transaction, DateTimeOffset now, long revision)
    {
        var moved = await transaction.ExecuteAsync(
            """
            INSERT INTO clock (id, now, revision) VALUES (1, @now, @revision)
            ON CONFLICT (id) DO UPDATE SET now = excluded.now, revision = excluded.revision WHERE clock.revision < excluded.revision
            """, new { now = Truncate(now), revision });
        if (moved == 1)
        {
            transaction.OnCommitted(() =>
            {
                _simulation = new(Truncate(now), revision);
                Moved.Set();
            });
        }
    }

    static DateTimeOffset Truncate(DateTimeOffset instant)
    {
        var utc = instant.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
