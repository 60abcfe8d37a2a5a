using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using CanThoGov.Platform.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CanThoGov.Platform.Security;

/// <summary>
/// Production: client credentials at the provider's token endpoint, one client for each unit (<c>Auth:Clients</c>). Role, units and subject
/// of the token are what the provider gives that client.
/// </summary>
public sealed partial class OidcTokenSource(
    HttpClient http,
    IConfigurationManager<OpenIdConnectConfiguration> provider,
    IOptions<AuthOptions> options,
    TimeProvider time,
    ILogger<OidcTokenSource> logger) : ITokenSource
{
    readonly TokenCache _cache = new(time);

    public ValueTask<string> GetAsync(string role, string? unit, CancellationToken ct) =>
        _cache.GetAsync(role, unit, token => RequestAsync(unit ?? role, token), ct);

    async ValueTask<HeldToken> RequestAsync(string name, CancellationToken ct)
    {
        if (!options.Value.Clients.TryGetValue(name, out var client))
            throw DomainException.Unavailable(TokenErrors.ProviderUnavailable, $"Auth:Clients has no client '{name}'.").With("client", name);

        try
        {
            var endpoint = (await provider.GetConfigurationAsync(ct)).TokenEndpoint;
            var issuedAt = time.GetUtcNow();
            using var form = new FormUrlEncodedContent(await FormAsync(client, ct));
            using var response = await http.PostAsync(new Uri(endpoint), form, ct);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync<Answer>(ct);
            return answer is { AccessToken.Length: > 0, ExpiresIn: > 0 }
                ? new HeldToken(answer.AccessToken, issuedAt, issuedAt + TimeSpan.FromSeconds(answer.ExpiresIn))
                : throw new JsonException("The answer of the token endpoint has no access_token or no expires_in.");
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            Log.NoToken(logger, name, exception);
            throw DomainException.Unavailable(TokenErrors.ProviderUnavailable, $"The sign-in provider gave no token for '{name}'.")
                .With("client", name);
        }
    }

    static async Task<Dictionary<string, string>> FormAsync(ClientCredentials client, CancellationToken ct)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.ClientSecretFile.Length == 0
                ? client.ClientSecret
                : (await File.ReadAllTextAsync(client.ClientSecretFile, ct)).Trim(),
        };
        if (client.Scope.Length > 0)
            form["scope"] = client.Scope;
        return form;
    }

    sealed record Answer(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "No token for client {Client}.")]
        public static partial void NoToken(ILogger logger, string client, Exception exception);
    }
}
