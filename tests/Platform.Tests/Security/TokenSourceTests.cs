using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Tests.Hosting;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CanThoGov.Platform.Tests.Security;

[Trait("Category", "Unit")]
public sealed class TokenSourceTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Local_OneUnit_GivesATokenOfItsOwnThatIsHeld()
    {
        var (host, port) = await TestHost.StartEchoAsync();
        await using var _ = host;
        var tokens = host.App.Services.GetRequiredService<ITokenSource>();

        var token = await tokens.GetAsync(Roles.Ward, "31135-2025", Ct);

        Assert.Same(token, await tokens.GetAsync(Roles.Ward, "31135-2025", Ct));
        Assert.NotEqual(token, await tokens.GetAsync(Roles.Ward, "31136-2025", Ct));
        Assert.NotEqual(token, await tokens.GetAsync(Roles.Operator, null, Ct));
        var parsed = new JsonWebToken(token);
        Assert.Equal("service:ward:31135-2025", parsed.Subject);
        Assert.Equal("31135-2025", parsed.GetClaim("units").Value);
        Assert.Equal("ES256", parsed.Alg);
        Assert.StartsWith(
            "Caller { Subject = service:ward:31135-2025, Role = ward",
            (await host.Echo(port, token).WardOnlyAsync(new EchoRequest())).Caller,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oidc_ProviderOfTheHost_IsAskedAndBelieved()
    {
        await using var provider = await TestProvider.StartAsync();
        var (host, port) = await TestHost.StartEchoAsync(configuration => Use(configuration, provider));
        await using var _ = host;
        var tokens = host.App.Services.GetRequiredService<ITokenSource>();

        var token = await tokens.GetAsync(Roles.Ward, "31135-2025", Ct);
        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await tokens.GetAsync(Roles.Ward, "31135-2025", Ct)));

        Assert.All(again, each => Assert.Same(token, each));
        var request = Assert.Single(provider.Requests);
        Assert.Equal("31135-2025", request["client_id"]);
        Assert.Equal("ward", request["scope"]);
        Assert.Contains("Role = ward", (await host.Echo(port, token).WardOnlyAsync(new EchoRequest())).Caller, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oidc_TokenOfThisMachinesKey_IsNotBelieved()
    {
        await using var provider = await TestProvider.StartAsync();
        var (host, port) = await TestHost.StartEchoAsync(configuration => Use(configuration, provider));
        await using var _ = host;
        using var key = SigningKey.Open(Path.Combine(host.Folder, "other.pem"));
        var forged = new TokenIssuer(key, Options.Create(new AuthOptions())).Issue(Roles.Ward, "a", [], TimeSpan.FromMinutes(1));

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await host.Echo(port, forged).UnaryAsync(new EchoRequest()));

        Assert.Equal(TokenErrors.Invalid, RpcErrors.ReasonOf(refusal));
    }

    [Fact]
    public async Task Oidc_ProviderAway_CallersAreToldToRepeat()
    {
        await using var provider = await TestProvider.StartAsync();
        var token = provider.Issue("ward", "a");
        var (host, port) = await TestHost.StartEchoAsync(configuration =>
        {
            configuration["Auth:KeyFile"] = "";
            configuration["Auth:Authority"] = $"http://127.0.0.1:{TestPorts.Free(1)[0]}";
        });
        await using var _ = host;
        host.ExpectsErrors = true;   // the framework logs the failed fetch

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await host.Echo(port, token).UnaryAsync(new EchoRequest()));

        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.Equal(TokenErrors.ProviderUnavailable, RpcErrors.ReasonOf(refusal));
    }

    [Fact]
    public async Task Oidc_BeforeExpiry_IsRenewedAndOutlivesAProviderThatIsAway()
    {
        await using var provider = await TestProvider.StartAsync();
        var time = new ManualTime();
        using var http = new HttpClient();
        var tokens = Source(provider, time, http);

        var first = await tokens.GetAsync(Roles.Ward, "31135-2025", Ct);
        time.Advance(TimeSpan.FromSeconds(239));
        Assert.Same(first, await tokens.GetAsync(Roles.Ward, "31135-2025", Ct));

        provider.IsDown = true;
        time.Advance(TimeSpan.FromSeconds(2));   // past four fifths of five minutes
        Assert.Same(first, await tokens.GetAsync(Roles.Ward, "31135-2025", Ct));

        provider.IsDown = false;
        var second = await tokens.GetAsync(Roles.Ward, "31135-2025", Ct);
        Assert.NotEqual(first, second);

        provider.IsDown = true;
        time.Advance(TimeSpan.FromSeconds(300));
        var refusal = await Assert.ThrowsAsync<DomainException>(async () => await tokens.GetAsync(Roles.Ward, "31135-2025", Ct));
        Assert.Equal(StatusCode.Unavailable, refusal.Code);
        Assert.Equal(TokenErrors.ProviderUnavailable, refusal.Reason);
        Assert.DoesNotContain("secret-", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oidc_UnitWithoutClient_IsNamed()
    {
        await using var provider = await TestProvider.StartAsync();
        using var http = new HttpClient();
        var refusal = await Assert.ThrowsAsync<DomainException>(async () =>
            await Source(provider, new ManualTime(), http).GetAsync(Roles.Ward, "31999-2025", Ct));
        Assert.Equal("31999-2025", refusal.Metadata["client"]);
    }

    [Theory]
    [InlineData("", "", "Set Auth:Authority")]
    [InlineData("https://id.cantho.gov.vn", "key.pem", "both set")]
    [InlineData("http://id.cantho.gov.vn", "", "must be an https address")]
    [InlineData("id", "", "must be an https address")]
    [InlineData("https://id.cantho.gov.vn", "", null)]
    [InlineData("http://127.0.0.1:9000", "", null)]
    [InlineData("", "key.pem", null)]
    public void AuthOptions_NotExactlyOneSource_IsRefused(string authority, string keyFile, string? complaint)
    {
        var result = new AuthOptionsValidator().Validate(null, new AuthOptions { Authority = authority, KeyFile = keyFile });
        Assert.Equal(complaint is null, result.Succeeded);
        if (complaint is not null)
            Assert.Contains(complaint, result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutAuth_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            var (host, _) = await TestHost.StartEchoAsync(configuration => configuration["Auth:KeyFile"] = " ");
            await host.DisposeAsync();
        });
        Assert.Contains("Set Auth:Authority", refusal.Message, StringComparison.Ordinal);
    }

    static void Use(IConfigurationManager configuration, TestProvider provider)
    {
        configuration["Auth:KeyFile"] = "";
        configuration["Auth:Authority"] = provider.Authority;
        configuration["Auth:Clients:31135-2025:ClientId"] = "31135-2025";
        configuration["Auth:Clients:31135-2025:ClientSecret"] = "secret-31135-2025";
        configuration["Auth:Clients:31135-2025:Scope"] = "ward";
    }

    static OidcTokenSource Source(TestProvider provider, TimeProvider time, HttpClient http) => new(
        http,
        new ConfigurationManager<OpenIdConnectConfiguration>(
            provider.Authority + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http) { RequireHttps = false }),
        Options.Create(new AuthOptions
        {
            Authority = provider.Authority,
            Clients = new Dictionary<string, ClientCredentials>
            {
                ["31135-2025"] = new() { ClientId = "31135-2025", ClientSecret = "secret-31135-2025" },
            },
        }),
        time,
        NullLogger<OidcTokenSource>.Instance);

    sealed class ManualTime : TimeProvider
    {
        DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
