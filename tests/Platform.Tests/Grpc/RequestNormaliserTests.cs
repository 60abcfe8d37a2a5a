using System.Text;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Tests.Hosting;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CanThoGov.Platform.Tests.Grpc;

[Trait("Category", "Unit")]
public sealed class RequestNormaliserTests : IAsyncLifetime
{
    static readonly string Nfc = "Dọn kênh Rạch Bần".Normalize(NormalizationForm.FormC);
    static readonly string Nfd = Nfc.Normalize(NormalizationForm.FormD);

    TestHost _host = null!;
    EchoService.EchoServiceClient _echo = null!;

    public async ValueTask InitializeAsync()
    {
        (_host, var port) = await TestHost.StartEchoAsync();
        _echo = _host.Echo(port);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Text_Decomposed_IsSeenComposedEverywhere()
    {
        Assert.NotEqual(Nfc, Nfd);
        Assert.Equal(Everywhere(Nfc), (await _echo.UnaryAsync(Everywhere(Nfd))).Request);

        using var serverStream = _echo.ServerStream(Everywhere(Nfd));
        await serverStream.ResponseStream.MoveNext(CancellationToken.None);
        await serverStream.ResponseStream.MoveNext(CancellationToken.None);
        Assert.Equal(Everywhere(Nfc), serverStream.ResponseStream.Current.Request);

        using var clientStream = _echo.ClientStream();
        await clientStream.RequestStream.WriteAsync(Everywhere(Nfd));
        await clientStream.RequestStream.CompleteAsync();
        Assert.Equal(Everywhere(Nfc), (await clientStream).Request);

        using var duplex = _echo.Duplex();
        await duplex.RequestStream.WriteAsync(Everywhere(Nfd));
        await duplex.ResponseStream.MoveNext(CancellationToken.None);
        Assert.Equal(Everywhere(Nfc), duplex.ResponseStream.Current.Request);
    }

    [Fact]
    public async Task Text_Plain_StaysAsItIs()
    {
        var request = Everywhere("plain ASCII, and lines\nwith\ttabs");
        request.Text = "Bộ 5 rõ – “khẩn trương” 🏠";
        Assert.Equal(request, (await _echo.UnaryAsync(request)).Request);
        Assert.Equal(new EchoRequest(), (await _echo.UnaryAsync(new EchoRequest())).Request);
    }

    [Fact]
    public async Task Text_WindowsLineEnds_BecomeNewlines() =>
        Assert.Equal("một\nhai", (await _echo.UnaryAsync(new EchoRequest { Text = "một\r\nhai" })).Request.Text);

    [Fact]
    public async Task Text_ControlCharacters_NamesEveryField()
    {
        var request = Everywhere("a\0b");
        request.Labels.Clear();
        request.Free = null;
        request.Text = "\u0085";
        request.Tags.Add("\r");

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _echo.UnaryAsync(request));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Equal("FIELD_INVALID", RpcErrors.ReasonOf(refusal));
        Assert.Equal(
            ["text", "item.title", "items[0].title", "tags[0]", "tags[1]", "numbered[7].title", "note", "wrapped", "inner.text"],
            RpcErrors.FieldViolationsOf(refusal).Select(v => v.Field));
    }

    [Fact]
    public async Task Text_ControlCharacterInMap_IsRefused()
    {
        foreach (var request in (EchoRequest[])[new() { Labels = { ["a\u0001"] = "b" } }, new() { Labels = { ["a"] = "b\u0001" } }])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _echo.UnaryAsync(request));
            Assert.StartsWith("labels", Assert.Single(RpcErrors.FieldViolationsOf(refusal)).Field, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Text_OldEncoding_IsRefusedInsteadOfStoredSpoilt()
    {
        // "Cần" as a Windows-1258 system writes it, in field `text`.
        var refusal = await Assert.ThrowsAsync<RpcException>(() => SendAsync([0x0A, 4, (byte)'C', 0xE2, 0xCC, (byte)'n']));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Equal("text", Assert.Single(RpcErrors.FieldViolationsOf(refusal)).Field);
    }

    [Fact]
    public async Task Bytes_NoMessage_AreInvalid()
    {
        _host.ExpectsErrors = true;   // the gRPC library logs each
        foreach (byte[] bytes in (byte[][])[[0x0A, 200], [0xFF, 0xFF, 0xFF], [0x07]])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => SendAsync(bytes));
            Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_UNREADABLE"), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
        }

        using var duplex = _host.Channel(Port(), _host.Token()).AsyncDuplexStreamingCall(Raw("Duplex"), null, default);
        await duplex.RequestStream.WriteAsync([0xFF]);
        var inStream = await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_UNREADABLE"), (inStream.StatusCode, RpcErrors.ReasonOf(inStream)));
    }

    [Fact]
    public async Task Stream_BadMessage_EndsTheCall()
    {
        using var duplex = _echo.Duplex();
        await duplex.RequestStream.WriteAsync(new EchoRequest { Text = "good" });
        Assert.True(await duplex.ResponseStream.MoveNext(CancellationToken.None));
        await duplex.RequestStream.WriteAsync(new EchoRequest { Text = "\0" });
        var refusal = await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    static EchoRequest Everywhere(string text) => new()
    {
        Text = text,
        Item = new Item { Title = text },
        Items = { new Item { Title = text } },
        Tags = { text },
        Labels = { [text] = text },
        Numbered = { [7] = new Item { Title = text } },
        Note = text,
        Wrapped = text,
        Free = new Struct { Fields = { ["list"] = Value.ForList(Value.ForString(text)) } },
        Inner = new EchoRequest { Text = text },
    };

    int Port() => new Uri(_host.App.Urls.Single()).Port;

    async Task SendAsync(byte[] bytes) =>
        await _host.Channel(Port(), _host.Token()).AsyncUnaryCall(Raw("Unary"), null, default, bytes);

    static Method<byte[], EchoReply> Raw(string name) => new(
        name == "Unary" ? MethodType.Unary : MethodType.DuplexStreaming,
        "canthogov.test.EchoService",
        name,
        Marshallers.Create(request => request, request => request),
        Marshallers.Create(reply => reply.ToByteArray(), EchoReply.Parser.ParseFrom));
}
