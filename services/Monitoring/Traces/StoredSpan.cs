using System.Text.Json;

namespace CanThoGov.Monitoring.Traces;

/// <summary>A span as it is kept.</summary>
/// <param name="ParentSpanId">Empty for the first one.</param>
/// <param name="Kind">Name of a <c>canthogov.monitoring.v1.Span.Kind</c>.</param>
/// <param name="Failed">1 or 0: a number, so that the same SQL adds it up on both databases.</param>
/// <param name="Attributes">A JSON object of texts.</param>
public sealed record StoredSpan(
    string TraceId, string SpanId, string ParentSpanId, string Service, string Name, string Kind,
    DateTimeOffset StartedAt, DateTimeOffset EndedAt, long Failed, string Attributes)
{
    /// <summary>What the span is about: <c>assignments/{assignment}</c>, or <c>deadlines/{assignment}</c> for the watch over one.</summary>
    public const string SubjectAttribute = "canthogov.subject";

    public IReadOnlyDictionary<string, string> ReadAttributes() => JsonSerializer.Deserialize<Dictionary<string, string>>(Attributes)!;

    /// <summary>Id of the assignment that it is about; null if it is about none.</summary>
    public string? AssignmentId() =>
        Attributes.Contains(SubjectAttribute, StringComparison.Ordinal)
        && ReadAttributes().TryGetValue(SubjectAttribute, out var subject)
        && subject.Split('/') is ["assignments" or "deadlines", { Length: > 0 } id, ..]
            ? id
            : null;
}
