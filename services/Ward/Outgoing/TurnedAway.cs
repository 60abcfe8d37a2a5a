using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CanThoGov.Platform.Messaging;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Ward.Outgoing;

/// <summary>Units in whose names the city lets nobody in: a fault of how this service signs in, for which their calls wait.</summary>
public sealed class TurnedAway : IHealthCheck, IDisposable
{
    public const string Units = "canthogov.outgoing.turned_away";

    readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);
    readonly Meter _meter = new(PlatformTelemetry.SourceName);

    public TurnedAway() => _meter.CreateObservableGauge(
        Units, () => _reasons.Values.CountBy(reason => reason).Select(of => new Measurement<int>(of.Value, new KeyValuePair<string, object?>("reason", of.Key))),
        "{unit}", "Units whose calls wait because the city does not accept the sign-in");

    /// <returns>False if that was known.</returns>
    public bool Add(string unit, string reason)
    {
        var isNew = !_reasons.TryGetValue(unit, out var known) || known != reason;
        _reasons[unit] = reason;
        return isNew;
    }

    public void LetIn(string unit) => _reasons.TryRemove(unit, out _);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_reasons.IsEmpty
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"The city turns away: {string.Join(", ", _reasons.Select(one => $"{one.Key} ({one.Value})"))}."));

    public void Dispose() => _meter.Dispose();
}
