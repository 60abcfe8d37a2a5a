using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Hosting;

/// <summary>What every service of ours is made with.</summary>
public static class ServiceDefaults
{
    // The lowest layer of the configuration: everything else overrides it.
    static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Grpc"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
    };

    /// <summary>
    /// gRPC with one way of failing and one form of text, sign-in on everything, health, telemetry, an orderly stop.
    /// Once for each host, before any <see cref="Listening.ListenOn"/>.
    /// </summary>
    /// <param name="service">Name of the host: <c>city</c>, or <c>suite</c> for one with several services.</param>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder, string service)
    {
        if (builder.Services.Any(descriptor => descriptor.ServiceType == typeof(ServicePorts)))
            throw new InvalidOperationException("AddServiceDefaults is called once for each host.");

        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.Services.AddSingleton(new ServicePorts(service));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, PortMatcherPolicy>());

        builder.Services.AddSingleton<ErrorInterceptor>();
        builder.Services.AddSingleton<RequestNormaliser>();
        builder.Services.AddSingleton<ReadTokenInterceptor>();
        builder.Services.AddOptions<ReadTokenOptions>().BindConfiguration(ReadTokenOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddGrpc(options =>
        {
            options.Interceptors.Add<ErrorInterceptor>();
            options.Interceptors.Add<RequestNormaliser>();
            options.Interceptors.Add<ReadTokenInterceptor>();
        });

        builder.Services.AddSecurity();
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<HealthReader>();
        builder.AddTelemetry(service);
        builder.Services.AddSingleton<IStartupFilter, RequestTelemetry>();
        builder.Services.AddSingleton<IStartupFilter, GrpcFailures>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }
}
