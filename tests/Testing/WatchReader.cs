using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.Testing;

/// <summary>One call of a reader that keeps its token.</summary>
/// <param name="tokenOf">A response's resume token.</param>
/// <param name="itemOf">What a response brings; null if it only has a token.</param>
public sealed class WatchReader<TResponse, TItem>(
    AsyncServerStreamingCall<TResponse> call, Func<TResponse, string> tokenOf, Func<TResponse, TItem?> itemOf) : IDisposable where TItem : class
{
    /// <summary>Ends what a broken server would leave hanging.</summary>
    public static CallOptions Options => new(
        deadline: CallDeadline.In(TimeSpan.FromSeconds(60)), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Of the last response.</summary>
    public string Token { get; private set; } = "";

    public Metadata Trailers => call.GetTrailers();

    /// <summary>What the next response brings; null if it only has a token.</summary>
    public async Task<TItem?> NextAsync()
    {
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None), "The stream ended.");
        Token = tokenOf(call.ResponseStream.Current);
        return itemOf(call.ResponseStream.Current);
    }

    /// <summary>Waits until the stream stands: what is committed from then on comes.</summary>
    public async Task<WatchReader<TResponse, TItem>> BeginAsync()
    {
        Assert.Null(await NextAsync());
        return this;
    }

    public async Task<IReadOnlyList<TItem>> TakeAsync(int count)
    {
        var items = new List<TItem>();
        while (items.Count < count)
        {
            if (await NextAsync() is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>Everything until the stream ends, and why it did.</summary>
    public async Task<(IReadOnlyList<TItem> Items, RpcException End)> DrainAsync()
    {
        var items = new List<TItem>();
        try
        {
            while (true)
            {
                if (await NextAsync() is { } item)
                {
                    items.Add(item);
                }
            }
        }
        catch (RpcException end)
        {
            return (items, end);
        }
    }

    /// <summary>Fails unless the stream ends in this way.</summary>
    public async Task<RpcException> RefusedAsync(StatusCode code, string reason)
    {
        var (_, end) = await DrainAsync();
        Assert.Equal((code, reason), (end.StatusCode, RpcErrors.ReasonOf(end)));
        return end;
    }

    public void Dispose() => call.Dispose();
}
