using Google.Protobuf;

namespace CanThoGov.Protos.Ward.V1;

/// <summary>What every verb on a unit's copy of an assignment is called with.</summary>
public interface IWardVerbRequest : IMessage
{
    string Name { get; }

    string RequestId { get; }
}

partial class AcknowledgeWardAssignmentRequest : IWardVerbRequest;
partial class SubmitWardContributionRequest : IWardVerbRequest;
partial class ReportWardProgressRequest : IWardVerbRequest;
partial class SubmitWardResultRequest : IWardVerbRequest;
partial class ReturnWardAssignmentRequest : IWardVerbRequest;
partial class RequestWardTransferRequest : IWardVerbRequest;
partial class RequestWardExtensionRequest : IWardVerbRequest;
partial class RaiseWardObstacleRequest : IWardVerbRequest;
partial class ConfirmWardObstacleRequest : IWardVerbRequest;
partial class ReopenWardObstacleRequest : IWardVerbRequest;
