using CanThoGov.Platform.Errors;
using CanThoGov.Protos.Events.V1;
using Grpc.Core;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Tests.Events;

/// <summary>One call of a reader that keeps its token.</summary>
sealed class WatchReader(Pb.EventService.EventServiceClient client, Pb.WatchEventsRequest request) : IDisposable
{
    // Ends what a broken server would leave hanging.
    readonly AsyncServerStreamingCall<Pb.WatchEventsResponse> _call =
        client.WatchEvents(request, deadline: DateTime.UtcNow + TimeSpan.FromSeconds(60), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Of the last response.</summary>
    public string Token { get; private set; } = "";

    public Metadata Trailers => _call.GetTrailers();

    /// <summary>The next response; its event is null if it only has a token.</summary>
    public async Task<Event?> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(CancellationToken.None), "The stream ended.");
        Token = _call.ResponseStream.Current.ResumeToken;
        return _call.ResponseStream.Current.Event;
    }

    /// <summary>Waits until the stream stands: what is committed from then on comes.</summary>
    public async Task<WatchReader> BeginAsync()
    {
        Assert.Null(await NextAsync());
        return this;
    }

    public async Task<IReadOnlyList<Event>> TakeAsync(int count)
    {
        var events = new List<Event>();
        while (events.Count < count)
        {
            if (await NextAsync() is { } e)
            {
                events.Add(e);
            }
        }

        return events;
    }

    /// <summary>Everything until the stream ends, and why it did.</summary>
    public async Task<(IReadOnlyList<Event> Events, RpcException End)> DrainAsync()
    {
        var events = new List<Event>();
        try
        {
            while (true)
            {
                if (await NextAsync() is { } e)
                {
                    events.Add(e);
                }
            }
        }
        catch (RpcException end)
        {
            return (events, end);
        }
    }

    /// <summary>Fails unless the stream ends in this way.</summary>
    public async Task<RpcException> RefusedAsync(StatusCode code, string reason)
    {
        var (_, end) = await DrainAsync();
        Assert.Equal((code, reason), (end.StatusCode, RpcErrors.ReasonOf(end)));
        return end;
    }

    public void Dispose() => _call.Dispose();
}
