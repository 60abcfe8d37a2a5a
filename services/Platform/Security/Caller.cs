using System.Globalization;
using System.Security.Claims;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using Grpc.Core;

namespace CanThoGov.Platform.Security;

/// <summary>Who calls, as the token says.</summary>
/// <param name="Subject">The official, or the service that acts without one.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Units">Ids of the units that the caller speaks for; none for the oversight roles.</param>
public sealed record Caller(string Subject, string Role, IReadOnlyList<string> Units)
{
    public const string SubjectClaim = "sub";
    public const string RoleClaim = "role";
    public const string UnitsClaim = "units";

    public bool IsWard => Role == Roles.Ward;

    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext().User);

    public static Caller Of(ClaimsPrincipal user) => new(
        user.FindFirst(SubjectClaim)?.Value ?? throw Unknown(),
        user.FindFirst(RoleClaim)?.Value ?? throw Unknown(),
        [.. user.FindAll(UnitsClaim).Select(claim => claim.Value)]);

    /// <summary>When the token that the call came with ceases to be valid; null if it does not say.</summary>
    public static DateTimeOffset? ExpiryOf(ServerCallContext context) =>
        long.TryParse(context.GetHttpContext().User.FindFirst("exp")?.Value, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>True if the caller may act in the unit's name.</summary>
    public bool SpeaksFor(string unitId) => Units.Contains(unitId, StringComparer.Ordinal);

    /// <summary>True if the caller may read the unit's rows: a ward only its own, everybody else all.</summary>
    public bool SeesUnit(string unitId) => !IsWard || SpeaksFor(unitId);

    /// <summary>The unit in whose name a verb is called.</summary>
    /// <param name="unitName"><c>units/{unit}</c>; empty is allowed if the caller speaks for exactly one.</param>
    /// <returns>The unit's id; empty if the name is missing or malformed, which is then among the errors.</returns>
    /// <exception cref="DomainException">PERMISSION_DENIED, reason <c>UNIT_NOT_ALLOWED</c>: the caller does not speak for it.</exception>
    public string RequireUnit(string unitName, FieldErrors errors, string field)
    {
        if (unitName.Length == 0)
        {
            if (Units.Count == 1)
                return Units[0];
            errors.Add(field, "is required, because the caller does not speak for exactly one unit");
            return "";
        }

        var unit = ResourceName.Parse("units", unitName, errors, field);
        return unit.Length == 0 || SpeaksFor(unit)
            ? unit
            : throw new DomainException(StatusCode.PermissionDenied, TokenErrors.UnitNotAllowed, $"The caller does not speak for '{unitName}'.")
                .With("unit", unitName);
    }

    static DomainException Unknown() =>
        new(StatusCode.Unauthenticated, TokenErrors.Invalid, "The token does not say who calls and in which role.");
}
