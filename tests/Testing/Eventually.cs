namespace CanThoGov.Testing;

public static class Eventually
{
    /// <summary>Waits until the condition holds; throws when it does not within the limit (20 seconds by default).</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        using var cancellation = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            try
            {
                await Task.Delay(20, cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"It never came to this: {what}");
            }
        }
    }
}
