using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class OpenTelemetryHostingTests
{
    const int Never = 3_600_000;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Activity_BetweenStartAndStop_IsFlushedAtStop()
    {
        using var source = new ActivitySource("canthogov.test.flushed");
        var exported = new Exporter<Activity>(activity => activity.DisplayName);
        using var host = Build(telemetry => telemetry
            .ConfigureResource(resource => resource.AddService("city"))
            .WithTracing(tracing => tracing
                .AddSource(source.Name)
                .AddProcessor(_ => new BatchActivityExportProcessor(exported, scheduledDelayMilliseconds: Never))));

        Assert.Null(source.StartActivity("before start"));
        await host.StartAsync(Ct);
        source.StartActivity("issue assignment")!.Dispose();
        Assert.Empty(exported.Seen);
        await host.StopAsync(Ct);

        Assert.Equal(["issue assignment"], exported.Seen);
        Assert.Contains(exported.Resource!.Attributes, attribute => attribute is { Key: "service.name", Value: "city" });
    }

    [Fact]
    public async Task Measurement_BetweenStartAndStop_IsFlushedAtStop()
    {
        using var meter = new Meter("canthogov.test.flushed");
        var sent = meter.CreateCounter<long>("sent");
        var exported = new Exporter<Metric>(metric => metric.Name);
        using var host = Build(telemetry => telemetry.WithMetrics(metrics => metrics
            .AddMeter(meter.Name)
            .AddReader(_ => new PeriodicExportingMetricReader(exported, exportIntervalMilliseconds: Never))));

        await host.StartAsync(Ct);
        sent.Add(1);
        await host.StopAsync(Ct);

        Assert.Equal(["sent"], exported.Seen);
    }

    [Fact]
    public async Task LogRecord_BetweenStartAndStop_IsFlushedAtStop()
    {
        var exported = new Exporter<LogRecord>(record => record.FormattedMessage!);
        using var host = Build(telemetry => telemetry.WithLogging(
            logging => logging.AddProcessor(_ => new BatchLogRecordExportProcessor(exported, scheduledDelayMilliseconds: Never)),
            options => options.IncludeFormattedMessage = true));

        await host.StartAsync(Ct);
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("canthogov.test").LogWarning("Quá hạn");
        await host.StopAsync(Ct);

        Assert.Contains("Quá hạn", exported.Seen);
    }

    [Fact]
    public async Task AddOpenTelemetry_CalledAgain_ConfiguresTheSameProvider()
    {
        using var first = new ActivitySource("canthogov.test.first");
        using var second = new ActivitySource("canthogov.test.second");
        var exported = new Exporter<Activity>(activity => activity.DisplayName);
        using var host = Build(telemetry =>
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource(first.Name).AddProcessor(_ => new SimpleActivityExportProcessor(exported)));
            telemetry.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(second.Name));
        });

        await host.StartAsync(Ct);
        first.StartActivity("1")!.Dispose();
        second.StartActivity("2")!.Dispose();
        await host.StopAsync(Ct);

        Assert.Equal(["1", "2"], exported.Seen);
    }

    [Fact]
    public async Task HostedService_AddedBeforeTelemetry_IsTracedFromItsFirstToItsLastAct()
    {
        using var source = new ActivitySource("canthogov.test.hosted");
        var exported = new Exporter<Activity>(activity => activity.DisplayName);
        using var host = Build(
            telemetry => telemetry.WithTracing(tracing => tracing
                .AddSource(source.Name)
                .AddProcessor(_ => new BatchActivityExportProcessor(exported, scheduledDelayMilliseconds: Never))),
            services => services.AddHostedService(_ => new Tracing(source)));

        await host.StartAsync(Ct);
        await host.StopAsync(Ct);

        Assert.Equal(["start", "stop"], exported.Seen);
    }

    static IHost Build(Action<OpenTelemetryBuilder> configure, Action<IServiceCollection>? before = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        before?.Invoke(builder.Services);
        configure(builder.Services.AddOpenTelemetry());
        return builder.Build();
    }

    sealed class Exporter<T>(Func<T, string> describe) : BaseExporter<T> where T : class
    {
        public ConcurrentQueue<string> Seen { get; } = [];

        public Resource? Resource { get; private set; }

        public override ExportResult Export(in Batch<T> batch)
        {
            Resource = ParentProvider.GetResource();
            foreach (var item in batch)
                Seen.Enqueue(describe(item));
            return ExportResult.Success;
        }
    }

    sealed class Tracing(ActivitySource source) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Act("start");

        public Task StopAsync(CancellationToken cancellationToken) => Act("stop");

        Task Act(string name)
        {
            source.StartActivity(name)?.Dispose();
            return Task.CompletedTask;
        }
    }
}
