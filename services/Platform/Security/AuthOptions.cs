using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Security;

/// <summary>Where tokens come from and what they must be. Exactly one of <see cref="Authority"/> and <see cref="KeyFile"/>.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Address of the OpenID Connect provider: production. HTTPS, unless it is on this machine.</summary>
    public string Authority { get; init; } = "";

    /// <summary>PEM file of the key with which this machine signs its own tokens: the embedded default. Made on first use.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The <c>aud</c> that a token must carry.</summary>
    [Required]
    public string Audience { get; init; } = "canthogov";

    /// <summary>How far the clocks of two machines may differ.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// With an authority: the clients as which this host gets tokens of its own, by unit id, or by role where no unit is needed.
    /// </summary>
    public IReadOnlyDictionary<string, ClientCredentials> Clients { get; init; } = new Dictionary<string, ClientCredentials>();

    public bool HasAuthority => !string.IsNullOrWhiteSpace(Authority);
}

/// <summary>A client of the OpenID Connect provider. Its secret comes from the environment or from a file.</summary>
public sealed class ClientCredentials
{
    public string ClientId { get; init; } = "";
    public string ClientSecret { get; init; } = "";

    /// <summary>Read at every renewal, so that a rotated secret needs no restart.</summary>
    public string ClientSecretFile { get; init; } = "";

    /// <summary>Scopes to ask for, separated by spaces; none if empty.</summary>
    public string Scope { get; init; } = "";
}

internal sealed class AuthOptionsValidator : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var hasKeyFile = !string.IsNullOrWhiteSpace(options.KeyFile);
        if (options.HasAuthority == hasKeyFile)
        {
            return ValidateOptionsResult.Fail(options.HasAuthority
                ? "Auth:Authority and Auth:KeyFile are both set; set one of them."
                : "Set Auth:Authority (the OpenID Connect provider) or Auth:KeyFile (a signing key of this machine's own).");
        }

        if (!options.HasAuthority)
            return ValidateOptionsResult.Success;
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
        {
            return ValidateOptionsResult.Fail($"Auth:Authority is '{options.Authority}'; it must be an https address.");
        }

        var incomplete = options.Clients
            .Where(client => client.Value.ClientId.Length == 0
                || (client.Value.ClientSecret.Length == 0) == (client.Value.ClientSecretFile.Length == 0))
            .Select(client => client.Key)
            .ToArray();
        return incomplete.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Auth:Clients needs ClientId and one of ClientSecret and ClientSecretFile for {string.Join(", ", incomplete)}.");
    }
}
