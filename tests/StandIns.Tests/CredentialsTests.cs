using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class CredentialsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_ComposedCallCredentials_SendTheHeadersOfEach()
    {
        Metadata? received = null;
        await using var server = await ProbeServer.StartAsync(Keep(headers => received = headers));
        using var channel = server.Channel(options => options.UnsafeUseInsecureChannelCallCredentials = true);
        var credentials = CallCredentials.Compose(
            Header("role", "ward"), Header("unit", "31135-2025"), Header("sub", "can-bo-a"));
        await new Probe.ProbeClient(channel).UnaryAsync(
            new ProbeRequest(), new CallOptions(cancellationToken: Ct, credentials: credentials));

        Assert.Equal(("ward", "31135-2025", "can-bo-a"),
            (received?.GetValue("role"), received?.GetValue("unit"), received?.GetValue("sub")));
    }

    [Fact]
    public async Task Call_CredentialsOfTheChannelAndTheCall_AreBothSentOverTls()
    {
        Metadata? received = null;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await using var server = await ProbeServer.StartAsync(
            Keep(headers => received = headers), listen: options => options.UseHttps(certificate));
        AuthInterceptorContext? asked = null;
        var token = CallCredentials.FromInterceptor((context, metadata) =>
        {
            asked = context;
            metadata.Add("authorization", "Bearer token");
            return Task.CompletedTask;
        });
        using var channel = server.Channel(options =>
        {
            options.Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, token);
            options.HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.Equals(certificate),
                },
            };
        });

        await new Probe.ProbeClient(channel).UnaryAsync(
            new ProbeRequest(), new CallOptions(cancellationToken: Ct, credentials: Header("unit", "31135-2025")));

        Assert.Equal(("Bearer token", "31135-2025"), (received?.GetValue("authorization"), received?.GetValue("unit")));
        Assert.NotNull(asked);
        Assert.Equal("Unary", asked.MethodName);
        Assert.EndsWith("/canthogov.standins.test.v1.Probe", asked.ServiceUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CredentialsOverAnInsecureChannel_AreNotSent()
    {
        Metadata? received = null;
        await using var server = await ProbeServer.StartAsync(Keep(headers => received = headers));
        using var channel = server.Channel();

        await new Probe.ProbeClient(channel).UnaryAsync(
            new ProbeRequest(), new CallOptions(cancellationToken: Ct, credentials: Header("authorization", "Bearer token")));

        Assert.NotNull(received);
        Assert.Null(received.Get("authorization"));
    }

    [Fact]
    public void ChannelCredentials_InsecureWithCallCredentials_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, Header("a", "b")));
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Header("a", "b")));
    }

    static CallCredentials Header(string key, string value) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add(key, value);
        return Task.CompletedTask;
    });

    static ProbeService Keep(Action<Metadata> keep) => new()
    {
        OnUnary = (_, context) =>
        {
            keep(context.RequestHeaders);
            return Task.FromResult(new ProbeReply());
        },
    };
}
