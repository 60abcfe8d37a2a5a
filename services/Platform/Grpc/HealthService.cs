using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc.Health.V1;
using CanThoGov.Platform.Hosting;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using ServingStatus = CanThoGov.Platform.Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace CanThoGov.Platform.Grpc;

/// <summary><c>grpc.health.v1</c> over the host's health checks; the only service that needs no token.</summary>
[AllowAnonymous]
internal sealed class HealthService(HealthReader health, ServicePorts ports, IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var served = ServedServices.Of(context);
        return Serves(served, request.Service)
            ? new HealthCheckResponse { Status = await StatusAsync(context, context.CancellationToken) }
            : throw DomainException.NotFound("SERVICE_NOT_FOUND", "service", request.Service);
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var served = ServedServices.Of(context);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(WatchInterval);
        var told = ServingStatus.Unknown;
        try
        {
            do
            {
                var status = Serves(served, request.Service)
                    ? await StatusAsync(context, ended.Token)
                    : ServingStatus.ServiceUnknown;
                if (status == told)
                    continue;
                told = status;
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, ended.Token);
            }
            while (await timer.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing }, context.CancellationToken);
        }
    }

    static bool Serves(ServedServices served, string service) =>
        service.Length == 0 || served.Names.Contains(service, StringComparer.Ordinal);

    async Task<ServingStatus> StatusAsync(ServerCallContext context, CancellationToken ct)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return ServingStatus.NotServing;
        var report = await health.ReadAsync(ports.ServiceOf(context.GetHttpContext()), ct);
        return report.Status == HealthStatus.Unhealthy ? ServingStatus.NotServing : ServingStatus.Serving;
    }
}
