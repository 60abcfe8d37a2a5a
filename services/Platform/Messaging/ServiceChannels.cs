using System.Collections.Concurrent;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;

namespace CanThoGov.Platform.Messaging;

/// <summary>A channel to each of the services, at the address that <c>Services:City</c>, <c>Services:Ward</c> and <c>Services:Monitoring</c> give.</summary>
public sealed class ServiceChannels(IConfiguration configuration) : IDisposable
{
    readonly ConcurrentDictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);

    /// <param name="service"><c>city</c>, <c>ward</c> or <c>monitoring</c>.</param>
    public GrpcChannel To(string service) => _channels.GetOrAdd(service, name => GrpcChannel.ForAddress(AddressOf(name), new()
    {
        // Services start in any order, and where they share a process before its own ports are open: a refused connection is tried again soon.
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
        MaxReconnectBackoff = TimeSpan.FromSeconds(5),
    }));

    string AddressOf(string service) =>
        configuration[$"Services:{service}"] is { Length: > 0 } address
            ? address
            : throw new InvalidOperationException($"Services:{service} is not set: give the address of the {service} service.");

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }
    }
}
