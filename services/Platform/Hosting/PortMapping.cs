using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Grpc.Health.V1;
using CanThoGov.Platform.Grpc.Reflection.V1;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Platform.Hosting;

/// <summary>Endpoints that belong to one port: several services share a host without sharing an endpoint.</summary>
public static class PortMapping
{
    /// <summary>
    /// Maps endpoints that only this port answers, and <c>/alive</c> (the process runs) and <c>/health</c> (what it needs is there) with them.
    /// </summary>
    public static void MapPort(this IEndpointRouteBuilder endpoints, int port, Action<IEndpointRouteBuilder> map)
    {
        var group = endpoints.MapGroup("");
        group.WithMetadata(new PortMetadata(port));
        group.MapGet("/alive", () => TypedResults.Text("alive")).AllowAnonymous();
        group.MapGet("/health", HealthAsync).AllowAnonymous();
        map(group);
    }

    /// <summary>Adds gRPC health and reflection for these services of the port. Health needs no token.</summary>
    public static void MapPlatformServices(this IEndpointRouteBuilder endpoints, params ServiceDescriptor[] services)
    {
        var served = new ServedServices([.. services, Health.Descriptor, ServerReflection.Descriptor]);
        endpoints.MapGrpcService<HealthService>().WithMetadata(served);
        endpoints.MapGrpcService<ReflectionService>().WithMetadata(served);
    }

    static async Task<IResult> HealthAsync(HttpContext context, HealthReader health, ServicePorts ports)
    {
        // States only: a failed check's text may name machines.
        var report = await health.ReadAsync(ports.ServiceOf(context), context.RequestAborted);
        return TypedResults.Json(
            new { status = report.Status.ToString(), checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Status.ToString()) },
            statusCode: report.Status == HealthStatus.Unhealthy
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK);
    }
}

internal sealed record PortMetadata(int Port);

/// <summary>Takes the endpoints of other ports out of the choice. By the port of the connection, which no client can forge.</summary>
internal sealed class PortMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<PortMetadata>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var port = httpContext.Connection.LocalPort;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i)
                && candidates[i].Endpoint.Metadata.GetMetadata<PortMetadata>() is { } owner
                && owner.Port != port)
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }
}
