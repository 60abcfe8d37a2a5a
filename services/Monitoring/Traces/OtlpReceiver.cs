using System.IO.Compression;
using System.Net;
using CanThoGov.Monitoring.Traces.Otlp;
using Google.Protobuf;
using Microsoft.Net.Http.Headers;
using RpcStatus = Google.Rpc.Status;

namespace CanThoGov.Monitoring.Traces;

/// <summary>OTLP over HTTP, protobuf only. Spans are taken into the queue; the answer does not wait for the database.</summary>
static class OtlpReceiver
{
    const string Protobuf = "application/x-protobuf";

    /// <summary>Of a body, unpacked.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    public static async Task<IResult> ReceiveAsync(HttpContext context, SpanQueue queue)
    {
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address)
            && context.User.Identity?.IsAuthenticated != true)
        {
            return Refused(StatusCodes.Status401Unauthorized, "Spans from other machines need a bearer token.");
        }

        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) is false || type.MediaType != Protobuf)
        {
            return Refused(StatusCodes.Status415UnsupportedMediaType, $"Send {Protobuf}.");
        }

        ExportRequest request;
        try
        {
            if (await BodyAsync(context) is not { } body)
            {
                return Refused(StatusCodes.Status415UnsupportedMediaType, "Send it as it is or with gzip.");
            }

            request = ExportRequest.Parser.ParseFrom(body.Span);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            return Refused(StatusCodes.Status400BadRequest, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Refused(e.StatusCode, e.Message);
        }

        var spans = OtlpSpans.Read(request, out var invalid);
        var dropped = queue.Add(spans);
        var response = new ExportResponse();
        if (invalid + dropped > 0)
        {
            response.PartialSuccess = new PartialSuccess
            {
                RejectedSpans = invalid + dropped,
                ErrorMessage = $"{invalid} without valid ids, {dropped} dropped because the queue is full",
            };
        }

        return Results.Bytes(response.ToByteArray(), Protobuf);
    }

    /// <returns>Null for an encoding that is not known.</returns>
    static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext context)
    {
        Stream? body = context.Request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => context.Request.Body,
            "gzip" => new GZipStream(context.Request.Body, CompressionMode.Decompress),
            _ => null,
        };
        if (body is null)
        {
            return null;
        }

        await using (body)
        {
            var unpacked = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = await body.ReadAsync(buffer, context.RequestAborted)) > 0;)
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > MaxBytes)
                {
                    throw new BadHttpRequestException($"More than {MaxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
                }
            }

            return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
        }
    }

    static IResult Refused(int status, string message) => new RefusedResult(status, message);

    sealed class RefusedResult(int status, string message) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = Protobuf;
            return context.Response.Body.WriteAsync(new RpcStatus { Message = message }.ToByteArray()).AsTask();
        }
    }
}
