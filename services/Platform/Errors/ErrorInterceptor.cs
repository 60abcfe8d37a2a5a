using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CanThoGov.Platform.Errors;

/// <summary>
/// The only place that makes an <see cref="RpcException"/>. Refusals go to the caller with their reason and details; an absent dependency
/// is UNAVAILABLE; anything else is a bug: logged once with its method and answered as INTERNAL without its text.
/// </summary>
public sealed partial class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw Answer(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception)
        {
            throw Answer(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Answer(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Answer(exception, context);
        }
    }

    RpcException Answer(Exception exception, ServerCallContext context)
    {
        var refusal = exception as DomainException ?? Translate(exception, context);
        if (refusal.Code is StatusCode.Internal or StatusCode.Unavailable)
            Activity.Current?.SetStatus(ActivityStatusCode.Error, refusal.Reason);
        return RpcErrors.ToRpcException(refusal);
    }

    DomainException Translate(Exception exception, ServerCallContext context)
    {
        // After the caller has gone every failure is its echo, whatever its type.
        if (context.CancellationToken.IsCancellationRequested)
        {
            return context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime
                ? new DomainException(StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "The caller's deadline has passed.")
                : new DomainException(StatusCode.Cancelled, "CANCELLED", "The caller cancelled the call.");
        }

        switch (exception)
        {
            case OperationCanceledException:
                Log.Interrupted(logger, context.Method);
                return DomainException.Unavailable("INTERRUPTED", "The service is stopping or a step took too long. Repeat the call.");
            case NpgsqlException { IsTransient: true } or SqliteException { SqliteErrorCode: 5 or 6 or 13 }:   // busy, locked, full
                Log.DatabaseUnavailable(logger, context.Method, exception);
                return DomainException.Unavailable("DATABASE_UNAVAILABLE", "The database cannot be used just now. Repeat the call.");
            case RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded }:   // from a service that had to be asked
                Log.ServiceUnavailable(logger, context.Method, exception);
                return DomainException.Unavailable("SERVICE_UNAVAILABLE", "Another service, which this call needs, is away just now. Repeat the call.");
            case RpcException { StatusCode: StatusCode.ResourceExhausted }:   // from the server, while it read a stream
                return RpcErrors.TooLarge();
            default:
                Log.Failed(logger, context.Method, exception);
                return new DomainException(StatusCode.Internal, RpcErrors.Internal, "The service failed. The failure was logged.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "{Method} failed.")]
        public static partial void Failed(ILogger logger, string method, Exception exception);

        [LoggerMessage(1002, LogLevel.Warning, "{Method}: the database is not available.")]
        public static partial void DatabaseUnavailable(ILogger logger, string method, Exception exception);

        [LoggerMessage(1003, LogLevel.Warning, "{Method} was interrupted.")]
        public static partial void Interrupted(ILogger logger, string method);

        [LoggerMessage(1004, LogLevel.Warning, "{Method}: a service that it needs is not available.")]
        public static partial void ServiceUnavailable(ILogger logger, string method, Exception exception);
    }
}
