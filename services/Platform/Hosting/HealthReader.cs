using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Platform.Hosting;

/// <summary>
/// The state of one service of this host. A check belongs to the services that its tags name, to all if it has none.
/// Reports are kept for a second, so that anonymous probes cannot load the database.
/// </summary>
public sealed class HealthReader(HealthCheckService checks)
{
    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    readonly ConcurrentDictionary<string, Reading> _readings = new(StringComparer.Ordinal);

    public Task<HealthReport> ReadAsync(string service, CancellationToken ct)
    {
        var reading = _readings.GetValueOrDefault(service);
        if (reading is null || (reading.Report.IsCompleted && TimeProvider.System.GetElapsedTime(reading.Start) >= KeptFor))
        {
            // Nobody's cancellation: the report is for everybody who asks meanwhile.
            reading = new Reading(TimeProvider.System.GetTimestamp(), checks.CheckHealthAsync(
                check => check.Tags.Count == 0 || check.Tags.Contains(service), CancellationToken.None));
            _readings[service] = reading;
        }

        return reading.Report.WaitAsync(ct);
    }

    sealed record Reading(long Start, Task<HealthReport> Report);
}
