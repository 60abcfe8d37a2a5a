using CanThoGov.Platform.Security;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CanThoGov.Portal.SignIn;

/// <summary>Who looks at the pages, as his token says. Whether the token is good is for the services to say, at each call.</summary>
public sealed record Viewer(string Token, string Subject, string Role, IReadOnlyList<string> Units, DateTimeOffset ExpiresAt)
{
    /// <summary>Browsers drop a cookie of more than 4,096 bytes without a word.</summary>
    public const int MaxTokenLength = 3800;

    public bool IsWard => Role == Roles.Ward;

    /// <summary>Assigns and decides.</summary>
    public bool IsCity => Role is Roles.CityOffice or Roles.CityDepartment;

    public bool IsCityOffice => Role == Roles.CityOffice;

    public bool MayRemind => IsCity || Role == Roles.Supervisor;

    /// <summary>Follows calls through the services.</summary>
    public bool SeesTraces => Role is Roles.Supervisor or Roles.Operator;

    /// <param name="unit"><c>units/{unit}</c>.</param>
    public bool SpeaksFor(string unit) => Units.Any(id => $"units/{id}" == unit);

    /// <returns>Null for what is no token, says neither who nor in which role, or has expired.</returns>
    public static Viewer? Read(string token)
    {
        var handler = new JsonWebTokenHandler();
        if (token.Length is 0 or > MaxTokenLength || !handler.CanReadToken(token))
        {
            return null;
        }

        try
        {
            var read = handler.ReadJsonWebToken(token);
            var units = read.Claims.Where(claim => claim.Type == Caller.UnitsClaim).Select(claim => claim.Value);
            return read.TryGetClaim(Caller.SubjectClaim, out var subject) && read.TryGetClaim(Caller.RoleClaim, out var role)
                && read.ValidTo > TimeProvider.System.GetUtcNow().UtcDateTime
                    ? new(token, subject.Value, role.Value, [.. units], new(read.ValidTo, TimeSpan.Zero))
                    : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
