using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CanThoGov.Platform.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Hosting;

/// <summary>Opens ports, none of them beyond loopback without TLS and sign-in.</summary>
public static class Listening
{
    /// <summary>Listens where <c>Endpoints:{service}</c> says.</summary>
    /// <param name="defaultAddress">Where that is not set: <c>http://127.0.0.1:5101</c>.</param>
    /// <param name="protocols">HTTP/2 for gRPC (without TLS nothing could be negotiated), HTTP/1.1 for pages and OTLP.</param>
    /// <returns>The port.</returns>
    /// <exception cref="ConfigurationException">The address is wrong or not safe.</exception>
    public static int ListenOn(this IHostApplicationBuilder builder, string service, string defaultAddress, HttpProtocols protocols)
    {
        if (builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            throw new ConfigurationException("Kestrel:Endpoints is not used here; say with Endpoints:{service} where a service listens.");

        var key = $"{EndpointOptions.Section}:{service}";
        var configured = builder.Configuration[key];
        var address = Parse(key, string.IsNullOrWhiteSpace(configured) ? defaultAddress : configured);
        var certificate = Certificate(builder.Configuration, key, address);
        builder.Ports().Add(address.Port, service);

        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
                kestrel.Listen(ip, address.Port, Configure);
            else if (IsLocalhost(address))
                kestrel.ListenLocalhost(address.Port, Configure);
            else
                kestrel.ListenAnyIP(address.Port, Configure);
        });
        return address.Port;

        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            if (certificate is not null)
                listen.UseHttps(certificate);
        }
    }

    internal static ServicePorts Ports(this IHostApplicationBuilder builder) =>
        builder.Services.Select(service => service.ImplementationInstance).OfType<ServicePorts>().SingleOrDefault()
        ?? throw new InvalidOperationException("Call AddServiceDefaults first.");

    static bool IsLocalhost(BindingAddress address) => address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    static BindingAddress Parse(string key, string value)
    {
        var address = TryParse(value);
        if (address is { Scheme: "http" or "https", Port: > 0 and <= 65535, PathBase: "" }
            && (IsLocalhost(address) || address.Host is "*" || IPAddress.TryParse(address.Host.Trim('[', ']'), out _)))
        {
            return address;
        }

        throw new ConfigurationException(
            $"{key} is '{value}'; it must be http:// or https://, an IP address, localhost or *, and a port, as in https://0.0.0.0:5101.");
    }

    static BindingAddress? TryParse(string value)
    {
        try
        {
            return BindingAddress.Parse(value);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static X509Certificate2? Certificate(IConfiguration configuration, string key, BindingAddress address)
    {
        var isHttps = address.Scheme == "https";
        var isLoopback = IsLocalhost(address) || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        if (!isLoopback && !isHttps)
            throw new ConfigurationException($"{key} is '{address}', which other machines can reach: use https there.");
        if (!isLoopback && string.IsNullOrWhiteSpace(configuration[$"{AuthOptions.Section}:{nameof(AuthOptions.Authority)}"]))
        {
            throw new ConfigurationException(
                $"{key} is '{address}', which other machines can reach: set Auth:Authority to the sign-in provider first.");
        }

        if (!isHttps)
            return null;
        var options = configuration.GetSection(EndpointOptions.Section).Get<EndpointOptions>() ?? new EndpointOptions();
        if (options.CertificateFile.Length == 0 || options.CertificateKeyFile.Length == 0)
        {
            throw new ConfigurationException(
                $"{key} is '{address}': https needs Endpoints:CertificateFile and Endpoints:CertificateKeyFile.");
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(options.CertificateFile, options.CertificateKeyFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"The certificate '{options.CertificateFile}' with key '{options.CertificateKeyFile}' cannot be used: {exception.Message}");
        }
    }
}
