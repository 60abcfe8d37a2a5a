using MassTransit;

namespace CanThoGov.Platform.Messaging;

/// <summary>CloudEvents 1.0 attributes as AMQP headers (AMQP binding 1.0, binary mode).</summary>
public static class CloudEvent
{
    const string Prefix = "cloudEvents_";

    public const string Id = Prefix + "id", Source = Prefix + "source", Type = Prefix + "type", Subject = Prefix + "subject",
        Time = Prefix + "time", SpecVersion = Prefix + "specversion", Sequence = Prefix + "sequence", TraceParent = Prefix + "traceparent";

    public static string SourceOf(string service) => "urn:canthogov:" + service;

    public static string ServiceOf(string source) => source[(source.LastIndexOf(':') + 1)..];

    internal static void Set(SendHeaders headers, string service, LoggedEvent e)
    {
        headers.Set(SpecVersion, "1.0");
        headers.Set(Id, e.Id.ToString("D"));
        headers.Set(Source, SourceOf(service));
        headers.Set(Type, e.Type);
        headers.Set(Subject, e.Subject);
        headers.Set(Time, e.OccurredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"));
        headers.Set(Sequence, e.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (e.Traceparent is not null)
        {
            headers.Set(TraceParent, e.Traceparent);
        }
    }
}
