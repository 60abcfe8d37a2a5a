namespace CanThoGov.Platform.Hosting;

/// <summary>
/// Where services listen. The address of a service is <c>Endpoints:{service}</c>, as in <c>Endpoints:city = https://0.0.0.0:5101</c>.
/// Beyond loopback it must be https, and <c>Auth:Authority</c> must name the sign-in provider.
/// </summary>
public sealed class EndpointOptions
{
    public const string Section = "Endpoints";

    /// <summary>PEM file of the certificate for https, with its chain.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file of the certificate's private key.</summary>
    public string CertificateKeyFile { get; init; } = "";
}
