using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.City.Clock;
using CanThoGov.City.Documents;
using CanThoGov.City.Finding;
using CanThoGov.City.Overlaps;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City;

/// <summary>The city's side: it assigns, decides, and keeps the registers.</summary>
public static class CityService
{
    public const string DefaultAddress = "http://127.0.0.1:5101";

    /// <returns>The queues that the host's bus has to serve.</returns>
    public static IReadOnlyList<EventEndpoint> AddCity(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<CityDatabase>("City");
        builder.Services.AddOptions<ClockOptions>().BindConfiguration(ClockOptions.Section).ValidateOnStart();
        builder.Services.AddOptions<ExtensionOptions>().BindConfiguration(ExtensionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<UnitStore>().AddSingleton<CalendarStore>().AddSingleton<DocumentStore>().AddSingleton<AssignmentStore>()
            .AddSingleton<AssignmentFinder>().AddSingleton<OverlapStore>().AddSingleton<OverlapCheck>()
            .AddHostedService<ReferenceData>()
            .AddSingleton<DueTimeReprojection>().AddHostedService(provider => provider.GetRequiredService<DueTimeReprojection>());
        return builder.AddEvents(new Subscriptions<CityDatabase>("city")
        {
            CountRepeatedEffects =
                """
                SELECT COUNT(*) FROM (
                    SELECT deadline_subject FROM assignment_history WHERE deadline_subject <> '' AND @source = 'monitoring'
                    GROUP BY deadline_subject HAVING COUNT(*) > 1) AS twice
                """,
        }
            .On<DeadlineDueSoon, DeadlineRecorder>()
            .On<DeadlineMissed, DeadlineRecorder>()
            .On<DeadlineEscalated, DeadlineRecorder>()
            .On<ReminderIssued, DeadlineRecorder>()
            .On<MonitoringClockFollowed, ClockFollowers>()
            .On<WardClockFollowed, ClockFollowers>());
    }

    public static void MapCity(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<UnitGrpcService>();
        endpoints.MapGrpcService<CalendarGrpcService>();
        endpoints.MapGrpcService<DocumentGrpcService>();
        endpoints.MapGrpcService<AssignmentGrpcService>();
        endpoints.MapGrpcService<OverlapGrpcService>();
        endpoints.MapGrpcService<ClockGrpcService>();
        endpoints.MapGrpcService<EventLogGrpcService<CityDatabase>>();
        endpoints.MapPlatformServices(
            Pb.UnitService.Descriptor, Pb.CalendarService.Descriptor, Pb.DocumentService.Descriptor, Pb.AssignmentService.Descriptor,
            Pb.OverlapService.Descriptor, Pb.ClockService.Descriptor, Protos.Events.V1.EventLogService.Descriptor);
    }
}
