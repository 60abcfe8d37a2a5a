using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CanThoGov.Platform.Security;

/// <summary>Signs tokens with this machine's own key: the embedded default's stand-in for an OpenID Connect provider.</summary>
public sealed class TokenIssuer(SigningKey key, IOptions<AuthOptions> options)
{
    /// <summary>The <c>iss</c> of such tokens.</summary>
    public const string Issuer = "canthogov-local";

    readonly JsonWebTokenHandler _handler = new();
    readonly SigningCredentials _credentials = new(key.SecurityKey, SecurityAlgorithms.EcdsaSha256);

    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="subject">The official, or the service that acts without one.</param>
    /// <param name="units">Ids of the units that the bearer speaks for.</param>
    public string Issue(string role, string subject, IReadOnlyList<string> units, TimeSpan lifetime)
    {
        if (!Roles.All.Contains(role, StringComparer.Ordinal))
            throw new ArgumentException($"'{role}' is not one of {string.Join(", ", Roles.All)}.", nameof(role));
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);

        // Real time, never the simulated clock.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = options.Value.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            SigningCredentials = _credentials,
            Claims = new Dictionary<string, object>
            {
                [Caller.SubjectClaim] = subject,
                [Caller.RoleClaim] = role,
                [Caller.UnitsClaim] = units.ToArray(),
            },
        });
    }
}
