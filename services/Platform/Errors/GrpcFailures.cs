using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace CanThoGov.Platform.Errors;

/// <summary>
/// Calls that fail before a handler and its interceptors are reached get a reason like all others: messages that cannot be read or
/// are too large, and methods that nobody serves.
/// </summary>
internal sealed class GrpcFailures : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, handle) =>
        {
            await handle(context);
            if (!context.Response.HasStarted && context.Request.IsGrpc() && Explain(context.Response) is { } refusal)
                context.Response.Refuse(refusal);
        });
        next(app);
    };

    static DomainException? Explain(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status404NotFound)
            return new DomainException(StatusCode.Unimplemented, "METHOD_UNKNOWN", "There is no such method here.");
        if (response.Headers.ContainsKey(RpcErrors.DetailsTrailer)
            || !int.TryParse(response.Headers["grpc-status"], CultureInfo.InvariantCulture, out var status))
        {
            return null;
        }

        return (StatusCode)status switch
        {
            // From a handler nothing comes out as UNKNOWN: ErrorInterceptor makes it INTERNAL.
            StatusCode.Unknown => RpcErrors.Unreadable(),
            StatusCode.ResourceExhausted => RpcErrors.TooLarge(),
            StatusCode.Unimplemented => new DomainException(
                StatusCode.Unimplemented, "METHOD_UNKNOWN", "There is no such method here."),
            _ => null,
        };
    }
}

internal static class GrpcHttp
{
    public static bool IsGrpc(this HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Makes this a response of headers only, as gRPC wants a call to fail that never began.</summary>
    public static void Refuse(this HttpResponse response, DomainException refusal)
    {
        var status = RpcErrors.ToStatus(refusal);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = status.Code.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = PercentEncode(status.Message);
        response.Headers[RpcErrors.DetailsTrailer] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    static string PercentEncode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
