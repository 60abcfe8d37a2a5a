using System.Collections.Concurrent;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Platform.Security;

/// <summary>A token and when to stop using it.</summary>
internal sealed record HeldToken(string Value, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    // The last fifth of its life is for renewing it, with room for failed attempts.
    public bool IsFresh(DateTimeOffset now) => now < IssuedAt + (0.8 * (ExpiresAt - IssuedAt));

    public bool IsValid(DateTimeOffset now) => now < ExpiresAt - TimeSpan.FromSeconds(5);
}

/// <summary>Holds one token for each role and unit. A failed renewal goes unnoticed as long as the old token is valid.</summary>
internal sealed class TokenCache(TimeProvider time)
{
    readonly ConcurrentDictionary<(string Role, string? Unit), Slot> _slots = new();

    public async ValueTask<string> GetAsync(
        string role, string? unit, Func<CancellationToken, ValueTask<HeldToken>> renew, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd((role, unit), _ => new Slot());
        if (slot.Token is { } held && held.IsFresh(time.GetUtcNow()))
            return held.Value;

        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Token is { } renewed && renewed.IsFresh(time.GetUtcNow()))
                return renewed.Value;
            slot.Token = await renew(ct);
            return slot.Token.Value;
        }
        catch (DomainException) when (slot.Token is { } old && old.IsValid(time.GetUtcNow()))
        {
            return old.Value;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public volatile HeldToken? Token;
    }
}
