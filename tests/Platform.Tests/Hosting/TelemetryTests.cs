using System.Collections.Concurrent;
using System.Diagnostics;
using CanThoGov.Platform.Grpc.Health.V1;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace CanThoGov.Platform.Tests.Hosting;

/// <summary>Not beside others: every listener in the process hears every span.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed class TelemetryCollection;

/// <summary>One host that also receives its own traces, as the Suite does.</summary>
[Collection(nameof(TelemetryTests))]
[Trait("Category", "Unit")]
public sealed class TelemetryTests : IAsyncLifetime
{
    readonly Recorder _recorder = new();
    readonly ConcurrentQueue<byte[]> _exports = new();
    TestHost _host = null!;
    int _port;

    public async ValueTask InitializeAsync()
    {
        var otlp = TestPorts.Free(1)[0];
        _host = TestHost.Create("suite", configuration => configuration["Telemetry:Endpoint"] = $"http://127.0.0.1:{otlp}");
        _host.Builder.Configuration["Endpoints:monitoring"] = $"http://127.0.0.1:{otlp}";
        _host.Builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(_recorder));
        _port = _host.Listen("city", HttpProtocols.Http2);
        _host.Builder.ListenOn("monitoring", "http://127.0.0.1:4318", HttpProtocols.Http1);
        await _host.StartAsync(app =>
        {
            app.MapPort(_port, TestHost.MapEcho);
            app.MapPort(otlp, receiver => receiver.MapPost("/v1/traces", ReceiveAsync).AllowAnonymous());
        });
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Call_IsASpanWithNameAndServiceAndTheCallersTrace()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        using (var caller = source.StartActivity("ward system"))
        {
            await _host.Echo(_port).UnaryAsync(new EchoRequest());
            var span = await ServerSpanAsync();
            Assert.Equal(caller!.TraceId, span.TraceId);
            Assert.Equal("canthogov.test.EchoService/Unary", span.DisplayName);
            Assert.Equal("city", span.GetTagItem(TelemetrySetup.ServiceTag));
        }
    }

    [Fact]
    public async Task Bug_MarksTheSpan()
    {
        _host.ExpectsErrors = true;
        await Assert.ThrowsAsync<RpcException>(async () => await _host.Echo(_port).UnaryAsync(new EchoRequest { Fail = "bug" }));
        Assert.Equal(ActivityStatusCode.Error, (await ServerSpanAsync()).Status);
    }

    [Fact]
    public void Background_SpansKnowTheirServiceByTagParentOrQueue()
    {
        using var ours = new ActivitySource(PlatformTelemetry.SourceName);
        using (var relay = ours.StartActivity("outbox"))
        {
            relay!.SetTag(TelemetrySetup.ServiceTag, "ward");
            ours.StartActivity("inner")!.Dispose();
        }

        using (var receive = ours.StartActivity("receive"))
            receive!.SetTag("messaging.destination.name", "city-deadline-missed");
        ours.StartActivity("unknown")!.Dispose();

        Assert.Equal(
            [("inner", "ward"), ("outbox", "ward"), ("receive", "city"), ("unknown", "suite")],
            _recorder.Spans.Where(span => span.Source.Name == PlatformTelemetry.SourceName)
                .Select(span => (span.DisplayName, (string)span.GetTagItem(TelemetrySetup.ServiceTag)!)));
    }

    [Fact]
    public async Task Export_ToItself_TracesNeitherItselfNorProbes()
    {
        using var http = new HttpClient();
        await _host.Echo(_port).UnaryAsync(new EchoRequest());
        await new Health.HealthClient(_host.Channel(_port)).CheckAsync(new HealthCheckRequest());
        await Eventually.HoldsAsync(() => Task.FromResult(!_exports.IsEmpty), "the first export has arrived");

        // A second round: by now the export's own spans, if there were any, would be there too.
        await _host.Echo(_port).UnaryAsync(new EchoRequest());
        await Eventually.HoldsAsync(() => Task.FromResult(_exports.Count > 1), "the second export has arrived");

        // The probe's own side, in this process too, is the prober's affair.
        var names = _recorder.Spans.Where(span => span is { Recorded: true, Kind: ActivityKind.Server })
            .Select(span => span.DisplayName).Distinct().ToArray();
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => name.Contains("traces", StringComparison.Ordinal) || name.Contains("Health", StringComparison.Ordinal));
        Assert.Contains(_exports, export => export.AsSpan().IndexOf("canthogov.test.EchoService/Unary"u8) > 0);
        Assert.All(_exports, export => Assert.True(export.AsSpan().IndexOf("suite"u8) > 0));
    }

    [Fact]
    public async Task Stop_SendsWhatIsLeftBeforeItsReceiverStops()
    {
        await _host.Echo(_port).UnaryAsync(new EchoRequest());
        await ServerSpanAsync();
        var before = _exports.Count;
        await _host.App.StopAsync();
        Assert.True(before > 0 || !_exports.IsEmpty);
    }

    async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _exports.Enqueue(body.ToArray());
    }

    async Task<Activity> ServerSpanAsync()
    {
        await Eventually.HoldsAsync(() => Task.FromResult(_recorder.Spans.Any(IsOfTheServer)), "the server's span has ended");
        return Assert.Single(_recorder.Spans, IsOfTheServer);

        static bool IsOfTheServer(Activity span) => span.Kind == ActivityKind.Server && span.Recorded;
    }

    sealed class Recorder : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Spans { get; } = new();

        public override void OnEnd(Activity data) => Spans.Enqueue(data);
    }
}
