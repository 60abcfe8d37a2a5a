using Grpc.Core;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class SizeLimitTests
{
    static readonly ProbeRequest Large = new() { Text = new string('x', 2000) };

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_RequestAboveItsLimit_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(grpc: options => options.MaxReceiveMessageSize = 1000);
        using var channel = server.Channel();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Probe.ProbeClient(channel).UnaryAsync(Large, cancellationToken: Ct).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Server_ReplyAboveItsLimit_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(grpc: options => options.MaxSendMessageSize = 1000);
        using var channel = server.Channel();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Probe.ProbeClient(channel).UnaryAsync(Large, cancellationToken: Ct).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Client_ReplyAboveItsLimit_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel(options => options.MaxReceiveMessageSize = 1000);

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Probe.ProbeClient(channel).UnaryAsync(Large, cancellationToken: Ct).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }
}
