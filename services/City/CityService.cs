using CanThoGov.City.Assignments;
using CanThoGov.City.Batches;
using CanThoGov.City.Calendars;
using CanThoGov.City.Campaigns;
using CanThoGov.City.Clock;
using CanThoGov.City.Competences;
using CanThoGov.City.CoordinationDuties;
using CanThoGov.City.Documents;
using CanThoGov.City.Finding;
using CanThoGov.City.Obstacles;
using CanThoGov.City.Occurrences;
using CanThoGov.City.Officials;
using CanThoGov.City.Overlaps;
using CanThoGov.City.Portfolios;
using CanThoGov.City.QuarterProgrammes;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Attachments;
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
        builder.Services.AddOptions<ObstacleOptions>().BindConfiguration(ObstacleOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<UnitStore>().AddSingleton<CalendarStore>().AddSingleton<DocumentStore>().AddSingleton<DocumentRelationStore>()
            .AddSingleton<AssignmentStore>().AddSingleton<AssignmentFinder>().AddSingleton<AssignmentReferences>().AddSingleton<ContributionStore>()
            .AddSingleton<VisibleAssignments>().AddSingleton<Acts>().AddSingleton<AssignmentVerbs>().AddSingleton<Issuing>().AddSingleton<Succession>()
            .AddSingleton<CompetenceStore>().AddSingleton<CompetenceGate>().AddSingleton<CompetenceSuccession>()
            .AddSingleton<CoordinationDutyStore>()
            .AddSingleton<ObstacleStore>().AddSingleton<ObstacleRouting>()
            .AddSingleton<QuarterProgrammeStore>()
            .AddSingleton<CampaignStore>()
            .AddSingleton<OfficialStore>().AddSingleton<AccountableHeads>().AddSingleton<PortfolioStore>()
            .AddSingleton<OverlapStore>().AddSingleton<OverlapCheck>()
            .AddHostedService<ReferenceData>()
            .AddBatches()
            .AddOccurrences()
            .AddSingleton<DueTimeReprojection>().AddHostedService(provider => provider.GetRequiredService<DueTimeReprojection>());
        builder.Services.AddSingleton<AssignmentEvidence>();
        builder.AddAttachments<CityDatabase, AssignmentEvidence>("City");
        builder.AddEventWatch<CityDatabase>();
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
        endpoints.MapGrpcService<DocumentRelationGrpcService>();
        endpoints.MapGrpcService<CampaignGrpcService>();
        endpoints.MapGrpcService<OfficialGrpcService>();
        endpoints.MapGrpcService<PortfolioGrpcService>();
        endpoints.MapGrpcService<AssignmentGrpcService>();
        endpoints.MapGrpcService<AssignmentWatchGrpcService>();
        endpoints.MapGrpcService<AttachmentGrpcService<CityDatabase>>();
        endpoints.MapGrpcService<BatchGrpcService>();
        endpoints.MapGrpcService<CompetenceGrpcService>();
        endpoints.MapGrpcService<CoordinationDutyGrpcService>();
        endpoints.MapGrpcService<ObstacleGrpcService>();
        endpoints.MapGrpcService<OccurrenceGrpcService>();
        endpoints.MapGrpcService<OverlapGrpcService>();
        endpoints.MapGrpcService<QuarterProgrammeGrpcService>();
        endpoints.MapGrpcService<ClockGrpcService>();
        endpoints.MapGrpcService<EventLogGrpcService<CityDatabase>>();
        endpoints.MapPlatformServices(
            Pb.UnitService.Descriptor, Pb.CalendarService.Descriptor, Pb.DocumentService.Descriptor, Pb.AssignmentService.Descriptor,
            Pb.DocumentRelationService.Descriptor, Pb.CampaignService.Descriptor, Pb.OfficialService.Descriptor, Pb.PortfolioService.Descriptor,
            Pb.AssignmentWatchService.Descriptor, Pb.BatchService.Descriptor, Pb.CompetenceService.Descriptor, Pb.ObstacleService.Descriptor,
            Pb.OverlapService.Descriptor, Pb.OccurrenceService.Descriptor, Pb.CoordinationDutyService.Descriptor,
            Pb.QuarterProgrammeService.Descriptor, Pb.ClockService.Descriptor,
            Protos.Attachments.V1.AttachmentService.Descriptor, Protos.Events.V1.EventLogService.Descriptor);
    }
}
