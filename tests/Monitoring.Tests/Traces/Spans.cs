using CanThoGov.Monitoring.Traces;

namespace CanThoGov.Monitoring.Tests.Traces;

/// <summary>Makes spans for tests: one trace is one call of a ward, and what it set off.</summary>
static class Spans
{
    public static readonly DateTimeOffset Start = new(2026, 1, 16, 2, 0, 0, TimeSpan.Zero);

    public static string NewTraceId() => Guid.NewGuid().ToString("N");

    public static StoredSpan Span(
        string traceId, int number, string parent = "", DateTimeOffset? start = null, string attributes = "{}", bool failed = false) =>
        new(traceId, Id(number), parent, "city", $"step {number}", "Internal", start ?? Start.AddMilliseconds(number),
            (start ?? Start.AddMilliseconds(number)).AddMilliseconds(5), failed ? 1 : 0, attributes);

    public static string Id(int number) => number.ToString("x16");

    public static string About(string subject) => $$"""{"canthogov.subject":"{{subject}}"}""";
}
