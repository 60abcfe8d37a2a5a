using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Attachments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Clock;
using CanThoGov.Ward.Evidence;
using CanThoGov.Ward.Outgoing;
using CanThoGov.Ward.Programmes;
using CanThoGov.Ward.Units;
using CanThoGov.Ward.WorkItems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward;

/// <summary>The reference ward system: it works with the city as any other ward's software does.</summary>
public static class WardService
{
    public const string DefaultAddress = "http://127.0.0.1:5102";

    /// <returns>The queues that the host's bus has to serve.</returns>
    public static IReadOnlyList<EventEndpoint> AddWard(this IHostApplicationBuilder builder)
    {
        var options = WardOptions.From(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(options);
        builder.AddDatabase<WardDatabase>("Ward");

        services.AddSingleton<ServedUnits>();
        services.AddSingleton<ILogReaders<WardDatabase>>(provider => provider.GetRequiredService<ServedUnits>());
        services.AddSingleton<WardAssignmentStore>().AddSingleton<WardVerbs>().AddSingleton<WorkItemStore>().AddSingleton<ProgrammeStore>();

        services.AddOptions<OutgoingOptions>().BindConfiguration(OutgoingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddAttachments<WardDatabase, WorkEvidence>("Ward");
        services.AddSingleton<EvidenceUploads>();
        services.AddSingleton<OutgoingQueue>().AddSingleton<CityCalls>().AddSingleton<TurnedAway>().AddHostedService<OutgoingDispatcher>();
        services.AddHealthChecks().AddCheck<TurnedAway>("ward-sign-in", tags: ["ward"]);

        services.AddSingleton<ClockFollowing>().AddHostedService<ClockFollower>();
        return builder.AddEvents(Subscriptions(options));
    }

    public static void MapWard(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<WardAssignmentGrpcService>();
        endpoints.MapGrpcService<WorkItemGrpcService>();
        endpoints.MapGrpcService<ProgrammeGrpcService>();
        endpoints.MapGrpcService<OutgoingCallGrpcService>();
        endpoints.MapGrpcService<AttachmentGrpcService<WardDatabase>>();
        endpoints.MapGrpcService<EventLogGrpcService<WardDatabase>>();
        endpoints.MapPlatformServices(
            Pb.WardAssignmentService.Descriptor, Pb.WorkItemService.Descriptor, Pb.ProgrammeService.Descriptor, Pb.OutgoingCallService.Descriptor,
            Protos.Attachments.V1.AttachmentService.Descriptor, Protos.Events.V1.EventLogService.Descriptor);
    }

    static Subscriptions<WardDatabase> Subscriptions(WardOptions options) =>
        new Subscriptions<WardDatabase>("ward", options.Name)
        {
            Units = options.Units,
            CountRepeatedEffects = Journal.CountRepeatedEffects,
            ForgetEffects = Journal.Forget,
        }
            .On<UnitRegistered, UnitRegisteredHandler>()
            .On<AssignmentIssued, AssignmentEventHandler>()
            .On<AssignmentAcknowledged, AssignmentEventHandler>()
            .On<ContributionSubmitted, AssignmentEventHandler>()
            .On<ProgressReported, AssignmentEventHandler>()
            .On<ResultSubmitted, AssignmentEventHandler>()
            .On<ResultAccepted, AssignmentEventHandler>()
            .On<ResultSentBack, AssignmentEventHandler>()
            .On<AssignmentReturned, AssignmentEventHandler>()
            .On<TransferRequested, AssignmentEventHandler>()
            .On<TransferDecided, AssignmentEventHandler>()
            .On<AssignmentSucceeded, AssignmentEventHandler>()
            .On<AssignmentCancelled, AssignmentEventHandler>()
            .On<AssignmentSuspended, AssignmentEventHandler>()
            .On<AssignmentResumed, AssignmentEventHandler>()
            .On<ExtensionRequested, AssignmentEventHandler>()
            .On<ExtensionDecided, AssignmentEventHandler>()
            .On<ObstacleRaised, AssignmentEventHandler>()
            .On<ObstacleAccepted, AssignmentEventHandler>()
            .On<ObstacleAnswered, AssignmentEventHandler>()
            .On<ObstacleRerouted, AssignmentEventHandler>()
            .On<ObstacleEscalated, AssignmentEventHandler>()
            .On<ObstacleProposed, AssignmentEventHandler>()
            .On<ObstacleResolved, AssignmentEventHandler>()
            .On<ObstacleReopened, AssignmentEventHandler>()
            .On<DueTimeMoved, AssignmentEventHandler>()
            .On<AccountableHeadChanged, AssignmentEventHandler>()
            .On<DeadlineDueSoon, DeadlineEventHandler>()
            .On<DeadlineMissed, DeadlineEventHandler>()
            .On<DeadlineEscalated, DeadlineEventHandler>()
            .On<ReminderIssued, DeadlineEventHandler>()
            .On<ClockAdvanced, ClockAdvancedHandler>()
            .On<MonitoringClockFollowed, MonitoringClockFollowedHandler>();
}
