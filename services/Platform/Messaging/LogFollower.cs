using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>Lets a read wait for what another service has committed.</summary>
public interface ILogFollower
{
    /// <summary>Who follows: the service that is read.</summary>
    string Service { get; }

    /// <summary>
    /// Returns when all that stands in the source's log up to a position, and that the caller may see, was handled, by whatever way it came.
    /// Who sees many units does not wait for one in whose name the source lets nobody read: he would wait for ever.
    /// </summary>
    /// <exception cref="DomainException">OUT_OF_RANGE, reason <c>READ_TOKEN_AHEAD</c>: the log ends before.</exception>
    Task ReachAsync(string source, long position, Caller caller, CancellationToken ct);
}

/// <summary>Does not wait for the broker or the next round, but has the log read on until the position is reached.</summary>
public sealed class LogFollower<TDatabase>(
    TDatabase database, SourceLogs<TDatabase> logs, Subscriptions<TDatabase> subscriptions, IOptions<CatchUpOptions> options,
    ILogger<LogFollower<TDatabase>> logger) : ILogFollower where TDatabase : Database
{
    public string Service => database.Service;

    public async Task ReachAsync(string source, long position, Caller caller, CancellationToken ct)
    {
        if (!subscriptions.Sources.Contains(source))
        {
            return;   // nothing of that log ever comes here
        }

        var streams = await logs.StreamsOfAsync(source, caller, ct);
        await Parallel.ForEachAsync(
            streams.Where(stream => stream.Reached < position && !IsHopeless(stream)), LogStream.Several, async (stream, _) =>
            {
                while (!await TryReachAsync(stream, position, ct) && !IsHopeless(stream))
                {
                }
            });

        bool IsHopeless(LogStream stream) => stream.IsRefused && !caller.IsWard;
    }

    /// <summary>
    /// Reads the log on until the position is reached, unless who had the turn before did. Should it not be possible, the turn is kept for
    /// a while, so that however many wait, it is tried once in that time.
    /// </summary>
    async Task<bool> TryReachAsync(LogStream stream, long position, CancellationToken ct)
    {
        await stream.Turn.WaitAsync(ct);
        try
        {
            if (stream.Reached < position && await logs.ReadOnAsync(stream, position, ct) is var head && head < position)
            {
                throw new DomainException(StatusCode.OutOfRange, "READ_TOKEN_AHEAD",
                    $"The token is from position {position} of the log of {stream.Source}, which ends at {head}: the log was restored, or is " +
                    "another one. Read without the token.").With("service", stream.Source).With("position", position).With("head_position", head);
            }

            if (stream.Reached < position)
            {
                await Task.Delay(options.Value.RetryInterval, ct);
            }
        }
        catch (RpcException e) when (!ct.IsCancellationRequested)
        {
            CatchUpLog.CannotRead(logger, LogLevel.Information, database.Service, stream.Key, e.Status.Detail);
            await Task.Delay(options.Value.RetryInterval, ct);
        }
        finally
        {
            stream.Turn.Release();
        }

        return stream.Reached >= position;
    }
}
