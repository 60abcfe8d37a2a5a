using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CanThoGov.Monitoring.Traces.Otlp;
using CanThoGov.Platform.Hosting;
using Google.Protobuf;

namespace CanThoGov.Monitoring.Traces;

/// <summary>Turns what was received into what is kept.</summary>
static class OtlpSpans
{
    public const string ReceiverPath = "/v1/traces";

    const int MaxAttributes = 64, MaxTextLength = 1000;

    // By which attributes libraries say which address was called: HTTP conventions from before and after 1.21.
    static readonly string[] AddressAttributes = ["url.path", "http.target", "http.route", "url.full", "http.url"];

    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="rejected">Spans without valid ids.</param>
    public static IReadOnlyList<StoredSpan> Read(ExportRequest request, out int rejected)
    {
        var spans = new List<StoredSpan>();
        rejected = 0;
        foreach (var resource in request.ResourceSpans)
        {
            var sender = resource.Resource is null ? "" : Text(resource.Resource.Attributes, "service.name");
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                if (span.TraceId.Length != 16 || span.SpanId.Length != 8 || span.ParentSpanId.Length is not (0 or 8))
                {
                    rejected++;
                }
                else if (!IsAboutReceiver(span))
                {
                    spans.Add(ToStored(span, sender));
                }
            }
        }

        return spans;
    }

    // Each export would be a trace that has to be exported again.
    static bool IsAboutReceiver(Span span) =>
        span.Name.EndsWith(ReceiverPath, StringComparison.Ordinal)
        || span.Attributes.Any(attribute => AddressAttributes.Contains(attribute.Key)
            && attribute.Value?.StringValue.EndsWith(ReceiverPath, StringComparison.Ordinal) == true);

    static StoredSpan ToStored(Span span, string sender)
    {
        var start = Instant(span.StartTimeUnixNano);
        var end = Instant(span.EndTimeUnixNano);
        var service = Text(span.Attributes, TelemetrySetup.ServiceTag);
        return new(
            Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId), Shortened(service.Length > 0 ? service : sender), Shortened(span.Name),
            span.Kind.ToString(), start, end < start ? start : end, span.Status?.Code == Status.Types.Code.Error ? 1 : 0, Attributes(span));
    }

    static string Attributes(Span span)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in span.Attributes.Take(MaxAttributes))
        {
            if (attribute.Key != TelemetrySetup.ServiceTag && Text(attribute.Value) is { Length: > 0 } value)
            {
                attributes[Shortened(attribute.Key)] = Shortened(value);
            }
        }

        if (span.Status is { Code: Status.Types.Code.Error, Message.Length: > 0 } status)
        {
            attributes["error.message"] = Shortened(status.Message);
        }

        return JsonSerializer.Serialize(attributes, Json);
    }

    static string Text(IEnumerable<KeyValue> attributes, string key) =>
        Text(attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value);

    static string Text(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    // PostgreSQL's text holds no NUL.
    static string Shortened(string text)
    {
        text = text.Replace("\0", "", StringComparison.Ordinal);
        return text.Length <= MaxTextLength ? text : text[..MaxTextLength];
    }

    static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);

    // Whole microseconds, which is what both databases keep.
    static DateTimeOffset Instant(ulong unixNano) => DateTimeOffset.UnixEpoch.AddMicroseconds(unixNano / 1000);
}
