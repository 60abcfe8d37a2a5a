using CanThoGov.Portal.Text;
using CanThoGov.Protos.Monitoring.V1;
using Kind = CanThoGov.Protos.Monitoring.V1.Span.Types.Kind;

namespace CanThoGov.Portal.Parts;

/// <summary>A trace laid out for reading: each step below the one that set it off, on one scale of time.</summary>
public sealed class Waterfall
{
    public const int MaxRows = 500;

    const int Ticks = 4;

    readonly DateTimeOffset _start;
    readonly double _total;

    public Waterfall(Trace trace)
    {
        var known = trace.Spans.ToDictionary(span => span.SpanId);
        // A parent that was not received (or not yet) leaves its children at the top.
        var children = trace.Spans.Where(span => !IsCarrier(span)).ToLookup(span => known.ContainsKey(ParentOf(span)) ? ParentOf(span) : "");
        _start = trace.StartTime.ToDateTimeOffset();
        _total = Math.Max(trace.Duration.ToTimeSpan().TotalMicroseconds, 1);
        var rows = new List<Row>();
        Add("", 0);
        Rows = rows;
        Carriers = trace.Spans.Count(IsCarrier);
        Hops = HopsOf(trace.Spans);

        void Add(string parent, int depth)
        {
            foreach (var span in children[parent])
            {
                if (rows.Count < MaxRows)
                {
                    rows.Add(new(span, depth, Offset(span), span.Duration.ToTimeSpan().TotalMicroseconds / _total));
                    Add(span.SpanId, depth + 1);
                }
            }
        }

        // The HTTP request by which a gRPC call is made tells the same once more.
        bool IsCarrier(Span span) =>
            span.Kind == Kind.Client && span.Attributes.ContainsKey("http.request.method")
            && known.TryGetValue(span.ParentSpanId, out var call) && call.Kind == Kind.Client && call.Attributes.ContainsKey("grpc.method");

        string ParentOf(Span span) => known.TryGetValue(span.ParentSpanId, out var parent) && IsCarrier(parent) ? parent.ParentSpanId : span.ParentSpanId;
    }

    public IReadOnlyList<Row> Rows { get; }

    /// <summary>How many steps are not among the rows because they tell the same as the one above.</summary>
    public int Carriers { get; }

    /// <summary>The journey in words: each part of the system at its first turn.</summary>
    public IReadOnlyList<Hop> Hops { get; }

    /// <summary>The scale: parts of the whole and what they stand for.</summary>
    public IEnumerable<(double Part, string Text)> Scale() => Enumerable.Range(0, Ticks + 1).Select(i =>
    {
        var part = (double)i / Ticks;
        return (part, i == 0 ? "0" : Vietnamese.Length(Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMicroseconds(_total * part))));
    });

    double Offset(Span span) => Math.Clamp((span.StartTime.ToDateTimeOffset() - _start).TotalMicroseconds / _total, 0, 1);

    static List<Hop> HopsOf(IEnumerable<Span> spans)
    {
        var hops = new List<Hop>();
        foreach (var hop in spans.Select(HopOf).OfType<Hop>())
        {
            if (hops.TrueForAll(other => other.Text != hop.Text))
            {
                hops.Add(hop);
            }
        }

        return hops;
    }

    static Hop? HopOf(Span span) => span switch
    {
        { Kind: Kind.Server } => new(Labels.OfService(span.Service), span.Service),
        { Kind: Kind.Client, ParentSpanId: "" } => new(Labels.OfService(span.Service), span.Service),
        { Kind: Kind.Producer } => new("Trung chuyển sự kiện", "broker"),
        { Kind: Kind.Consumer } => new($"{Labels.OfService(span.Service)} nhận", span.Service),
        _ when span.DisplayName.StartsWith("outbox ", StringComparison.Ordinal) => new($"Hộp gửi của {Labels.OfService(span.Service)}", "outbox"),
        _ => null,
    };

    /// <param name="Offset">Of the whole, 0 to 1.</param>
    /// <param name="Width">Of the whole.</param>
    public sealed record Row(Span Span, int Depth, double Offset, double Width)
    {
        /// <summary>Without the package, which says nothing that the service's name does not.</summary>
        public string Name => Span.DisplayName.Split('/') is [.., var service, var method] && service.StartsWith("canthogov.", StringComparison.Ordinal)
            ? $"{service[(service.LastIndexOf('.') + 1)..]}/{method}"
            : Span.DisplayName;
    }

    /// <param name="Lane">Gives it its colour.</param>
    public sealed record Hop(string Text, string Lane);
}
