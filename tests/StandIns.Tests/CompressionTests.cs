using System.IO.Compression;
using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Compression;

namespace CanThoGov.StandIns.Tests;

[Trait("Category", "Unit")]
public sealed class CompressionTests
{
    static readonly string Long = string.Concat(Enumerable.Repeat("Nhiệm vụ được giao. ", 1000));

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<ICompressionProvider> Providers =>
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Call_Compressed_TravelsBothWays(ICompressionProvider provider)
    {
        string? received = null;
        await using var server = await ProbeServer.StartAsync(
            new ProbeService
            {
                OnUnary = (request, context) =>
                {
                    received = context.GetHttpContext().Request.Headers["grpc-encoding"];
                    return Task.FromResult(new ProbeReply { Text = request.Text });
                },
            },
            options => Compress(options, provider));
        var wire = new WireRecorder();
        using var channel = server.Channel(options =>
        {
            options.CompressionProviders = [provider];
            options.HttpHandler = wire;
        });

        var reply = await new Probe.ProbeClient(channel).UnaryAsync(
            new ProbeRequest { Text = Long }, new Metadata { { "grpc-internal-encoding-request", provider.EncodingName } },
            cancellationToken: Ct);

        Assert.Equal(Long, reply.Text);
        Assert.Equal(provider.EncodingName, received);
        Assert.Equal(provider.EncodingName, wire.ResponseEncoding);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Call_EmptyReplyCompressed_IsAStreamThatOthersCanRead(ICompressionProvider provider)
    {
        await using var server = await ProbeServer.StartAsync(grpc: options => Compress(options, provider));
        using var http = new HttpClient();
        var method = new Uri(server.Address, "/canthogov.standins.test.v1.Probe/Unary");
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } },
            Headers = { { "grpc-accept-encoding", provider.EncodingName }, { "te", "trailers" } },
        };

        using var response = await http.SendAsync(request, Ct);
        var frame = await response.Content.ReadAsByteArrayAsync(Ct);

        Assert.Equal([provider.EncodingName], response.Headers.GetValues("grpc-encoding"));
        Assert.Equal(1, frame[0]);
        Assert.Equal(frame.Length - 5, frame[4]);
        AssertReadsAsNothing(provider, frame[5..]);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void CompressionStream_NothingWritten_IsStillAValidStream(ICompressionProvider provider)
    {
        using var output = new MemoryStream();
        using (provider.CreateCompressionStream(output, null))
        {
        }

        AssertReadsAsNothing(provider, output.ToArray());
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void CompressionStream_Written_ReadsBackAndLeavesTheOutputOpen(ICompressionProvider provider)
    {
        byte[] data = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i % 7))];
        using var output = new MemoryStream();
        using (var compression = provider.CreateCompressionStream(output, CompressionLevel.Optimal))
            compression.Write(data);

        Assert.InRange(output.Length, 1, data.Length / 10);
        output.Position = 0;
        using var read = new MemoryStream();
        provider.CreateDecompressionStream(output).CopyTo(read);
        Assert.Equal(data, read.ToArray());
    }

    static void AssertReadsAsNothing(ICompressionProvider provider, byte[] compressed)
    {
        // Of its own, because .NET's decompressors accept no bytes at all as well.
        Assert.NotEmpty(compressed);
        if (provider.EncodingName == "gzip")
            Assert.Equal([0x1f, 0x8b], compressed[..2]);
        else
            Assert.Equal(0, ((compressed[0] << 8) | compressed[1]) % 31);

        using var read = new MemoryStream();
        using var decompression = provider.CreateDecompressionStream(new MemoryStream(compressed));
        decompression.CopyTo(read);
        Assert.Empty(read.ToArray());
    }

    static void Compress(GrpcServiceOptions options, ICompressionProvider provider)
    {
        options.CompressionProviders = [provider];
        options.ResponseCompressionAlgorithm = provider.EncodingName;
        options.ResponseCompressionLevel = CompressionLevel.Fastest;
    }

    sealed class WireRecorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public string? ResponseEncoding { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            ResponseEncoding = response.Headers.TryGetValues("grpc-encoding", out var values) ? values.Single() : null;
            return response;
        }
    }
}
