namespace Grpc.AspNetCore.ClientFactory;

/// <summary>How a client behaves that hands on the deadline and cancellation of the call being served.</summary>
public class GrpcContextPropagationOptions
{
    /// <summary>Lets calls through that are made outside any call being served; otherwise they throw.</summary>
    public bool SuppressContextNotFoundErrors { get; set; }
}
