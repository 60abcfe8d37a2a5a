using System.Diagnostics.Metrics;
using System.Threading.Channels;
using CanThoGov.Platform.Messaging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Monitoring.Traces;

/// <summary>Stands between the receiver and the database. When it is full, spans are dropped and counted: traces never hold up the work.</summary>
public sealed class SpanQueue : IDisposable
{
    public const string DroppedMetric = "canthogov.traces.dropped";

    readonly Meter _meter = new(PlatformTelemetry.SourceName);
    readonly Counter<long> _dropped;
    readonly Channel<StoredSpan> _channel;
    readonly int _batchSize;

    public SpanQueue(IOptions<TraceOptions> options)
    {
        _dropped = _meter.CreateCounter<long>(DroppedMetric, "{span}", "Spans that were not kept");
        _channel = Channel.CreateBounded<StoredSpan>(new BoundedChannelOptions(options.Value.QueueCapacity) { SingleReader = true });
        _batchSize = options.Value.BatchSize;
    }

    /// <returns>How many did not fit.</returns>
    public int Add(IReadOnlyList<StoredSpan> spans)
    {
        var taken = 0;
        while (taken < spans.Count && _channel.Writer.TryWrite(spans[taken]))
        {
            taken++;
        }

        CountDropped(spans.Count - taken);
        return spans.Count - taken;
    }

    public void CountDropped(int spans)
    {
        if (spans > 0)
        {
            _dropped.Add(spans);
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken ct) => _channel.Reader.WaitToReadAsync(ct);

    /// <summary>What is waiting, up to one batch.</summary>
    public IReadOnlyList<StoredSpan> Take()
    {
        var batch = new List<StoredSpan>();
        while (batch.Count < _batchSize && _channel.Reader.TryRead(out var span))
        {
            batch.Add(span);
        }

        return batch;
    }

    public void Dispose() => _meter.Dispose();
}
