using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Platform.Data;

/// <summary>The database answers, and its events reach the broker.</summary>
public sealed class DatabaseHealth<TDatabase>(TDatabase database, TimeProvider time) : IHealthCheck where TDatabase : Database
{
    /// <summary>An event that waits longer tells of a broker that is away.</summary>
    static readonly TimeSpan OutboxLimit = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var oldest = await database.ReadAsync(session => session.FindAsync<DateTimeOffset?>(
            "SELECT occurred_at FROM event_log WHERE sent_at IS NULL ORDER BY position LIMIT 1"), cancellationToken);
        return oldest is { } since && time.GetUtcNow() - since > OutboxLimit
            ? HealthCheckResult.Degraded($"Events wait since {since:O} to be sent.")
            : HealthCheckResult.Healthy();
    }
}
