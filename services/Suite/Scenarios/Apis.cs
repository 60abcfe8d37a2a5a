using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Protos.Monitoring.V1;
using CanThoGov.Protos.Ward.V1;
using Grpc.Core;

namespace CanThoGov.Suite.Scenarios;

/// <summary>The public APIs, and nothing else, through which a scenario is played.</summary>
internal sealed class Apis(ChannelBase city, ChannelBase ward, ChannelBase monitoring)
{
    public ClockService.ClockServiceClient Clock { get; } = new(city);
    public UnitService.UnitServiceClient Units { get; } = new(city);
    public DocumentService.DocumentServiceClient Documents { get; } = new(city);
    public DocumentRelationService.DocumentRelationServiceClient Relations { get; } = new(city);
    public CampaignService.CampaignServiceClient Campaigns { get; } = new(city);
    public AssignmentService.AssignmentServiceClient Assignments { get; } = new(city);
    public WardAssignmentService.WardAssignmentServiceClient WardAssignments { get; } = new(ward);
    public WorkItemService.WorkItemServiceClient WorkItems { get; } = new(ward);
    public OutgoingCallService.OutgoingCallServiceClient OutgoingCalls { get; } = new(ward);
    public ScorecardService.ScorecardServiceClient Scorecards { get; } = new(monitoring);
    public IReadOnlyList<EventLogService.EventLogServiceClient> EventLogs { get; } = [new(city), new(ward), new(monitoring)];
}
