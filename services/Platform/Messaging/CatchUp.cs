using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CanThoGov.Platform.Data;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>
/// Reads the logs of the other services and handles what the broker did not bring: events published before this service first ran,
/// lost with an in-memory transport, or lost with a broker's disk. Therefore the order in which services start never matters.
/// </summary>
public sealed class CatchUp<TDatabase>(
    TDatabase database, SourceLogs<TDatabase> logs, Subscriptions<TDatabase> subscriptions, IOptions<CatchUpOptions> options,
    ILogger<CatchUp<TDatabase>> logger) : BackgroundService where TDatabase : Database
{
    /// <summary>Set when the logs may hold something that is not to wait for the next round.</summary>
    public Signal Wanted { get; } = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = options.Value.Interval;
            try
            {
                foreach (var source in subscriptions.Sources)
                {
                    await CatchUpAsync(source, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException e)
            {
                CatchUpLog.CannotRead(logger, database.Service, e.Status.Detail);
                wait = options.Value.RetryInterval;
            }
            catch (Exception e)
            {
                CatchUpLog.CatchUpFailed(logger, database.Service, e);
                wait = options.Value.RetryInterval;
            }

            await ((Task)Wanted.WaitAsync(wait, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when every event that stands in the source's log now was handled, by whatever way it came.</summary>
    /// <exception cref="RpcException">The source cannot be reached.</exception>
    public async Task CatchUpAsync(string source, CancellationToken ct)
    {
        var streams = await logs.StreamsAsync(source, ct);
        var starts = await logs.PositionsAsync(streams, ct);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(streams, LogStream.Several, async (stream, _) =>
        {
            try
            {
                await stream.Turn.WaitAsync(ct);
                try
                {
                    await logs.ReadOnAsync(stream, starts.GetValueOrDefault(stream.Key), long.MaxValue, ct);
                }
                finally
                {
                    stream.Turn.Release();
                }
            }
            catch (Exception e)
            {
                // One unit without a valid token must not hold up the others.
                failures.Enqueue(e);
            }
        });
        ct.ThrowIfCancellationRequested();
        await logs.RememberAsync([.. streams.Where(stream => stream.Reached > starts.GetValueOrDefault(stream.Key))], ct);
        if (failures.TryDequeue(out var failure))
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}

static partial class CatchUpLog
{
    [LoggerMessage(2101, LogLevel.Information, "The {Service} service cannot read another service's log yet: {Reason}")]
    public static partial void CannotRead(ILogger logger, string service, string reason);

    [LoggerMessage(2102, LogLevel.Error, "The {Service} service could not catch up; it is tried again.")]
    public static partial void CatchUpFailed(ILogger logger, string service, Exception exception);

    [LoggerMessage(2104, LogLevel.Information,
        "The {Service} service begins to read the log {Stream}, which is whole from position {Oldest} on: it takes the last state of what is older.")]
    public static partial void BeginsCondensed(ILogger logger, string service, string stream, long oldest);

    [LoggerMessage(2105, LogLevel.Error,
        "The {Service} service had read the log {Stream} up to position {Position}; what followed it is whole from {Oldest} on only. It takes the " +
        "last state of everything and goes on, but what happened in between is lost to it: figures that count events are too low. If it stays " +
        "there, an event cannot be handled (see 2103).")]
    public static partial void HistoryLost(ILogger logger, string service, string stream, long position, long oldest);

    [LoggerMessage(2103, LogLevel.Error, "The {Service} service could not handle the event {Type} {Id}; it is tried again later.")]
    public static partial void EventFailed(ILogger logger, string service, string type, string id, Exception exception);
}
