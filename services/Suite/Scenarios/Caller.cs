using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;

namespace CanThoGov.Suite.Scenarios;

/// <summary>Somebody who calls the public APIs with a token of his own, and repeats a call whose answer was lost.</summary>
internal sealed class Caller(Func<string, string?, string, string> token, string role, string? unit, string subject)
{
    public const string CityOffice = "city-office", CityDepartment = "city-department", Ward = "ward", Operator = "operator";

    static readonly TimeSpan TokenUse = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    string _token = "";
    long _tokenTaken;

    public string? Unit => unit;

    /// <summary>Every mutation carries a request id, so a repeat is harmless.</summary>
    public async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken ct, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            try
            {
                var headers = new Metadata { { "authorization", $"Bearer {Token()}" } };
                return await call(new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime + (limit ?? TimeSpan.FromSeconds(30)), ct));
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
                                         && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(pause, ct);
                pause = pause * 2 < TimeSpan.FromSeconds(2) ? pause * 2 : pause;
            }
        }
    }

    /// <summary>The reason code in the status details; null if there is none.</summary>
    public static string? ReasonOf(RpcException e)
    {
        var details = e.Trailers.GetValueBytes("grpc-status-details-bin");
        // CommonProtos 2.0.0 calls field 1 of ErrorInfo `Type`; on the wire it is `reason`.
        return details is null ? null : Google.Rpc.Status.Parser.ParseFrom(details).Details
            .Where(detail => detail.Is(ErrorInfo.Descriptor))
            .Select(detail => detail.Unpack<ErrorInfo>().Type)
            .FirstOrDefault();
    }

    string Token()
    {
        if (_token.Length == 0 || Stopwatch.GetElapsedTime(_tokenTaken) > TokenUse)
        {
            _token = token(role, unit, subject);
            _tokenTaken = Stopwatch.GetTimestamp();
        }

        return _token;
    }
}
