using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OpenTelemetry;

/// <summary>Makes the providers when the host starts and flushes them when it stops. The host's services dispose them.</summary>
internal sealed class TelemetryHostedService(IServiceProvider services) : IHostedService
{
    const int FlushMilliseconds = 5000;

    MeterProvider? _meters;
    TracerProvider? _tracers;
    LoggerProvider? _loggers;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meters = services.GetService<MeterProvider>();
        _tracers = services.GetService<TracerProvider>();
        _loggers = services.GetService<LoggerProvider>();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => _meters?.ForceFlush(FlushMilliseconds), CancellationToken.None),
        Task.Run(() => _tracers?.ForceFlush(FlushMilliseconds), CancellationToken.None),
        Task.Run(() => _loggers?.ForceFlush(FlushMilliseconds), CancellationToken.None));
}
