using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Contracts.Registers;
using CanThoGov.Contracts.WorkItems;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Monitoring.Calendars;
using CanThoGov.Monitoring.Clock;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Monitoring.Events;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Monitoring.Ladders;
using CanThoGov.Monitoring.Programmes;
using CanThoGov.Monitoring.Reminders;
using CanThoGov.Monitoring.Scorecards;
using CanThoGov.Monitoring.Traces;
using CanThoGov.Monitoring.Units;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring;

/// <summary>Follows what the others do: watches deadlines, reminds, escalates, and counts.</summary>
public static class MonitoringService
{
    public const string DefaultAddress = "http://127.0.0.1:5103";

    /// <summary>Where the services on this machine send their spans; the port that OTLP over HTTP is known by.</summary>
    public const string DefaultOtlpAddress = "http://127.0.0.1:4318";

    /// <returns>The queues that the host's bus has to serve.</returns>
    public static IReadOnlyList<EventEndpoint> AddMonitoring(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<MonitoringDatabase>("Monitoring");
        builder.Services
            .AddSingleton<DeadlineStore>().AddSingleton<ReminderStore>().AddSingleton<ScorecardStore>()
            .AddSingleton<UnitProgrammeStore>().AddSingleton<ProgrammeReviewStore>()
            .AddFiring()
            .AddTraces();
        builder.AddEventWatch<MonitoringDatabase>();
        return builder.AddEvents(Subscriptions());
    }

    public static void MapMonitoring(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<DeadlineGrpcService>();
        endpoints.MapGrpcService<LadderGrpcService>();
        endpoints.MapGrpcService<ReminderGrpcService>();
        endpoints.MapGrpcService<FiringGrpcService>();
        endpoints.MapGrpcService<ScorecardGrpcService>();
        endpoints.MapGrpcService<UnitProgrammeGrpcService>();
        endpoints.MapGrpcService<EventGrpcService>();
        endpoints.MapTraces();
        endpoints.MapGrpcService<EventLogGrpcService<MonitoringDatabase>>();
        endpoints.MapPlatformServices(
            Pb.DeadlineService.Descriptor, Pb.LadderService.Descriptor, Pb.ReminderService.Descriptor, Pb.FiringService.Descriptor,
            Pb.ScorecardService.Descriptor, Pb.UnitProgrammeService.Descriptor, Pb.EventService.Descriptor, Pb.TraceService.Descriptor,
            Protos.Events.V1.EventLogService.Descriptor);
    }

    static Subscriptions<MonitoringDatabase> Subscriptions() =>
        new Subscriptions<MonitoringDatabase>("monitoring") { CountRepeatedEffects = ActivityLog.CountRepeated, ForgetEffects = ActivityLog.Forget }
            .On<UnitRegistered, UnitProjection>()
            .On<CalendarPublished, CalendarProjection>()
            .On<DocumentRegistered, ActivityProjection>()
            .On<CompetenceRecorded, ActivityProjection>()
            .On<CompetenceEnded, ActivityProjection>()
            .On<ClockAdvanced, ClockFollower>()
            .On<AssignmentIssued, AssignmentProjection>()
            .On<AssignmentAcknowledged, AssignmentProjection>()
            .On<ContributionSubmitted, AssignmentProjection>()
            .On<ProgressReported, AssignmentProjection>()
            .On<ResultSubmitted, AssignmentProjection>()
            .On<ResultAccepted, AssignmentProjection>()
            .On<ResultSentBack, AssignmentProjection>()
            .On<AssignmentReturned, AssignmentProjection>()
            .On<TransferRequested, AssignmentProjection>()
            .On<TransferDecided, AssignmentProjection>()
            .On<AssignmentSucceeded, AssignmentProjection>()
            .On<AssignmentCancelled, AssignmentProjection>()
            .On<AssignmentSuspended, AssignmentProjection>()
            .On<AssignmentResumed, AssignmentProjection>()
            .On<ExtensionRequested, AssignmentProjection>()
            .On<ExtensionDecided, AssignmentProjection>()
            .On<ObstacleRaised, AssignmentProjection>()
            .On<ObstacleAccepted, AssignmentProjection>()
            .On<ObstacleAnswered, AssignmentProjection>()
            .On<ObstacleRerouted, AssignmentProjection>()
            .On<ObstacleEscalated, AssignmentProjection>()
            .On<ObstacleProposed, AssignmentProjection>()
            .On<ObstacleResolved, AssignmentProjection>()
            .On<ObstacleReopened, AssignmentProjection>()
            .On<DueTimeMoved, AssignmentProjection>()
            .On<AccountableHeadChanged, AssignmentProjection>()
            .On<WorkItemAllocated, ActivityProjection>()
            .On<WorkItemReported, ActivityProjection>()
            .On<WorkItemReallocated, ActivityProjection>()
            .On<WorkItemRescheduled, ActivityProjection>()
            .On<ProgrammeDrafted, ProgrammeProjection>()
            .On<ProgrammeAdopted, ProgrammeProjection>()
            .On<ProgrammeAmended, ProgrammeProjection>()
            .On<WardClockFollowed, ActivityProjection>();
}
