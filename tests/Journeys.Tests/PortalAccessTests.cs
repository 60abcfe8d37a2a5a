using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CanThoGov.Testing;

namespace CanThoGov.Journeys.Tests;

/// <summary>The pages where other machines can reach them.</summary>
[Trait("Category", "Journey")]
public sealed class PortalAccessTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("/")]
    [InlineData("/nhiem-vu")]
    [InlineData("/vet")]
    [InlineData("/viec")]
    public async Task BeyondThisMachine_NothingIsShownWithoutSignIn(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=portal", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(_folder.Path, "certificate.pem"), Path.Combine(_folder.Path, "key.pem"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        var port = TestPorts.Free(1)[0];
        await using var portal = RunningProgram.Start("Portal", [], new Dictionary<string, string>
        {
            ["Endpoints__portal"] = $"https://0.0.0.0:{port}",
            ["Endpoints__CertificateFile"] = certificateFile,
            ["Endpoints__CertificateKeyFile"] = keyFile,
            ["Auth__Authority"] = "http://127.0.0.1:9",
            ["Services__City"] = "http://127.0.0.1:9",
            ["Services__Ward"] = "http://127.0.0.1:9",
            ["Services__Monitoring"] = "http://127.0.0.1:9",
            ["Telemetry__Endpoint"] = "none",
        });
        await portal.PrintedAsync("Application started", Limit);

        using var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint,
        };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{port}") };
        using var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.StartsWith("/dang-nhap?ve=", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/dang-nhap")).StatusCode);
    }

    public void Dispose() => _folder.Dispose();
}
