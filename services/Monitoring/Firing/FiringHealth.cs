using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Monitoring.Firing;

/// <summary>Deadlines fire: nobody stopped them, and the canary did not miss its time.</summary>
public sealed class FiringHealth(ClockGuard guard, Canary canary) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await guard.FindAsync(cancellationToken) is { StoppedAt: { } since } firing)
        {
            return HealthCheckResult.Unhealthy($"Stopped since {since:O}: {firing.Reason}");
        }

        var state = await canary.FindAsync(cancellationToken);
        return canary.IsMissed(state)
            ? HealthCheckResult.Unhealthy($"The canary of {state!.FireAt:O} has not fired.")
            : HealthCheckResult.Healthy();
    }
}
