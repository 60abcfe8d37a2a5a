using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Tests.Hosting;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CanThoGov.Platform.Tests.Security;

[Trait("Category", "Unit")]
public sealed class AuthorizationTests : IAsyncLifetime
{
    TestHost _host = null!;
    int _port;
    int _webPort;

    public async ValueTask InitializeAsync()
    {
        _host = TestHost.Create();
        _port = _host.Listen("city", HttpProtocols.Http2);
        _webPort = _host.Listen("portal", HttpProtocols.Http1);
        await _host.StartAsync(app =>
        {
            app.MapPort(_port, TestHost.MapEcho);
            app.MapPort(_webPort, web =>
            {
                web.MapGet("/unmarked", () => "seen");
                web.MapGet("/ward", () => "seen").RequireAuthorization(policy => policy.RequireRole(Roles.Ward));
            });
        });
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Token_Good_SaysWhoCalls()
    {
        var reply = await _host.Echo(_port, _host.Token(Roles.Ward, "31135-2025", "31136-2025")).UnmarkedAsync(new EchoRequest());
        Assert.StartsWith("Caller { Subject = nguyen-van-a, Role = ward,", reply.Caller, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Token_Units_AreReadBackWhateverTheirNumber(int count)
    {
        string[] units = [.. Enumerable.Range(31135, count).Select(code => $"{code}-2025")];
        var token = new JsonWebToken(_host.Token(Roles.Ward, units));
        Assert.Equal(units, token.Claims.Where(claim => claim.Type == Caller.UnitsClaim).Select(claim => claim.Value));
    }

    [Fact]
    public async Task Token_None_IsUnauthenticatedEvenForAnRpcThatSaysNothing()
    {
        var echo = new EchoService.EchoServiceClient(_host.Channel(_port));
        foreach (var call in (Func<EchoRequest, AsyncUnaryCall<EchoReply>>[])[
            request => echo.UnaryAsync(request), request => echo.UnmarkedAsync(request), request => echo.WardOnlyAsync(request)])
        {
            var refusal = await RefusedAsync(async () => await call(new EchoRequest()), StatusCode.Unauthenticated, TokenErrors.Missing);
            Assert.Equal("Send 'authorization: Bearer <token>'.", refusal.Status.Detail);
        }
    }

    [Fact]
    public async Task Rpc_Unknown_IsUnimplementedForCallersAndSecretForOthers()
    {
        var method = new Method<EchoRequest, EchoReply>(
            MethodType.Unary, "canthogov.test.None", "Call", Marshaller(EchoRequest.Parser), Marshaller(EchoReply.Parser));

        await RefusedAsync(() => CallAsync(null), StatusCode.Unauthenticated, TokenErrors.Missing);
        await RefusedAsync(() => CallAsync(_host.Token()), StatusCode.Unimplemented, "METHOD_UNKNOWN");

        async Task CallAsync(string? token) =>
            await _host.Channel(_port, token).AsyncUnaryCall(method, null, default, new EchoRequest());

        static Marshaller<T> Marshaller<T>(Google.Protobuf.MessageParser<T> parser)
            where T : Google.Protobuf.IMessage<T> =>
            Marshallers.Create(message => Google.Protobuf.MessageExtensions.ToByteArray(message), parser.ParseFrom);
    }

    public static TheoryData<string> BadTokens =>
    [
        "rubbish", "alg-none", "wrong-key", "symmetric", "expired", "not-yet", "wrong-audience", "wrong-issuer", "no-subject", "two-roles",
        "changed",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Token_Bad_IsUnauthenticated(string kind)
    {
        var refusal = await RefusedAsync(
            async () => await _host.Echo(_port, Make(kind)).UnmarkedAsync(new EchoRequest()),
            StatusCode.Unauthenticated,
            TokenErrors.Invalid);
        Assert.Equal(kind switch
        {
            "expired" => "The token has expired.",
            "not-yet" => "The token is not valid yet.",
            "wrong-audience" => "The token is for another audience.",
            "wrong-issuer" => "The token is from another issuer.",
            _ => "The token is not valid.",
        }, refusal.Status.Detail);
    }

    /// <summary>The same way of making tokens gives a good one, so the bad ones are refused for what is bad in them.</summary>
    [Fact]
    public async Task Token_MadeTheSameWay_IsGood() => await _host.Echo(_port, Make("good")).UnmarkedAsync(new EchoRequest());

    [Fact]
    public async Task Role_Unknown_IsDeniedEverywhere()
    {
        foreach (var kind in (string[])["unknown-role", "no-role"])
        {
            var echo = _host.Echo(_port, Make(kind));
            await RefusedAsync(async () => await echo.UnmarkedAsync(new EchoRequest()), StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed);
            await RefusedAsync(async () => await echo.UnaryAsync(new EchoRequest()), StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed);
        }
    }

    [Fact]
    public async Task Role_Other_IsDeniedWithItsName()
    {
        await _host.Echo(_port, _host.Token(Roles.Ward, "31135-2025")).WardOnlyAsync(new EchoRequest());

        var refusal = await RefusedAsync(
            async () => await _host.Echo(_port, _host.Token(Roles.Operator)).WardOnlyAsync(new EchoRequest()),
            StatusCode.PermissionDenied,
            TokenErrors.RoleNotAllowed);
        Assert.Equal("operator", RpcErrors.MetadataOf(refusal)["role"]);
        Assert.Equal(RpcErrors.Domain, RpcErrors.Detail<ErrorInfo>(refusal)!.Domain);
    }

    [Fact]
    public async Task PlainHttp_Gets401And403()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_webPort}") };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/unmarked", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/none", UriKind.Relative))).StatusCode);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _host.Token());
        Assert.Equal("seen", await http.GetStringAsync(new Uri("/unmarked", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri("/ward", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/none", UriKind.Relative))).StatusCode);
    }

    static async Task<RpcException> RefusedAsync(Func<Task> call, StatusCode code, string reason)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, refusal.StatusCode);
        Assert.Equal(reason, RpcErrors.ReasonOf(refusal));
        return refusal;
    }

    string Make(string kind)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = _host.App.Services.GetRequiredService<SigningKey>().SecurityKey;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = kind == "wrong-issuer" ? "somebody" : TokenIssuer.Issuer,
            Audience = kind == "wrong-audience" ? "somewhere" : "canthogov",
            IssuedAt = now.AddHours(-2),
            NotBefore = kind == "not-yet" ? now.AddHours(1) : now.AddHours(-2),
            Expires = kind == "expired" ? now.AddHours(-1) : now.AddHours(2),
            SigningCredentials = kind switch
            {
                "alg-none" => null,
                // Signed by somebody else who says that it was our key.
                "wrong-key" => new(new ECDsaSecurityKey(other) { KeyId = key.KeyId }, SecurityAlgorithms.EcdsaSha256),
                // What everybody knows, the public key, used as a shared secret.
                "symmetric" => new(
                    new SymmetricSecurityKey(key.ECDsa.ExportSubjectPublicKeyInfo()) { KeyId = key.KeyId }, SecurityAlgorithms.HmacSha256),
                _ => new(key, SecurityAlgorithms.EcdsaSha256),
            },
            Claims = new Dictionary<string, object>(),
        };
        if (kind != "no-subject")
            descriptor.Claims["sub"] = "nguyen-van-a";
        if (kind != "no-role")
        {
            descriptor.Claims["role"] = kind switch
            {
                "two-roles" => (string[])[Roles.Ward, Roles.CityOffice],
                "unknown-role" => "mayor",
                _ => Roles.Ward,
            };
        }

        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
        return kind switch
        {
            "rubbish" => "rubbish",
            "changed" => Changed(token),
            _ => token,
        };
    }

    static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("\"ward\"", "\"city-office\"", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(claims))}.{parts[2]}";
    }
}
