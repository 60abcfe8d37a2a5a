using Microsoft.AspNetCore.Mvc;

namespace CanThoGov.Monitoring.Traces;

public static class TracesFeature
{
    public static IServiceCollection AddTraces(this IServiceCollection services)
    {
        services.AddOptions<TraceOptions>().BindConfiguration(TraceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TraceStore>().AddSingleton<SpanQueue>();
        services.AddHostedService<SpanWriter>().AddHostedService<TracePruning>();
        return services;
    }

    public static void MapTraces(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<TraceGrpcService>();

    /// <summary>The receiver, on an HTTP/1.1 port of its own. Anonymous from this machine, where exporters have no token; else with one.</summary>
    public static void MapOtlp(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(OtlpSpans.ReceiverPath, OtlpReceiver.ReceiveAsync)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(OtlpReceiver.MaxBytes));
}
