using CanThoGov.Platform.Data;
using Microsoft.Extensions.Options;

namespace CanThoGov.Monitoring.Firing;

/// <summary>
/// A deadline of real time that fires with the sweep and of which nobody outside is told. That it fired shows that the rungs of others would
/// have.
/// </summary>
public sealed class Canary(MonitoringDatabase database, TimeProvider time, IOptions<DeadlineOptions> options)
{
    public sealed record State(DateTimeOffset FireAt, DateTimeOffset? FiredAt);

    /// <summary>Null before the first sweep.</summary>
    public Task<State?> FindAsync(CancellationToken ct) =>
        database.ReadAsync(session => session.FindAsync<State>("SELECT fire_at, fired_at FROM canary"), ct);

    /// <summary>Fires it if its time has come, once however many replicas try.</summary>
    public async Task FireAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await FindAsync(ct) is { } state && state.FireAt > now)
        {
            return;
        }

        await database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            """
            INSERT INTO canary (id, fire_at, fired_at) VALUES (1, @next, NULL)
            ON CONFLICT (id) DO UPDATE SET fire_at = excluded.fire_at, fired_at = @now WHERE canary.fire_at <= @now
            """, new { now, next = now + options.Value.CanaryInterval }), ct);
    }

    /// <summary>It has not fired for too long after its time.</summary>
    public bool IsMissed(State? state) => state is not null && time.GetUtcNow() - state.FireAt > options.Value.CanaryLimit;
}
