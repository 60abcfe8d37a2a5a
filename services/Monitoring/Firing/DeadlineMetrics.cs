using System.Diagnostics.Metrics;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Firing;

/// <summary>How well the firing keeps its times.</summary>
public sealed class DeadlineMetrics : IDisposable
{
    public const string Lateness = "canthogov.deadlines.lateness", Pending = "canthogov.deadlines.pending",
        OldestPending = "canthogov.deadlines.oldest_pending";

    readonly Meter _meter = new(PlatformTelemetry.SourceName);
    readonly Histogram<double> _lateness;
    long _pending;
    double _oldest;

    public DeadlineMetrics()
    {
        _lateness = _meter.CreateHistogram<double>(Lateness, "s", "How long after its time a rung fired");
        _meter.CreateObservableGauge(Pending, () => Interlocked.Read(ref _pending), "{rung}", "Rungs whose time has come and that have not fired");
        _meter.CreateObservableGauge(OldestPending, () => Volatile.Read(ref _oldest), "s", "How long the oldest of them has waited");
    }

    public void Fired(TimeSpan late) => _lateness.Record(late.TotalSeconds);

    /// <summary>As the sweeper left it.</summary>
    public void Left(long pending, TimeSpan oldest)
    {
        Interlocked.Exchange(ref _pending, pending);
        Volatile.Write(ref _oldest, oldest.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
