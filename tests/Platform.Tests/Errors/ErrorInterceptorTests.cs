using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Tests.Hosting;
using CanThoGov.Testing;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Platform.Tests.Errors;

[Trait("Category", "Unit")]
public sealed class ErrorInterceptorTests : IAsyncLifetime
{
    TestHost _host = null!;
    int _port;
    EchoService.EchoServiceClient _echo = null!;

    public async ValueTask InitializeAsync()
    {
        (_host, _port) = await TestHost.StartEchoAsync();
        _echo = _host.Echo(_port);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Refusal_WrongFields_NamesEachInBadRequest()
    {
        var refusal = await FailAsync("fields", StatusCode.InvalidArgument, "FIELD_INVALID");
        Assert.Equal(["assignment.title", "percent"], RpcErrors.FieldViolationsOf(refusal).Select(v => v.Field));
    }

    [Fact]
    public async Task Refusal_NotFound_CarriesResourceInfo()
    {
        var refusal = await FailAsync("not-found", StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND");
        var info = RpcErrors.Detail<ResourceInfo>(refusal)!;
        Assert.Equal("assignment", info.ResourceType);
        Assert.Equal("assignments/Dọn kênh", info.ResourceName);
        Assert.Equal("There is no assignment 'assignments/Dọn kênh'.", refusal.Status.Detail);
    }

    [Fact]
    public async Task Refusal_AlreadyExists_CarriesResourceInfo()
    {
        var refusal = await FailAsync("exists", StatusCode.AlreadyExists, "REQUEST_ID_REUSED");
        Assert.Equal("requests/1", RpcErrors.Detail<ResourceInfo>(refusal)!.ResourceName);
    }

    [Fact]
    public async Task Refusal_Precondition_CarriesEachViolationAndMetadata()
    {
        var refusal = await FailAsync("precondition", StatusCode.FailedPrecondition, "NOT_CLEAR");
        var failure = RpcErrors.Detail<PreconditionFailure>(refusal)!;
        Assert.Equal(["person", "schedule"], failure.Violations.Select(v => v.Subject));
        Assert.All(failure.Violations, v => Assert.Equal("NOT_CLEAR", v.Type));
        Assert.Equal("DRAFT", RpcErrors.MetadataOf(refusal)["state"]);
    }

    [Fact]
    public async Task Refusal_WrongState_CarriesOneViolation()
    {
        var refusal = await FailAsync("wrong-state", StatusCode.FailedPrecondition, "ASSIGNMENT_NOT_ISSUED");
        var violation = Assert.Single(RpcErrors.Detail<PreconditionFailure>(refusal)!.Violations);
        Assert.Equal("The assignment is completed.", violation.Description);
    }

    [Fact]
    public async Task Refusal_Stale_IsAborted() => await FailAsync("changed", StatusCode.Aborted, "ASSIGNMENT_CHANGED");

    [Fact]
    public async Task Refusal_Unavailable_SaysWhenToRepeat()
    {
        var refusal = await FailAsync("unavailable", StatusCode.Unavailable, "CITY_UNAVAILABLE");
        Assert.True(RpcErrors.RetryAfterOf(refusal) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("huge", "ASSIGNMENT_NOT_FOUND")]
    [InlineData("many-fields", "FIELD_INVALID")]
    public async Task Refusal_EndlessInput_StillFitsTheTrailersOfAnyClient(string fail, string reason)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _echo.UnaryAsync(new EchoRequest { Fail = fail }));
        Assert.Equal(reason, RpcErrors.ReasonOf(refusal));

        // As sent: the message percent-encoded, the details in base64.
        var size = (3 * System.Text.Encoding.UTF8.GetByteCount(refusal.Status.Detail))
            + (refusal.Trailers.GetValueBytes(RpcErrors.DetailsTrailer)!.Length * 4 / 3);
        Assert.InRange(size, 1, 12_000);
    }

    [Theory]
    [InlineData("postgres-away")]
    [InlineData("sqlite-busy")]
    public async Task DatabaseAway_IsUnavailableWithRetry(string fail)
    {
        var refusal = await FailAsync(fail, StatusCode.Unavailable, "DATABASE_UNAVAILABLE");
        Assert.True(RpcErrors.RetryAfterOf(refusal) > TimeSpan.Zero);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
        Assert.Single(_host.Logs, entry => entry.Id.Id == 1002);
    }

    [Theory]
    [InlineData("service-away")]
    [InlineData("service-slow")]
    public async Task NeededServiceAway_IsUnavailableWithRetry(string fail)
    {
        var refusal = await FailAsync(fail, StatusCode.Unavailable, "SERVICE_UNAVAILABLE");
        Assert.True(RpcErrors.RetryAfterOf(refusal) > TimeSpan.Zero);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
        Assert.Single(_host.Logs, entry => entry.Id.Id == 1004);
    }

    [Theory]
    [InlineData("bug")]
    [InlineData("postgres-bug")]
    [InlineData("sqlite-bug")]
    [InlineData("rpc")]
    public async Task Bug_IsLoggedOnceAndAnsweredWithoutItsText(string fail)
    {
        _host.ExpectsErrors = true;

        var refusal = await FailAsync(fail, StatusCode.Internal, "INTERNAL");

        var everything = refusal + string.Concat(refusal.Trailers.Select(t => t.IsBinary
            ? System.Text.Encoding.Latin1.GetString(t.ValueBytes)
            : t.Value));
        Assert.DoesNotContain("hunter2", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("EchoGrpcService", everything, StringComparison.Ordinal);
        var entry = Assert.Single(_host.Logs, entry => entry.Level >= LogLevel.Error);
        Assert.Equal(1001, entry.Id.Id);
        Assert.Contains("/canthogov.test.EchoService/Unary", entry.Text, StringComparison.Ordinal);
        Assert.Contains("hunter2", entry.Exception!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelledInside_IsUnavailable() => await FailAsync("cancelled-inside", StatusCode.Unavailable, "INTERRUPTED");

    [Theory]
    [InlineData("wait")]
    [InlineData("wait-then-break")]
    public async Task Deadline_Passed_IsDeadlineExceededAndNoError(string fail)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _echo.UnaryAsync(new EchoRequest { Fail = fail }, deadline: CallDeadline.In(TimeSpan.FromMilliseconds(200))));
        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
    }

    [Fact]
    public async Task Caller_Cancels_IsNoError()
    {
        using var cancellation = new CancellationTokenSource(100);
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _echo.UnaryAsync(new EchoRequest { Fail = "wait-then-break" }, cancellationToken: cancellation.Token));
        Assert.Equal(StatusCode.Cancelled, refusal.StatusCode);
    }

    [Fact]
    public async Task Streams_FailLikeUnaryCalls()
    {
        var request = new EchoRequest { Fail = "precondition" };

        using var serverStream = _echo.ServerStream(request);
        Assert.True(await serverStream.ResponseStream.MoveNext(CancellationToken.None));
        await RefusedAsync(() => serverStream.ResponseStream.MoveNext(CancellationToken.None));

        using var clientStream = _echo.ClientStream();
        await clientStream.RequestStream.WriteAsync(request);
        await RefusedAsync(() => clientStream.ResponseAsync);

        using var duplex = _echo.Duplex();
        await duplex.RequestStream.WriteAsync(request);
        await RefusedAsync(() => duplex.ResponseStream.MoveNext(CancellationToken.None));

        static async Task RefusedAsync(Func<Task> call)
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
            Assert.Equal("NOT_CLEAR", RpcErrors.ReasonOf(refusal));
        }
    }

