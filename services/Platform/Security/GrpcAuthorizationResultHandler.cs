using CanThoGov.Platform.Errors;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace CanThoGov.Platform.Security;

/// <summary>
/// Refuses before the rpc is reached. gRPC callers get a status with a reason as from every rpc; others get 401 or 403 without a body.
/// </summary>
internal sealed class GrpcAuthorizationResultHandler(IOptionsMonitor<JwtBearerOptions> bearer) : IAuthorizationMiddlewareResultHandler
{
    readonly AuthorizationMiddlewareResultHandler _plain = new();

    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || !context.Request.IsGrpc())
            await _plain.HandleAsync(next, context, policy, authorizeResult);
        else
            context.Response.Refuse(authorizeResult.Forbidden ? Forbidden(context) : await ChallengedAsync(context));
    }

    static DomainException Forbidden(HttpContext context)
    {
        var role = context.User.FindFirst(Caller.RoleClaim)?.Value ?? "";
        return new DomainException(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed, $"The role '{role}' may not call this.")
            .With("role", role);
    }

    async Task<DomainException> ChallengedAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0)
            return new DomainException(StatusCode.Unauthenticated, TokenErrors.Missing, "Send 'authorization: Bearer <token>'.");

        var failure = (await context.AuthenticateAsync()).Failure;   // the result of this request, kept by its handler
        if (!await HasProviderKeysAsync(context.RequestAborted))
        {
            return DomainException.Unavailable(
                TokenErrors.ProviderUnavailable, "The sign-in provider's keys could not be read. Repeat the call.");
        }

        return new DomainException(StatusCode.Unauthenticated, TokenErrors.Invalid, failure switch
        {
            SecurityTokenExpiredException => "The token has expired.",
            SecurityTokenNotYetValidException => "The token is not valid yet.",
            SecurityTokenInvalidAudienceException => "The token is for another audience.",
            SecurityTokenInvalidIssuerException => "The token is from another issuer.",
            _ => "The token is not valid.",
        });
    }

    /// <summary>Without the provider's keys a good token looks like a forged one; its bearer must try again, not give up.</summary>
    async Task<bool> HasProviderKeysAsync(CancellationToken ct)
    {
        if (bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is not { } provider)
            return true;
        try
        {
            await provider.GetConfigurationAsync(ct);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HttpRequestException)
        {
            return false;
        }
    }
}
