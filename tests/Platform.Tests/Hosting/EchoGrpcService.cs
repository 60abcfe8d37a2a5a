using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CanThoGov.Platform.Tests.Hosting;

/// <summary>Answers with what it saw, or fails in the way that the request names.</summary>
internal sealed class EchoGrpcService : EchoService.EchoServiceBase
{
    public const string Secret = "password=hunter2";

    public override Task<EchoReply> Unmarked(EchoRequest request, ServerCallContext context) => AnswerAsync(request, context);

    [Authorize(Roles = Roles.Ward)]
    public override Task<EchoReply> WardOnly(EchoRequest request, ServerCallContext context) => AnswerAsync(request, context);

    [Authorize]
    public override Task<EchoReply> Unary(EchoRequest request, ServerCallContext context) => AnswerAsync(request, context);

    public override async Task ServerStream(
        EchoRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new EchoReply(), context.CancellationToken);
        await responseStream.WriteAsync(await AnswerAsync(request, context), context.CancellationToken);
    }

    public override async Task<EchoReply> ClientStream(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        var reply = new EchoReply();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            reply = await AnswerAsync(request, context);
        return reply;
    }

    public override async Task Duplex(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(await AnswerAsync(request, context), context.CancellationToken);
    }

    static async Task<EchoReply> AnswerAsync(EchoRequest request, ServerCallContext context) => request.Fail switch
    {
        "" => new EchoReply { Request = request, Caller = Caller.Of(context).ToString() },
        "fields" => throw Fields(),
        "many-fields" => throw ManyFields(),
        "not-found" => throw DomainException.NotFound("ASSIGNMENT_NOT_FOUND", "assignment", "assignments/Dọn kênh"),
        "exists" => throw DomainException.Exists("REQUEST_ID_REUSED", "The request id was used.", "request", "requests/1"),
        "precondition" => throw DomainException.Precondition("NOT_CLEAR", "The assignment is not clear.")
            .Violating("person", "nobody is named").Violating("schedule", "there is no date").With("state", "DRAFT"),
        "wrong-state" => throw DomainException.Precondition("ASSIGNMENT_NOT_ISSUED", "The assignment is completed."),
        "changed" => throw DomainException.Changed("ASSIGNMENT_CHANGED", "The assignment changed meanwhile. Read it again."),
        "unavailable" => throw DomainException.Unavailable("CITY_UNAVAILABLE", "The city is away."),
        "huge" => throw DomainException.NotFound("ASSIGNMENT_NOT_FOUND", "assignment", new string('á', 100_000))
            .With("name", new string('x', 100_000)),
        "postgres-away" => throw new NpgsqlException(Secret, new TimeoutException()),
        "postgres-bug" => throw new NpgsqlException(Secret),
        "sqlite-busy" => throw new SqliteException(Secret, 5),
        "sqlite-bug" => throw new SqliteException(Secret, 1),
        "rpc" => throw new RpcException(new Status(StatusCode.DataLoss, Secret)),
        "service-away" => throw new RpcException(new Status(StatusCode.Unavailable, Secret)),
        "service-slow" => throw new RpcException(new Status(StatusCode.DeadlineExceeded, Secret)),
        "cancelled-inside" => throw new OperationCanceledException(Secret),
        "wait" => await ForeverAsync(context.CancellationToken),
        "wait-then-break" => await ForeverThenBreakAsync(context.CancellationToken),
        _ => throw new InvalidOperationException(Secret),
    };

    static async Task<EchoReply> ForeverAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        throw new InvalidOperationException("It never ends.");
    }

    static async Task<EchoReply> ForeverThenBreakAsync(CancellationToken ct)
    {
        try
        {
            return await ForeverAsync(ct);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException(Secret);
        }
    }

    static Exception Fields()
    {
        var errors = new FieldErrors();
        errors.Required("assignment.title", " ", 500);
        errors.Range("percent", 101, 0, 100);
        return Assert.Throws<DomainException>(errors.ThrowIfAny);
    }

    static Exception ManyFields()
    {
        var errors = new FieldErrors();
        for (var i = 0; i < 10_000; i++)
            errors.Add($"items[{i}].title", "is required");
        return Assert.Throws<DomainException>(errors.ThrowIfAny);
    }
}
