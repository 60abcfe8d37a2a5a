using System.Collections.Concurrent;
using System.Security.Cryptography;
using CanThoGov.Platform.Tests.Hosting;
using CanThoGov.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CanThoGov.Platform.Tests.Security;

/// <summary>A small OpenID Connect provider: discovery, keys, client credentials.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    readonly RSA _rsa = RSA.Create(2048);
    readonly RsaSecurityKey _key;
    readonly WebApplication _app;

    TestProvider(int port)
    {
        Authority = $"http://127.0.0.1:{port}";
        _key = new RsaSecurityKey(_rsa) { KeyId = "test" };
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(Authority);
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string>
        {
            ["issuer"] = Authority,
            ["jwks_uri"] = Authority + "/keys",
            ["token_endpoint"] = Authority + "/token",
        }));
        _app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(false)) { KeyId = "test" });
            return Results.Json(new { keys = new[] { new { kty = key.Kty, n = key.N, e = key.E, kid = key.KeyId, use = "sig", alg = "RS256" } } });
        });
        _app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            Requests.Enqueue(form.ToDictionary(field => field.Key, field => field.Value.ToString()));
            return IsDown || form["grant_type"] != "client_credentials" || form["client_secret"] != "secret-" + form["client_id"]
                ? Results.StatusCode(500)
                : Results.Json(new Dictionary<string, object>
                {
                    ["access_token"] = Issue("ward", "service", form["client_id"].ToString()),
                    ["token_type"] = "Bearer",
                    ["expires_in"] = (int)Lifetime.TotalSeconds,
                });
        });
    }

    public string Authority { get; }
    public ConcurrentQueue<Dictionary<string, string>> Requests { get; } = new();
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);
    public volatile bool IsDown;

    public static async Task<TestProvider> StartAsync()
    {
        var provider = new TestProvider(TestPorts.Free(1)[0]);
        await provider._app.StartAsync();
        return provider;
    }

    public string Issue(string role, string subject, params string[] units) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Authority,
        Audience = "canthogov",
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        Claims = new Dictionary<string, object> { ["sub"] = subject, ["role"] = role, ["units"] = units, ["jti"] = Guid.NewGuid().ToString() },
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }
}
