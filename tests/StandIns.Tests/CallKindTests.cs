using Grpc.Core;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class CallKindTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_Awaited_GivesReplyHeadersStatusAndTrailers()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();

        var request = new ProbeRequest { Text = "Dọn kênh Rạch Bần" };
        using var call = new Probe.ProbeClient(channel).UnaryAsync(request, cancellationToken: Ct);

        Assert.Equal("Dọn kênh Rạch Bần", (await call).Text);
        Assert.NotEmpty(await call.ResponseHeadersAsync);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    [Fact]
    public async Task Unary_Blocking_GivesReply()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();

        var reply = new Probe.ProbeClient(channel).Unary(new ProbeRequest { Text = "xã Mẫu A" }, cancellationToken: Ct);

        Assert.Equal("xã Mẫu A", reply.Text);
    }

    [Fact]
    public async Task ClientStreaming_ManyRequests_GivesOneReply()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();

        using var call = new Probe.ProbeClient(channel).ClientStreaming(cancellationToken: Ct);
        foreach (var word in new[] { "rõ", "người", "rõ", "việc" })
            await call.RequestStream.WriteAsync(new ProbeRequest { Text = word }, Ct);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("rõ người rõ việc", (await call).Text);
    }

    [Fact]
    public async Task ServerStreaming_OneRequest_GivesManyReplies()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();

        var request = new ProbeRequest { Text = "rõ người" };
        using var call = new Probe.ProbeClient(channel).ServerStreaming(request, cancellationToken: Ct);

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("rõ", call.ResponseStream.Current.Text);
        Assert.Equal(["người"], await call.ResponseStream.ReadAllAsync(Ct).Select(reply => reply.Text).ToListAsync(Ct));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task DuplexStreaming_EachRequest_IsAnsweredBeforeTheNext()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();

        using var call = new Probe.ProbeClient(channel).DuplexStreaming(cancellationToken: Ct);
        foreach (var word in new[] { "giao", "nhận", "xong" })
        {
            await call.RequestStream.WriteAsync(new ProbeRequest { Text = word }, Ct);
            Assert.True(await call.ResponseStream.MoveNext(Ct));
            Assert.Equal(word, call.ResponseStream.Current.Text);
        }
        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Ct));
    }

    [Fact]
    public async Task Unary_MethodThatTheServerLacks_IsUnimplemented()
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = server.Channel();
        var missing = new Method<string, string>(
            MethodType.Unary, "canthogov.standins.test.v1.Probe", "Missing",
            Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        using var call = channel.CreateCallInvoker().AsyncUnaryCall(missing, null, new CallOptions(cancellationToken: Ct), "");

        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public void Client_MadeWithoutChannel_RefusesCallsThatATestDidNotOverride()
    {
        var client = new ClientWithoutChannel();

        Assert.Throws<NotImplementedException>(() => client.UnaryAsync(new ProbeRequest(), cancellationToken: Ct));
    }

    sealed class ClientWithoutChannel : Probe.ProbeClient;
}
