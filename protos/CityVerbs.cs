using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace CanThoGov.Protos.City.V1;

/// <summary>What every verb on an assignment, or on an obstacle of it, is called with.</summary>
public interface IVerbRequest : IMessage
{
    string Name { get; }

    string Etag { get; }

    string RequestId { get; }
}

/// <summary>A verb of a unit, which may have been offline.</summary>
public interface IUnitVerbRequest : IVerbRequest
{
    string Unit { get; }

    Timestamp ClaimedTime { get; }
}

partial class SetWorkingDeadlineRequest : IVerbRequest;
partial class IssueAssignmentRequest : IVerbRequest;
partial class AcknowledgeAssignmentRequest : IUnitVerbRequest;
partial class SubmitContributionRequest : IUnitVerbRequest;
partial class ReportProgressRequest : IUnitVerbRequest;
partial class SubmitResultRequest : IUnitVerbRequest;
partial class AcceptResultRequest : IVerbRequest;
partial class SendBackResultRequest : IVerbRequest;
partial class ReturnAssignmentRequest : IUnitVerbRequest;
partial class RequestTransferRequest : IUnitVerbRequest;
partial class DecideTransferRequest : IVerbRequest;
partial class CancelAssignmentRequest : IVerbRequest;
partial class SuspendAssignmentRequest : IVerbRequest;
partial class ResumeAssignmentRequest : IVerbRequest;
partial class RequestExtensionRequest : IUnitVerbRequest;
partial class DecideExtensionRequest : IVerbRequest;
partial class RaiseObstacleRequest : IUnitVerbRequest;
partial class AnswerObstacleRequest : IVerbRequest;
partial class AcceptObstacleRequest : IVerbRequest;
partial class RerouteObstacleRequest : IVerbRequest;
partial class EscalateObstacleRequest : IVerbRequest;
partial class ProposeObstacleRequest : IVerbRequest;
partial class ConfirmObstacleRequest : IUnitVerbRequest;
partial class ReopenObstacleRequest : IUnitVerbRequest;
