using Grpc.Core;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class DeadlineTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_DeadlinePasses_EndsOnBothSides()
    {
        var cancelled = new TaskCompletionSource();
        DateTime? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = (request, context) =>
            {
                if (request.Text == "connect")
                    return Task.FromResult(new ProbeReply());
                seen = context.Deadline;
                return WaitForCancellation(context, cancelled);
            },
        });
        using var channel = server.Channel();

        var client = new Probe.ProbeClient(channel);
        await client.UnaryAsync(new ProbeRequest { Text = "connect" }, cancellationToken: Ct);

        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1);
        var error = await Assert.ThrowsAsync<RpcException>(() =>
            client.UnaryAsync(new ProbeRequest(), deadline: deadline, cancellationToken: Ct).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await cancelled.Task.WaitAsync(Limit, Ct);
        Assert.NotNull(seen);
        Assert.InRange(seen.Value, deadline.AddSeconds(-1), deadline.AddSeconds(5));
    }

    [Fact]
    public async Task Call_WithoutDeadline_HasTheLatestOne()
    {
        DateTime? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = (_, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(new ProbeReply());
            },
        });
        using var channel = server.Channel();

        await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: Ct);

        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task Call_CancelledByToken_IsSeenByTheServer()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = (_, context) =>
            {
                started.SetResult();
                return WaitForCancellation(context, cancelled);
            },
        });
        using var channel = server.Channel();
        using var cancellation = new CancellationTokenSource();

        var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
        await started.Task.WaitAsync(Limit, Ct);
        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        await cancelled.Task.WaitAsync(Limit, Ct);
    }

    [Fact]
    public async Task Stream_DisposedHalfway_IsSeenByTheServer()
    {
        var cancelled = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnServerStreaming = async (_, replies, context) =>
            {
                await replies.WriteAsync(new ProbeReply(), context.CancellationToken);
                await WaitForCancellation(context, cancelled);
            },
        });
        using var channel = server.Channel();

        using (var call = new Probe.ProbeClient(channel).ServerStreaming(new ProbeRequest(), cancellationToken: Ct))
            Assert.True(await call.ResponseStream.MoveNext(Ct));

        await cancelled.Task.WaitAsync(Limit, Ct);
    }

    static async Task<ProbeReply> WaitForCancellation(ServerCallContext context, TaskCompletionSource cancelled)
    {
        await using var registration = context.CancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
        return new ProbeReply();
    }
}
