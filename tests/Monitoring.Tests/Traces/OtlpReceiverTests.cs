using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using CanThoGov.Monitoring.Traces;
using CanThoGov.Monitoring.Traces.Otlp;
using CanThoGov.Testing;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CanThoGov.Monitoring.Tests.Traces;

/// <summary>A real server, a real database, and the exporter that the services use.</summary>
[Trait("Category", "Sqlite")]
public sealed class OtlpReceiverTests(SqliteDatabase<MonitoringDatabase> database) : IClassFixture<SqliteDatabase<MonitoringDatabase>>
{
    const string Protobuf = "application/x-protobuf";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly TraceStore _store = new(database.Database);

    [Fact]
    public async Task Export_WithTheRealExporter_KeepsTheTraceWithServicesAndSubject()
    {
        await using var receiver = await StartAsync();
        using var source = new ActivitySource("test-" + Guid.NewGuid());
        using var provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("ward"))
            .AddSource(source.Name)
            .AddOtlpExporter(options =>
            {
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Endpoint = new Uri(receiver.Urls.Single() + "/v1/traces");
            })
            .Build();
        var assignment = Guid.NewGuid();
        ActivityTraceId traceId;
        using (var call = source.StartActivity("Báo cáo tiến độ", ActivityKind.Client)!)
        {
            traceId = call.TraceId;
            using var answer = source.StartActivity("answer", ActivityKind.Server)!;
            answer.SetTag("canthogov.service", "city").SetTag("canthogov.subject", $"assignments/{assignment}").SetTag("count", 3);
            answer.SetStatus(ActivityStatusCode.Error, "refused");
        }

        Assert.True(provider.ForceFlush());
        await Eventually.HoldsAsync(async () => await _store.FindAsync(traceId.ToHexString(), Ct) is { SpanCount: 2 }, "both spans are kept");

        var spans = await _store.ListSpansAsync(traceId.ToHexString(), Ct);
        Assert.Equal([("ward", "Báo cáo tiến độ", "Client"), ("city", "answer", "Server")], spans.Select(s => (s.Service, s.Name, s.Kind)));
        Assert.Equal(spans[0].SpanId, spans[1].ParentSpanId);
        Assert.Equal(1, spans[1].Failed);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["canthogov.subject"] = $"assignments/{assignment}",
                ["count"] = "3",
                ["error.message"] = "refused",
            }, spans[1].ReadAttributes());
        Assert.Equal(traceId.ToHexString(), Assert.Single(await _store.ListAsync(assignment.ToString(), null, 10, Ct)).TraceId);
    }

    [Fact]
    public async Task Receive_SpansAboutTheReceiver_AreNotKept()
    {
        await using var receiver = await StartAsync();
        var request = Request(
            Named("POST /v1/traces"), Named("POST", ("url.path", "/v1/traces")), Named("POST", ("url.full", "http://127.0.0.1:4318/v1/traces")),
            Named("POST /work"));
        var kept = request.ResourceSpans[0].ScopeSpans[0].Spans[3];

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(receiver, request.ToByteArray())).StatusCode);
        await Eventually.HoldsAsync(async () => await FindAsync(kept) is not null, "the span about work is kept");

        foreach (var span in request.ResourceSpans[0].ScopeSpans[0].Spans.Take(3))
        {
            Assert.Null(await FindAsync(span));
        }
    }

    [Fact]
    public async Task Receive_Gzip_IsUnpacked()
    {
        await using var receiver = await StartAsync();
        var span = Named("packed");

        var response = await PostAsync(receiver, Gzip(Request(span).ToByteArray()), encoding: "gzip");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(ExportResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Ct)).PartialSuccess);
        await Eventually.HoldsAsync(async () => await FindAsync(span) is not null, "the span is kept");
    }

    [Fact]
    public async Task Receive_BadInput_IsRefusedWithoutTouchingTheRest()
    {
        await using var receiver = await StartAsync();
        var good = Request(Named("good")).ToByteArray();

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(receiver, [0x0a, 0xff, 0xff, 0xff])).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(receiver, good, encoding: "gzip")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(receiver, good, encoding: "br")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(receiver, good, type: "application/json")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(receiver, Gzip(new byte[20 << 20]), encoding: "gzip")).StatusCode);

        var span = Named("still works");
        var noIds = Named("no ids");
        noIds.TraceId = ByteString.Empty;
        var response = await PostAsync(receiver, Request(noIds, span).ToByteArray());
        Assert.Equal(1, ExportResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Ct)).PartialSuccess.RejectedSpans);
        await Eventually.HoldsAsync(async () => await FindAsync(span) is not null, "the good span is kept");
    }

    [Fact]
    public async Task Receive_QueueFull_DropsAndCountsButAnswers()
    {
        var dropped = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == SpanQueue.DroppedMetric)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        listener.Start();
        // Nobody empties the queue: as if the database were too slow.
        await using var receiver = await StartAsync(capacity: 2, writes: false);

        var response = await PostAsync(receiver, Request([.. Enumerable.Range(0, 5).Select(_ => Named("one of five"))]).ToByteArray());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, ExportResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Ct)).PartialSuccess.RejectedSpans);
        Assert.Equal(3, Interlocked.Read(ref dropped));
    }

    [Fact]
    public async Task Stop_SpansStillQueued_AreWrittenFirst()
    {
        var spans = Enumerable.Range(0, 3000).Select(i => Named($"last {i}")).ToArray();
        await using var receiver = await StartAsync();
        await PostAsync(receiver, Request(spans).ToByteArray());
        await receiver.StopAsync(Ct);

        Assert.NotNull(await FindAsync(spans[^1]));
    }

    async Task<WebApplication> StartAsync(int capacity = 50_000, bool writes = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Traces:QueueCapacity", capacity.ToString())]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(database.Database).AddTraces();
        if (!writes)
        {
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(SpanWriter)));
        }

        var app = builder.Build();
        app.MapOtlp();
        await app.StartAsync(Ct);
        return app;
    }

    static async Task<HttpResponseMessage> PostAsync(WebApplication receiver, byte[] body, string? encoding = null, string type = Protobuf)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await http.PostAsync(new Uri(receiver.Urls.Single() + "/v1/traces"), content, Ct);
    }

    Task<StoredTrace?> FindAsync(Span span) => _store.FindAsync(Convert.ToHexStringLower(span.TraceId.Span), Ct);

    static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    static ExportRequest Request(params Span[] spans) => new()
    {
        ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { spans } } } } },
    };

    static Span Named(string name, params (string Key, string Value)[] attributes)
    {
        var now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        return new Span
        {
            TraceId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
            SpanId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray().AsSpan(0, 8)),
            Name = name,
            StartTimeUnixNano = now,
            EndTimeUnixNano = now + 1_000_000,
            Attributes = { attributes.Select(a => new KeyValue { Key = a.Key, Value = new AnyValue { StringValue = a.Value } }) },
        };
    }
}