    [Fact]
    public async Task Message_Over4MiB_IsResourceExhausted()
    {
        var request = new EchoRequest { Text = new string('a', 4 * 1024 * 1024) };

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _echo.UnaryAsync(request));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal("MESSAGE_TOO_LARGE", RpcErrors.ReasonOf(refusal));

        using var duplex = _echo.Duplex();
        _ = duplex.RequestStream.WriteAsync(request).ContinueWith(written => written.Exception, TaskScheduler.Default);
        var inStream = await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.ResourceExhausted, inStream.StatusCode);
        Assert.Equal("MESSAGE_TOO_LARGE", RpcErrors.ReasonOf(inStream));

        request.Text = new string('a', (4 * 1024 * 1024) - 100);
        Assert.Equal(request.Text, (await _echo.UnaryAsync(request)).Request.Text);
    }

    [Fact]
    public void ReasonOf_ForeignTrailer_IsNull()
    {
        var status = new global::Grpc.Core.Status(StatusCode.Unknown, "");
        Assert.Null(RpcErrors.ReasonOf(new RpcException(status)));
        Assert.Null(RpcErrors.ReasonOf(new RpcException(status, new Metadata { { RpcErrors.DetailsTrailer, [0xFF, 0xFF, 0xFF] } })));
        Assert.Empty(RpcErrors.MetadataOf(new RpcException(status)));
    }

    async Task<RpcException> FailAsync(string fail, StatusCode code, string reason)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _echo.UnaryAsync(new EchoRequest { Fail = fail }));
        Assert.Equal(code, refusal.StatusCode);
        Assert.Equal(reason, RpcErrors.ReasonOf(refusal));
        var info = RpcErrors.Detail<ErrorInfo>(refusal)!;
        Assert.Equal(RpcErrors.Domain, info.Domain);
        return refusal;
    }
}
