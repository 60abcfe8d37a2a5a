using CanThoGov.Platform.Grpc.Reflection.V1;
using CanThoGov.Platform.Tests.Hosting;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace CanThoGov.Platform.Tests.Grpc;

[Trait("Category", "Unit")]
public sealed class ReflectionServiceTests : IAsyncLifetime
{
    TestHost _host = null!;
    int _port;

    public async ValueTask InitializeAsync() => (_host, _port) = await TestHost.StartEchoAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task ListServices_WithToken_NamesThem()
    {
        var response = Assert.Single(await AskAsync(new ServerReflectionRequest { ListServices = "*" }));
        Assert.Equal(
            ["canthogov.test.EchoService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"],
            response.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Fact]
    public async Task Anything_WithoutToken_IsUnauthenticated()
    {
        using var call = new ServerReflection.ServerReflectionClient(_host.Channel(_port)).ServerReflectionInfo();
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    [Theory]
    [InlineData("canthogov.test.EchoService", "echo.proto")]
    [InlineData("canthogov.test.EchoService.Unary", "echo.proto")]
    [InlineData("canthogov.test.EchoRequest", "echo.proto")]
    [InlineData("canthogov.test.EchoRequest.title", null)]
    [InlineData("canthogov.test.EchoRequest.text", "echo.proto")]
    [InlineData("canthogov.test.EchoRequest.choice", "echo.proto")]
    [InlineData("google.protobuf.Struct", "google/protobuf/struct.proto")]
    [InlineData("google.protobuf.NullValue", "google/protobuf/struct.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "health.proto")]
    [InlineData("canthogov.test", null)]
    public async Task FileContainingSymbol_GivesTheFileFirst(string symbol, string? file)
    {
        var response = Assert.Single(await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol }));
        if (file is null)
        {
            Assert.Equal((int)StatusCode.NotFound, response.ErrorResponse.ErrorCode);
            return;
        }

        var first = FileDescriptorProto.Parser.ParseFrom(response.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.Equal(file, first.Name);
    }

    [Fact]
    public async Task FileByFilename_GivesAllThatAClientNeedsToBuildIt()
    {
        var response = Assert.Single(await AskAsync(new ServerReflectionRequest { FileByFilename = "echo.proto" }));

        var files = response.FileDescriptorResponse.FileDescriptorProto;
        var built = FileDescriptor.BuildFromByteStrings(files.Reverse());
        Assert.Equal(["echo.proto", "google/protobuf/struct.proto", "google/protobuf/wrappers.proto"], built.Select(f => f.Name).Reverse());
        Assert.Equal(6, built[^1].Services[0].Methods.Count);
    }

    [Fact]
    public async Task Questions_SeveralInOneStream_AreAnsweredInOrder()
    {
        ServerReflectionRequest[] questions =
        [
            new() { Host = "h", FileByFilename = "none.proto" },
            new() { AllExtensionNumbersOfType = "canthogov.test.EchoRequest" },
            new() { AllExtensionNumbersOfType = "canthogov.none" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = "canthogov.test.Item", ExtensionNumber = 5 } },
            new(),
        ];

        var answers = await AskAsync(questions);

        Assert.Equal(questions, answers.Select(answer => answer.OriginalRequest));
        Assert.Equal("h", answers[0].ValidHost);
        Assert.Equal((int)StatusCode.NotFound, answers[0].ErrorResponse.ErrorCode);
        Assert.Equal("canthogov.test.EchoRequest", answers[1].AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(answers[1].AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal((int)StatusCode.NotFound, answers[2].ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.NotFound, answers[3].ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.InvalidArgument, answers[4].ErrorResponse.ErrorCode);
    }

    async Task<List<ServerReflectionResponse>> AskAsync(params ServerReflectionRequest[] questions)
    {
        using var call = new ServerReflection.ServerReflectionClient(_host.Channel(_port, _host.Token())).ServerReflectionInfo();
        foreach (var question in questions)
            await call.RequestStream.WriteAsync(question);
        await call.RequestStream.CompleteAsync();
        var answers = new List<ServerReflectionResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(CancellationToken.None))
            answers.Add(answer);
        return answers;
    }
}
