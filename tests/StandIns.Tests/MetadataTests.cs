using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class MetadataTests
{
    static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Get_KeyInAnotherCase_FindsTheLastEntry()
    {
        var metadata = new Metadata { { "Request-Id", "1" }, { "request-id", "2" }, { "Photo-BIN", AllBytes } };

        Assert.Equal("2", metadata.GetValue("REQUEST-ID"));
        Assert.Equal(["1", "2"], metadata.GetAll("Request-ID").Select(entry => entry.Value));
        Assert.Equal(AllBytes, metadata.GetValueBytes("Photo-Bin"));
        Assert.Equal(["request-id", "request-id", "photo-bin"], metadata.Select(entry => entry.Key));
        Assert.Null(metadata.Get("other"));
    }

    [Fact]
    public void Entry_KeyAndValueOfDifferentKinds_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("photo-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("photo", AllBytes));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("tên", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a key", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("", "text"));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("photo-bin", AllBytes).Value);
    }

    [Fact]
    public void Entry_BytesChangedAfterwards_KeepsItsOwn()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("photo-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void Empty_CannotBeAddedTo()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
    }

    [Fact]
    public async Task Call_TextAndBinaryMetadata_TravelBothWays()
    {
        Metadata? received = null;
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = async (_, context) =>
            {
                received = context.RequestHeaders;
                await context.WriteResponseHeadersAsync(new Metadata { { "unit", "31135-2025" }, { "head-bin", AllBytes } });
                context.ResponseTrailers.Add("read-token", "42");
                context.ResponseTrailers.Add("tail-bin", AllBytes);
                return new ProbeReply();
            },
        });
        using var channel = server.Channel();
        var headers = new Metadata { { "Request-Id", "abc" }, { "request-id", "def" }, { "photo-bin", AllBytes } };

        using var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), headers, cancellationToken: Ct);
        var responseHeaders = await call.ResponseHeadersAsync;
        await call;

        Assert.NotNull(received);
        Assert.Equal(AllBytes, received.GetValueBytes("photo-bin"));
        // HTTP lets a sender join entries of one key with commas, and .NET's does.
        Assert.Equal("abc, def", received.GetValue("request-id"));
        Assert.Equal("31135-2025", responseHeaders.GetValue("unit"));
        Assert.Equal(AllBytes, responseHeaders.GetValueBytes("head-bin"));
        Assert.Equal("42", call.GetTrailers().GetValue("read-token"));
        Assert.Equal(AllBytes, call.GetTrailers().GetValueBytes("tail-bin"));
    }

    [Fact]
    public async Task Call_RefusedWithDetails_GivesThemToTheClient()
    {
        var refusal = new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "Thời hạn phải sau hôm nay.",
            Details =
            {
                Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "due_time" } } }),
            },
        };
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = (_, _) => throw new RpcException(
                new Grpc.Core.Status(StatusCode.InvalidArgument, refusal.Message),
                new Metadata { { "grpc-status-details-bin", refusal.ToByteArray() } }),
        });
        using var channel = server.Channel();

        using var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: Ct);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("Thời hạn phải sau hôm nay.", error.Status.Detail);
        Assert.Equal(refusal, Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin")));
        Assert.Equal(StatusCode.InvalidArgument, call.GetStatus().StatusCode);
        Assert.Contains("InvalidArgument", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ServerSetsStatusWithoutThrowing_GivesItToTheClient()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            OnUnary = (_, context) =>
            {
                context.Status = new Grpc.Core.Status(StatusCode.Aborted, "etag");
                return Task.FromResult(new ProbeReply());
            },
        });
        using var channel = server.Channel();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), cancellationToken: Ct).ResponseAsync);

        Assert.Equal((StatusCode.Aborted, "etag"), (error.StatusCode, error.Status.Detail));
    }
}
