namespace CanThoGov.Platform.Security;

/// <summary>The tokens with which this host calls other services.</summary>
public interface ITokenSource
{
    /// <summary>A token that is valid for a while yet; renewed in time, one renewal at once for each role and unit.</summary>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="unit">Id of the unit in whose name the token speaks; null for none.</param>
    /// <exception cref="Errors.DomainException">UNAVAILABLE, reason <c>SIGN_IN_UNAVAILABLE</c>: repeat later.</exception>
    ValueTask<string> GetAsync(string role, string? unit, CancellationToken ct);
}
