using Microsoft.AspNetCore.Http;

namespace CanThoGov.Platform.Hosting;

/// <summary>Which service of this host answers on which port.</summary>
public sealed class ServicePorts
{
    readonly Dictionary<int, string> _services = [];

    internal ServicePorts(string host) => Host = host;

    /// <summary>Name of the host itself: <c>city</c> if it is one service, <c>suite</c> if it is all of them.</summary>
    public string Host { get; }

    public IReadOnlyCollection<string> Services => _services.Values;

    public string ServiceOf(HttpContext context) => _services.GetValueOrDefault(context.Connection.LocalPort, Host);

    internal void Add(int port, string service)
    {
        if (!_services.TryAdd(port, service))
            throw new ConfigurationException($"Port {port} is configured for {_services[port]} and for {service}.");
    }
}
