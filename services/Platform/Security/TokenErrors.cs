namespace CanThoGov.Platform.Security;

/// <summary>Reasons of refused sign-in.</summary>
public static class TokenErrors
{
    /// <summary>UNAUTHENTICATED: no bearer token was sent.</summary>
    public const string Missing = "TOKEN_MISSING";

    /// <summary>UNAUTHENTICATED: wrong key, issuer, audience or claims, or expired.</summary>
    public const string Invalid = "TOKEN_INVALID";

    /// <summary>PERMISSION_DENIED: the role may not call this.</summary>
    public const string RoleNotAllowed = "ROLE_NOT_ALLOWED";

    /// <summary>The caller's token does not name the unit.</summary>
    public const string UnitNotAllowed = "UNIT_NOT_ALLOWED";

    /// <summary>UNAVAILABLE: the sign-in provider cannot be reached.</summary>
    public const string ProviderUnavailable = "SIGN_IN_UNAVAILABLE";
}
