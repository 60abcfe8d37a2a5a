using System.Diagnostics;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Monitoring.V1;
using Grpc.Core;
using Kind = CanThoGov.Protos.Monitoring.V1.Span.Types.Kind;

namespace CanThoGov.Journeys.Tests;

[Trait("Category", "Journey")]
public sealed class TraceTests : IDisposable
{
    const string Unit = "31135-2025";
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task AcknowledgedByAWard_OneTraceRunsToBothConsumers()
    {
        await using var suite = await Suite.StartAsync(_folder.Path);
        var office = suite.Clients.As(Roles.CityOffice, "van-phong-ubnd");
        var assignment = await office.IssueAsync(await office.RegisterDocumentAsync(), Unit);
        var name = $"units/{Unit}/{assignment.Name}";
        var (traceId, callerSpan) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        var ward = suite.Clients.Traced($"00-{traceId}-{callerSpan}-01", Roles.Ward, Unit);
        await suite.Program.UntilAsync(() => ward.HasWardCopyAsync(name), $"{name} in the ward service", Limit);

        await ward.WardAssignments.AcknowledgeWardAssignmentAsync(new() { Name = name, RequestId = CityWork.NewId() });

        var reader = suite.Clients.As(Roles.Supervisor).Traces;
        Span[] spans = [];
        try
        {
            await suite.Program.UntilAsync(async () =>
            {
                spans = await SpansAsync(reader, traceId);
                return spans.Count(span => span.Kind == Kind.Server) >= 2 && spans.Count(IsProcessing) >= 2;
            }, "the calls to ward and city and two consumers in the trace", Limit);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nThe trace has\n{Text(spans)}", e);
        }

        // From the last step back to the caller, by parent: both consumers hang on the one publish.
        foreach (var consumer in new[] { "ward", "monitoring" })
        {
            Span[] journey = [.. Ancestry(spans, spans.Single(span => IsProcessing(span) && span.Service == consumer))];
            Assert.Equal(
            [
                ("ward", Kind.Server, "canthogov.ward.v1.WardAssignmentService/AcknowledgeWardAssignment"),
                ("ward", Kind.Internal, "outgoing AcknowledgeAssignment"),
                ("city", Kind.Server, "canthogov.city.v1.AssignmentService/AcknowledgeAssignment"),
                ("city", Kind.Internal, "outbox assignment-acknowledged"),
                ("city", Kind.Producer, "vn.gov.cantho.city.assignment-acknowledged.v1 send"),
                (consumer, Kind.Consumer, $"{consumer}-assignment-acknowledged process"),
            ], journey.Where(IsLandmark).Select(span => (span.Service, span.Kind, span.DisplayName)));
            Assert.Equal(callerSpan, journey[0].ParentSpanId);
        }

        var found = await reader.ListTracesAsync(new() { Assignment = assignment.Name });
        Assert.Contains($"traces/{traceId}", found.Traces.Select(trace => trace.Name));
    }

    public void Dispose() => _folder.Dispose();

    static bool IsProcessing(Span span) =>
        span.Kind == Kind.Consumer && span.DisplayName.EndsWith("-assignment-acknowledged process", StringComparison.Ordinal);

    // Between them are spans of libraries: the sending of the request, the receiving of the message, statements.
    static bool IsLandmark(Span span) => IsProcessing(span) || span.Kind is Kind.Server or Kind.Internal or Kind.Producer;

    static IEnumerable<Span> Ancestry(Span[] spans, Span span)
    {
        var parent = spans.FirstOrDefault(other => other.SpanId == span.ParentSpanId);
        return parent is null ? [span] : Ancestry(spans, parent).Append(span);
    }

    static string Text(Span[] spans) => string.Join('\n', spans.Select(span =>
        $"{span.ParentSpanId,16} > {span.SpanId}  {span.Service,-10} {span.Kind,-8} {span.DisplayName}"));

    static async Task<Span[]> SpansAsync(TraceService.TraceServiceClient traces, string id)
    {
        try
        {
            return [.. (await traces.GetTraceAsync(new() { Name = $"traces/{id}" })).Spans];
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return [];
        }
    }
}
