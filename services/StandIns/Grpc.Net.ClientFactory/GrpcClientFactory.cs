namespace Grpc.Net.ClientFactory;

/// <summary>Makes gRPC clients that were registered with <c>AddGrpcClient</c>.</summary>
public abstract class GrpcClientFactory
{
    public abstract TClient CreateClient<TClient>(string name) where TClient : class;
}
