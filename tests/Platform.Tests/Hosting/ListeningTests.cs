using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Tests.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Tests.Hosting;

[Trait("Category", "Unit")]
public sealed class ListeningTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-tls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("http://0.0.0.0:5101", "use https")]
    [InlineData("http://*:5101", "use https")]
    [InlineData("http://[::]:5101", "use https")]
    [InlineData("http://10.0.0.5:5101", "use https")]
    [InlineData("https://0.0.0.0:5101", "set Auth:Authority")]
    [InlineData("https://127.0.0.1:5101", "needs Endpoints:CertificateFile")]
    [InlineData("http://city.cantho.gov.vn:5101", "must be http:// or https://")]
    [InlineData("ftp://127.0.0.1:5101", "must be http:// or https://")]
    [InlineData("127.0.0.1", "must be http:// or https://")]
    [InlineData("5101", "must be http:// or https://")]
    public void ListenOn_Unsafe_IsRefusedWithWhatToDo(string address, string complaint)
    {
        var builder = Builder(("Endpoints:city", address));
        var refusal = Assert.Throws<ConfigurationException>(
            () => builder.ListenOn("city", "http://127.0.0.1:5101", HttpProtocols.Http2));
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Endpoints:city", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListenOn_ReachableWithSignInButBadCertificate_IsRefused()
    {
        foreach (var certificate in (string[])["", Path.Combine(_folder, "none.pem")])
        {
            var builder = Builder(
                ("Endpoints:city", "https://0.0.0.0:5101"),
                ("Auth:Authority", "https://id.cantho.gov.vn"),
                ("Endpoints:CertificateFile", certificate),
                ("Endpoints:CertificateKeyFile", certificate));
            var refusal = Assert.Throws<ConfigurationException>(
                () => builder.ListenOn("city", "http://127.0.0.1:5101", HttpProtocols.Http2));
            Assert.Contains("ertificate", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:5101", 5101)]
    [InlineData("http://localhost:5999", 5999)]
    [InlineData("http://[::1]:5999", 5999)]
    [InlineData("", 5000)]
    [InlineData("  ", 5000)]
    public void ListenOn_Loopback_NeedsNothing(string address, int port) =>
        Assert.Equal(port, Builder(("Endpoints:city", address)).ListenOn("city", "http://127.0.0.1:5000", HttpProtocols.Http2));

    [Fact]
    public void ListenOn_SamePortTwice_NamesBoth()
    {
        var builder = Builder();
        builder.ListenOn("city", "http://127.0.0.1:5101", HttpProtocols.Http2);
        var refusal = Assert.Throws<ConfigurationException>(() => builder.ListenOn("ward", "http://127.0.0.1:5101", HttpProtocols.Http2));
        Assert.Contains("city and for ward", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListenOn_AroundTheCheck_IsRefused() => Assert.Throws<ConfigurationException>(
        () => Builder(("Kestrel:Endpoints:X:Url", "http://0.0.0.0:80")).ListenOn("city", "http://127.0.0.1:5101", HttpProtocols.Http2));

    [Fact]
    public async Task ListenOn_ReachableWithTlsAndSignIn_Answers()
    {
        var certificate = MakeCertificate();
        await using var provider = await TestProvider.StartAsync();
        await using var host = TestHost.Create("city", configuration =>
        {
            configuration["Auth:KeyFile"] = "";
            configuration["Auth:Authority"] = provider.Authority;
            configuration["Endpoints:CertificateFile"] = Path.Combine(_folder, "tls.crt");
            configuration["Endpoints:CertificateKeyFile"] = Path.Combine(_folder, "tls.key");
            configuration["Endpoints:city"] = $"https://0.0.0.0:{TestPorts.Free(1)[0]}";
        });
        var port = host.Builder.ListenOn("city", "http://127.0.0.1:5101", HttpProtocols.Http2);
        await host.StartAsync(app => app.MapPort(port, TestHost.MapEcho));

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
            presented!.GetCertHashString() == certificate;
        using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = handler });
        var reply = await new EchoService.EchoServiceClient(channel).UnaryAsync(
            new EchoRequest { Text = "xin chào" },
            new Metadata { { "authorization", "Bearer " + provider.Issue("ward", "a") } });
        Assert.Equal("xin chào", reply.Request.Text);
    }

    [Fact]
    public async Task ListenOn_GrpcPort_SpeaksOnlyHttp2()
    {
        var (host, port) = await TestHost.StartEchoAsync();
        await using var _ = host;
        using var http = new HttpClient();

        using var http2 = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/alive")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var alive = await http.SendAsync(http2);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        using var http1 = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/alive");
        using var refused = await http.SendAsync(http1);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    static WebApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.AddServiceDefaults("city");
        return builder;
    }

    string MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }
}
