namespace Grpc.Core;

/// <summary>How a channel's connection is doing.</summary>
public enum ConnectivityState
{
    Idle,
    Connecting,
    Ready,
    TransientFailure,
    Shutdown,
}
