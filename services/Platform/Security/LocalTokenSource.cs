namespace CanThoGov.Platform.Security;

/// <summary>The embedded default: tokens signed by this machine's own key.</summary>
public sealed class LocalTokenSource(TokenIssuer issuer) : ITokenSource
{
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    readonly TokenCache _cache = new(TimeProvider.System);

    public ValueTask<string> GetAsync(string role, string? unit, CancellationToken ct) =>
        _cache.GetAsync(role, unit, _ => ValueTask.FromResult(Issue(role, unit)), ct);

    HeldToken Issue(string role, string? unit)
    {
        var now = TimeProvider.System.GetUtcNow();
        var subject = unit is null ? $"service:{role}" : $"service:{role}:{unit}";
        return new HeldToken(issuer.Issue(role, subject, unit is null ? [] : [unit], Lifetime), now, now + Lifetime);
    }
}
