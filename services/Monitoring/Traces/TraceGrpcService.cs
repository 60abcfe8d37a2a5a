using System.Globalization;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Monitoring.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace CanThoGov.Monitoring.Traces;

[Authorize(Roles = Roles.Oversight)]
public sealed class TraceGrpcService(TraceStore traces) : TraceService.TraceServiceBase
{
    public override async Task<Trace> GetTrace(GetTraceRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ResourceName.Parse("traces", request.Name, errors, "name");
        errors.ThrowIfAny();

        var trace = await traces.FindAsync(id, context.CancellationToken)
            ?? throw DomainException.NotFound("TRACE_NOT_FOUND", "trace", request.Name);
        var answer = ToProto(trace);
        answer.Spans.AddRange((await traces.ListSpansAsync(id, context.CancellationToken)).Select(ToProto));
        return answer;
    }

    public override async Task<ListTracesResponse> ListTraces(ListTracesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var assignment = request.Assignment.Length == 0
            ? null
            : ResourceName.Parse("assignments", request.Assignment, errors, "assignment", wildcard: true);
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, request.Assignment);
        errors.ThrowIfAny();

        var found = await traces.ListAsync(assignment, Cursor(page.After), page.Size + 1, context.CancellationToken);
        var answer = new ListTracesResponse { Traces = { found.Take(page.Size).Select(ToProto) } };
        if (found.Count > page.Size)
        {
            answer.NextPageToken = Paging.Token(Cursor(found[page.Size - 1]), request.Assignment);
        }

        return answer;
    }

    static string Cursor(StoredTrace trace) =>
        string.Create(CultureInfo.InvariantCulture, $"{trace.StartedAt.UtcTicks}/{trace.TraceId}");

    static (DateTimeOffset, string)? Cursor(string? after) =>
        after?.Split('/') is [var ticks, var id]
            ? (new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero), id)
            : null;

    static Trace ToProto(StoredTrace trace) => new()
    {
        Name = $"traces/{trace.TraceId}",
        RootSpanName = trace.RootSpanName,
        StartTime = Timestamp.FromDateTimeOffset(trace.StartedAt),
        Duration = Duration.FromTimeSpan(trace.EndedAt - trace.StartedAt),
        SpanCount = (int)trace.SpanCount,
        Failed = trace.Failed > 0,
    };

    static Span ToProto(StoredSpan span) => new()
    {
        SpanId = span.SpanId,
        ParentSpanId = span.ParentSpanId,
        Service = span.Service,
        DisplayName = span.Name,
        Kind = System.Enum.Parse<Span.Types.Kind>(span.Kind),
        StartTime = Timestamp.FromDateTimeOffset(span.StartedAt),
        Duration = Duration.FromTimeSpan(span.EndedAt - span.StartedAt),
        Failed = span.Failed > 0,
        Attributes = { span.ReadAttributes().ToDictionary() },
    };
}
