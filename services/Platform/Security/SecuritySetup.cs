using CanThoGov.Platform.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CanThoGov.Platform.Security;

internal static class SecuritySetup
{
    /// <summary>Bearer tokens on everything, deny by default: an endpoint that says nothing needs a caller with a known role.</summary>
    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>());

        services.AddSingleton(provider => SigningKey.Open(provider.GetRequiredService<IOptions<AuthOptions>>().Value.KeyFile));
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<ITokenSource>(TokenSource);

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, BearerSetup>();

        var knownRole = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireClaim(Caller.RoleClaim, Roles.All)
            .Build();
        services.AddAuthorizationBuilder().SetDefaultPolicy(knownRole).SetFallbackPolicy(knownRole);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, GrpcAuthorizationResultHandler>();
    }

    static ITokenSource TokenSource(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<AuthOptions>>();
        if (!options.Value.HasAuthority)
            return new LocalTokenSource(services.GetRequiredService<TokenIssuer>());

        // One client for the life of the process; connections are renewed so that a moved provider is found.
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
        var metadata = new ConfigurationManager<OpenIdConnectConfiguration>(
            options.Value.Authority.TrimEnd('/') + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http) { RequireHttps = options.Value.Authority.StartsWith("https:", StringComparison.Ordinal) });
        return new OidcTokenSource(
            http, metadata, options, TimeProvider.System, services.GetRequiredService<ILogger<OidcTokenSource>>());
    }

    sealed class BearerSetup(IOptions<AuthOptions> auth, IServiceProvider services) : IConfigureNamedOptions<JwtBearerOptions>
    {
        static readonly string[] Asymmetric =
        [
            SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
            SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        ];

        public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

        public void Configure(string? name, JwtBearerOptions options)
        {
            options.MapInboundClaims = false;
            options.Audience = auth.Value.Audience;
            options.TokenValidationParameters.ClockSkew = auth.Value.ClockSkew;
            options.TokenValidationParameters.NameClaimType = Caller.SubjectClaim;
            options.TokenValidationParameters.RoleClaimType = Caller.RoleClaim;
            options.Events = new JwtBearerEvents { OnTokenValidated = RequireClaims };
            if (auth.Value.HasAuthority)
            {
                options.Authority = auth.Value.Authority;
                options.RequireHttpsMetadata = auth.Value.Authority.StartsWith("https:", StringComparison.Ordinal);
                options.BackchannelTimeout = TimeSpan.FromSeconds(10);
                options.TokenValidationParameters.ValidAlgorithms = Asymmetric;
            }
            else
            {
                options.TokenValidationParameters.ValidIssuer = TokenIssuer.Issuer;
                options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
                options.TokenValidationParameters.IssuerSigningKey = services.GetRequiredService<SigningKey>().SecurityKey;
            }
        }

        /// <summary>Who calls must be beyond doubt: one subject, and not two roles.</summary>
        static Task RequireClaims(TokenValidatedContext context)
        {
            var user = context.Principal!;
            if (user.FindAll(Caller.SubjectClaim).Count() != 1
                || string.IsNullOrWhiteSpace(user.FindFirst(Caller.SubjectClaim)?.Value)
                || user.FindAll(Caller.RoleClaim).Count() > 1)
            {
                context.Fail(TokenErrors.Invalid);
            }

            return Task.CompletedTask;
        }
    }
}
