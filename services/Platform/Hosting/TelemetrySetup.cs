using System.Diagnostics;
using CanThoGov.Platform.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CanThoGov.Platform.Hosting;

/// <summary>
/// Traces, metrics and logs as OTLP over HTTP to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says. Without it traces go to
/// <c>Telemetry:Endpoint</c>, by default the Monitoring service on this machine; <c>none</c> sends nothing.
/// </summary>
public static class TelemetrySetup
{
    /// <summary>
    /// Attribute of a span: the service that did the work, where several share a process and with it one <c>service.name</c>.
    /// Set it on spans that begin in the background; the others inherit it or are known by their port or queue.
    /// </summary>
    public const string ServiceTag = "canthogov.service";

    const string DefaultEndpoint = "http://127.0.0.1:4318";

    // Grpc.Net.Client and System.Net.Http tell of every gRPC call twice, one within the other; without either of them the chain would break.
    static readonly string[] Sources =
        [PlatformTelemetry.SourceName, "Microsoft.AspNetCore", "System.Net.Http", "Grpc.Net.Client", "Npgsql", "MassTransit"];

    static readonly string[] Meters =
        [PlatformTelemetry.SourceName, "Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit"];

    internal static void AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var isStandard = HasValue("OTEL_EXPORTER_OTLP_ENDPOINT") || HasValue("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        var endpoint = HasValue("Telemetry:Endpoint") ? builder.Configuration["Telemetry:Endpoint"]! : DefaultEndpoint;
        if (!isStandard && endpoint.Equals("none", StringComparison.OrdinalIgnoreCase))
            return;

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(service, serviceNamespace: "canthogov", serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3))
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing
                .AddSource(Sources)
                .AddProcessor(services => new ServiceTagProcessor(services.GetRequiredService<ServicePorts>()))
                .AddOtlpExporter(ConfigureTraces));
        builder.Services.AddHostedService<TelemetryFlush>();
        if (!isStandard)
            return;

        telemetry.WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter(Configure));
        builder.Logging.AddOpenTelemetry(logging => logging.AddOtlpExporter(Configure));

        bool HasValue(string key) => !string.IsNullOrWhiteSpace(builder.Configuration[key]);

        void Configure(OtlpExporterOptions options)
        {
            if (!HasValue("OTEL_EXPORTER_OTLP_PROTOCOL"))
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
        }

        void ConfigureTraces(OtlpExporterOptions options)
        {
            Configure(options);
            if (!isStandard)
                options.Endpoint = new Uri(endpoint.TrimEnd('/') + "/v1/traces");

            // A trace is looked at right after the call, and a dropped span leaves a hole in it.
            options.BatchExportProcessorOptions = new BatchExportActivityProcessorOptions
            {
                ScheduledDelayMilliseconds = 1000,
                MaxQueueSize = 32_768,
                MaxExportBatchSize = 2048,
            };
        }
    }
}

/// <summary>Says of every span which service did the work, and of every gRPC call what was called.</summary>
internal sealed class ServiceTagProcessor(ServicePorts ports) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        // The client library gives all its calls one name.
        if (data.Kind == ActivityKind.Client && data.GetTagItem("grpc.method") is string method)
            data.DisplayName = method.TrimStart('/');

        for (var span = data; span is not null; span = span.Parent)
        {
            if ((span.GetTagItem(TelemetrySetup.ServiceTag) as string ?? ServiceOfQueue(span)) is not { } service)
                continue;
            data.SetTag(TelemetrySetup.ServiceTag, service);
            return;
        }

        data.SetTag(TelemetrySetup.ServiceTag, ports.Host);
    }

    /// <summary>A queue is called <c>{service}-{event}</c>.</summary>
    string? ServiceOfQueue(Activity span) =>
        span.GetTagItem("messaging.destination.name") is string queue
            ? ports.Services.FirstOrDefault(service => queue.StartsWith(service + "-", StringComparison.Ordinal))
            : null;
}

/// <summary>Sends what is left before the servers stop: in the Suite the receiver is one of them.</summary>
internal sealed class TelemetryFlush(TracerProvider traces) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.Run(() => traces.ForceFlush(2000), cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
