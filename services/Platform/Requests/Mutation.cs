using System.Security.Cryptography;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace CanThoGov.Platform.Requests;

/// <summary>
/// How every rpc that changes something runs: authorise, look the request id up, decide, remember the answer, all in one transaction.
/// A repeat gives the first answer whatever happened since; a refusal rolls everything back and is not remembered.
/// </summary>
public static class Mutation
{
    sealed record Remembered(string Fingerprint, byte[] Response, long? Position);

    /// <param name="authorise">Finds what is to be changed, or refuses it to this caller. Runs before the request id is looked up.</param>
    /// <param name="change">Checks etag and state, changes, saves and gives the answer.</param>
    public static async Task<TResponse> MutateAsync<TRequest, TSubject, TResponse>(
        this Database database, TRequest request, ServerCallContext context,
        Func<Transaction, Task<TSubject>> authorise, Func<Transaction, TSubject, Task<TResponse>> change)
        where TRequest : IMessage where TResponse : IMessage<TResponse>, new()
    {
        var key = new
        {
            caller = Caller.Of(context).Subject,
            method = context.Method,
            requestId = RequestIdOf(request),
            fingerprint = FingerprintOf(request),
        };
        var (response, position) = await database.InTransactionAsync(async transaction =>
        {
            var subject = await authorise(transaction);

            // Taken before the work is done: a second call with the same id waits here for the first one's outcome.
            var first = await transaction.ExecuteAsync(
                """
                INSERT INTO requests (caller, method, request_id, fingerprint, created_at)
                VALUES (@caller, @method, @requestId, @fingerprint, @now) ON CONFLICT (caller, method, request_id) DO NOTHING
                """, new { key.caller, key.method, key.requestId, key.fingerprint, now = transaction.RealNow }) == 1;
            if (!first)
            {
                return await AnswerOfAsync<TResponse>(transaction, key, key.fingerprint);
            }

            var answer = await change(transaction, subject);
            await transaction.ExecuteAsync(
                """
                UPDATE requests SET response = @response
                WHERE caller = @caller AND method = @method AND request_id = @requestId
                """, new { key.caller, key.method, key.requestId, response = answer.ToByteArray() });
            await transaction.FlushAsync();
            if (transaction.Position > 0)
            {
                await transaction.ExecuteAsync(
                    """
                    UPDATE requests SET position = @Position
                    WHERE caller = @caller AND method = @method AND request_id = @requestId
                    """, new { key.caller, key.method, key.requestId, transaction.Position });
            }

            return (answer, transaction.Position);
        }, context.CancellationToken);

        if (position > 0)
        {
            context.ResponseTrailers.Add(ReadToken.Key, new ReadToken(database.Service, position).ToString());
        }

        return response;
    }

    static async Task<(TResponse, long)> AnswerOfAsync<TResponse>(Transaction transaction, object key, string fingerprint)
        where TResponse : IMessage<TResponse>, new()
    {
        var remembered = await transaction.SingleAsync<Remembered>(
            """
            SELECT fingerprint, response, position FROM requests
            WHERE caller = @caller AND method = @method AND request_id = @requestId
            """, key);
        if (remembered.Fingerprint != fingerprint)
        {
            throw new DomainException(StatusCode.AlreadyExists, "REQUEST_ID_REUSED",
                "This request_id was used for a call with other content. Repeat a call unchanged, or choose a new request_id.");
        }

        var response = new TResponse();
        response.MergeFrom(remembered.Response);
        return (response, remembered.Position ?? 0);
    }

    static string RequestIdOf(IMessage request) =>
        (string)Field(request, "request_id").Accessor.GetValue(request);

    // The etag says what the caller had seen, not what it wants.
    static string FingerprintOf(IMessage request)
    {
        var content = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        Field(content, "request_id").Accessor.Clear(content);
        request.Descriptor.FindFieldByName("etag")?.Accessor.Clear(content);
        return Convert.ToHexStringLower(SHA256.HashData(content.ToByteArray()));
    }

    static FieldDescriptor Field(IMessage message, string name) =>
        message.Descriptor.FindFieldByName(name) ?? throw new ArgumentException($"{message.Descriptor.FullName} has no {name}.");
}
