namespace CanThoGov.Platform.Messaging;

/// <summary>Wakes one waiter within the process. Set while nobody waits, it is remembered once.</summary>
public sealed class Signal
{
    readonly SemaphoreSlim _semaphore = new(0, 1);

    public void Set()
    {
        try
        {
            _semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody set it already: one wake-up serves both.
        }
    }

    /// <returns>False if nobody set it within <paramref name="limit"/>.</returns>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken ct) => _semaphore.WaitAsync(limit, ct);
}
