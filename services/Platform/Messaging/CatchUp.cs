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
    TDatabase database, SourceLogs<TDatabase> logs, Subscriptions<TDatabase> subscriptions, IOptions<CatchUpOptions> options, TimeProvider time,
    ILogger<CatchUp<TDatabase>> logger) : BackgroundService where TDatabase : Database
{
    /// <summary>Set when the logs may hold something that is not to wait for the next round.</summary>
    public Signal Wanted { get; } = new();

    /// <summary>Reads all logs in rounds, and between them, more often, only what could not be read: it holds up nothing else.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = time.GetUtcNow() + options.Value.Interval;
                var left = new Dictionary<string, IReadOnlyList<LogStream>?>();
                foreach (var source in subscriptions.Sources)
                {
                    left[source] = await TryAsync(source, null, isRepeat: false, stoppingToken);
                }

                while (!await Wanted.WaitAsync(Until(next, left.Values.Any(streams => streams is not { Count: 0 })), stoppingToken)
                    && time.GetUtcNow() < next)
                {
                    foreach (var (source, streams) in left.Where(one => one.Value is not { Count: 0 }).ToArray())
                    {
                        left[source] = await TryAsync(source, streams, isRepeat: true, stoppingToken);
                    }
                }
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    TimeSpan Until(DateTimeOffset next, bool isAnyLeft)
    {
        var wait = next - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero
            : isAnyLeft && options.Value.RetryInterval < wait ? options.Value.RetryInterval
            : wait;
    }

    /// <param name="streams">Null for all that the source has.</param>
    /// <returns>Those that could not be read; null if it is not known which there are.</returns>
    async Task<IReadOnlyList<LogStream>?> TryAsync(string source, IReadOnlyList<LogStream>? streams, bool isRepeat, CancellationToken ct)
    {
        try
        {
            var failures = await ReadAsync(streams ?? await logs.StreamsAsync(source, ct), ct);
            foreach (var (stream, failure) in failures)
            {
                Say(stream.Key, failure, isRepeat);
            }

            return [.. failures.Select(one => one.Stream)];
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Say(source, e, isRepeat);
            return null;
        }
    }

    void Say(string stream, Exception failure, bool isRepeat)
    {
        if (failure is not RpcException e)
        {
            CatchUpLog.CatchUpFailed(logger, database.Service, stream, failure);
        }
        else
        {
            var level = e.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated ? LogLevel.Warning : LogLevel.Information;
            CatchUpLog.CannotRead(logger, isRepeat ? LogLevel.Debug : level, database.Service, stream, e.Status.Detail);
        }
    }

    /// <summary>Returns when every event that stands in the source's log now was handled, by whatever way it came.</summary>
    /// <exception cref="RpcException">The source cannot be reached, or not in the name of each unit; what can be read was handled.</exception>
    public async Task CatchUpAsync(string source, CancellationToken ct)
    {
        if (await ReadAsync(await logs.StreamsAsync(source, ct), ct) is [var first, ..])
        {
            ExceptionDispatchInfo.Throw(first.Failure);
        }
    }

    /// <returns>What could not be read. One unit without a valid token must not hold up the others.</returns>
    async Task<IReadOnlyList<(LogStream Stream, Exception Failure)>> ReadAsync(IReadOnlyList<LogStream> streams, CancellationToken ct)
    {
        var starts = await logs.PositionsAsync(streams, ct);
        var failures = new ConcurrentQueue<(LogStream, Exception)>();
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
                failures.Enqueue((stream, e));
            }
        });
        ct.ThrowIfCancellationRequested();
        await logs.RememberAsync([.. streams.Where(stream => stream.Reached > starts.GetValueOrDefault(stream.Key))], ct);
        return [.. failures];
    }
}

static partial class CatchUpLog
{
    [LoggerMessage(EventId = 2101, Message = "The {Service} service cannot read the log {Stream} yet: {Reason}")]
    public static partial void CannotRead(ILogger logger, LogLevel level, string service, string stream, string reason);

    [LoggerMessage(2102, LogLevel.Error, "The {Service} service could not catch up with {Stream}; it is tried again.")]
    public static partial void CatchUpFailed(ILogger logger, string service, string stream, Exception exception);

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
