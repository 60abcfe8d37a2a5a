using System.Diagnostics;
using CanThoGov.Platform.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CanThoGov.Platform.Hosting;

/// <summary>Gives the span of a request its name and service, and keeps what would drown the traces out of them.</summary>
internal sealed class RequestTelemetry(ServicePorts ports) : IStartupFilter
{
    // Exports are noise that makes noise: each would be a trace to export. The others are probes, services that look into each other's logs
    // again and again, and what a browser does by itself.
    static readonly PathString[] Untraced =
    [
        "/v1/traces", "/v1/metrics", "/v1/logs", "/grpc.health.v1.Health", "/alive", "/health",
        "/canthogov.events.v1.EventLogService", "/assets", "/_content",
    ];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Observe);
        next(app);
    };

    Task Observe(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } activity)
            return next(context);

        if (Array.Exists(Untraced, path => context.Request.Path.StartsWithSegments(path)))
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return next(context);
        }

        activity.SetTag(TelemetrySetup.ServiceTag, ports.ServiceOf(context));
        return Named(activity, context, next);
    }

    static async Task Named(Activity activity, HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            if (route is not null)
                activity.DisplayName = context.Request.IsGrpc() ? route.TrimStart('/') : $"{context.Request.Method} {route}";
        }
    }
}
