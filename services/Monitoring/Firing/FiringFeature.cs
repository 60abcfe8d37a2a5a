using CanThoGov.Monitoring.Ladders;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.Monitoring.Firing;

public static class FiringFeature
{
    public static IServiceCollection AddFiring(this IServiceCollection services)
    {
        services.AddOptions<DeadlineOptions>().BindConfiguration(DeadlineOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PlanStore>().AddSingleton<LadderStore>().AddSingleton<DeadlineMetrics>().AddSingleton<Canary>().AddSingleton<ClockGuard>();
        services.AddHostedService<DeadlineSweeper>();
        services.AddHealthChecks().AddCheck<FiringHealth>("monitoring-firing", tags: ["monitoring"]);
        return services;
    }
}
