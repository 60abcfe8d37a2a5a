using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace CanThoGov.Platform.Messaging;

/// <summary>In the names of which units a service reads the logs of the others. Without one it reads as a supervisor.</summary>
public interface ILogReaders<TDatabase> where TDatabase : Database
{
    /// <returns>Ids of the units, each of which gets a token of its own.</returns>
    Task<IReadOnlyCollection<string>> UnitsAsync(CancellationToken ct);

    /// <summary>Those of them whose events this caller may see. Asks nobody, so that it works while the others are away.</summary>
    Task<IReadOnlyCollection<string>> UnitsOfAsync(Caller caller, CancellationToken ct);

    /// <summary>Whether the logs show the event to one of them. What the broker brings beyond that is not for this service.</summary>
    Task<bool> SeeAsync(Session session, IEvent e);
}

/// <summary>Lets a read wait for what another service has committed.</summary>
public interface ILogFollower
{
    /// <summary>Who follows: the service that is read.</summary>
    string Service { get; }

    /// <summary>
    /// Returns when all that stands in the source's log up to a position, and that the caller may see, was handled, by whatever way it came.
    /// </summary>
    /// <exception cref="DomainException">OUT_OF_RANGE, reason <c>READ_TOKEN_AHEAD</c>: the log ends before.</exception>
    Task ReachAsync(string source, long position, Caller caller, CancellationToken ct);
}

/// <summary>
/// Reads the logs of the other services and handles what the broker did not bring: events published before this service first ran,
/// lost with an in-memory transport, or lost with a broker's disk. Therefore the order in which services start never matters.
/// For each log it remembers the point up to which everything was handled. The broker may bring events in any order, so this is the only
/// point that says what is missing; a read that waits for another one has the log read on from there.
/// </summary>
public sealed partial class CatchUp<TDatabase>(
    TDatabase database, Inbox<TDatabase> inbox, Subscriptions<TDatabase> subscriptions, ServiceChannels channels, ITokenSource tokens,
    IOptions<CatchUpOptions> options, ILogger<CatchUp<TDatabase>> logger, ILogReaders<TDatabase>? readers = null)
    : BackgroundService, ILogFollower where TDatabase : Database
{
    const int PageSize = 500;

    /// <summary>Set when the logs may hold something that is not to wait for the next round.</summary>
    public Signal Wanted { get; } = new();

    static readonly ParallelOptions Several = new() { MaxDegreeOfParallelism = 8 };

    readonly ConcurrentDictionary<string, LogStream> _streams = new(StringComparer.Ordinal);

    /// <summary>One log as one reader sees it: a ward reads it once for each of its units, with that unit's token.</summary>
    sealed class LogStream(string source, string? unit)
    {
        long _reached;

        public string Source => source;

        public string? Unit => unit;

        public string Key => unit is null ? source : $"{source}/{unit}";

        /// <summary>Held by the one who reads it: what he finds serves all who wait meanwhile.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>Position up to which everything was handled, as far as this process knows. Set by who has the turn.</summary>
        public long Reached
        {
            get => Interlocked.Read(ref _reached);
            set => Interlocked.Exchange(ref _reached, value);
        }
    }

    public string Service => database.Service;

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
                Log.CannotRead(logger, database.Service, e.Status.Detail);
                wait = options.Value.RetryInterval;
            }
            catch (Exception e)
            {
                Log.CatchUpFailed(logger, database.Service, e);
                wait = options.Value.RetryInterval;
            }

            await ((Task)Wanted.WaitAsync(wait, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when every event that stands in the source's log now was handled, by whatever way it came.</summary>
    /// <exception cref="RpcException">The source cannot be reached.</exception>
    public async Task CatchUpAsync(string source, CancellationToken ct)
    {
        var streams = await StreamsAsync(source, ct);
        var starts = await PositionsAsync(streams, ct);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(streams, Several, async (stream, _) =>
        {
            try
            {
                await stream.Turn.WaitAsync(ct);
                try
                {
                    await ReadOnAsync(stream, starts.GetValueOrDefault(stream.Key), long.MaxValue, ct);
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
        await RememberAsync([.. streams.Where(stream => stream.Reached > starts.GetValueOrDefault(stream.Key))], ct);
        if (failures.TryDequeue(out var failure))
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public async Task ReachAsync(string source, long position, Caller caller, CancellationToken ct)
    {
        if (!subscriptions.Sources.Contains(source))
        {
            return;   // nothing of that log ever comes here
        }

        var streams = readers is null
            ? [StreamOf(source, null)]
            : (await readers.UnitsOfAsync(caller, ct)).Select(unit => StreamOf(source, unit));
        await Parallel.ForEachAsync(streams.Where(stream => stream.Reached < position), Several, async (stream, _) =>
        {
            while (!await TryReachAsync(stream, position, ct))
            {
            }
        });
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
            if (stream.Reached < position && await ReadOnAsync(stream, position, ct) is var head && head < position)
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
            Log.CannotRead(logger, database.Service, e.Status.Detail);
            await Task.Delay(options.Value.RetryInterval, ct);
        }
        finally
        {
            stream.Turn.Release();
        }

        return stream.Reached >= position;
    }

    // From where another replica has come to, if that is farther. What is reached is not written down: the next round does that.
    async Task<long> ReadOnAsync(LogStream stream, long position, CancellationToken ct) =>
        await ReadOnAsync(stream, (await PositionsAsync([stream], ct)).GetValueOrDefault(stream.Key), position, ct);

    /// <summary>Events in the source's log that this service takes and has not handled.</summary>
    public async Task<long> CountMissingAsync(string source, CancellationToken ct)
    {
        var missing = new HashSet<Guid>();
        foreach (var stream in await StreamsAsync(source, ct))
        {
            for (var position = 0L; await PageAsync(stream, position, ct) is { Events.Count: > 0 } page; position = page.Events[^1].Position)
            {
                missing.UnionWith((await UnhandledAsync(page, ct)).Select(e => Guid.Parse(e.Id)));
            }
        }

        return missing.Count;
    }

    async Task<IReadOnlyList<LogStream>> StreamsAsync(string source, CancellationToken ct) =>
        readers is null ? [StreamOf(source, null)] : [.. (await readers.UnitsAsync(ct)).Select(unit => StreamOf(source, unit))];

    LogStream StreamOf(string source, string? unit)
    {
        var stream = new LogStream(source, unit);
        return _streams.GetOrAdd(stream.Key, stream);
    }

    async Task<Dictionary<string, long>> PositionsAsync(IReadOnlyList<LogStream> streams, CancellationToken ct) =>
        (await database.ReadAsync(session => session.ListAsync<(string Stream, long Position)>(
            $"SELECT stream, position FROM caught_up WHERE {session.Dialect.In("stream", "@keys")}",
            new { keys = streams.Select(stream => stream.Key).ToArray() }), ct))
        .ToDictionary(row => row.Stream, row => row.Position);

    /// <summary>Handles what is missing behind a position, to the end of the log or until enough is handled without a gap.</summary>
    /// <returns>Where the log ended when it was read last.</returns>
    async Task<long> ReadOnAsync(LogStream stream, long start, long enough, CancellationToken ct)
    {
        var position = stream.Reached = Math.Max(stream.Reached, start);
        while (true)
        {
            var page = await PageAsync(stream, position, ct);
            var handled = true;
            foreach (var e in await UnhandledAsync(page, ct))
            {
                handled &= await TryHandleAsync(stream.Source, e, ct);
            }

            var wasComplete = stream.Reached == position;
            var isLast = page.Events.Count < PageSize;
            position = isLast ? page.HeadPosition : page.Events[^1].Position;
            stream.Reached = wasComplete && handled ? position : stream.Reached;
            if (isLast || stream.Reached >= enough)
            {
                return page.HeadPosition;
            }

            await RememberAsync([stream], ct);
        }
    }

    async Task<ListEventsResponse> PageAsync(LogStream stream, long after, CancellationToken ct)
    {
        var token = await tokens.GetAsync(stream.Unit is null ? Roles.Supervisor : Roles.Ward, stream.Unit, ct);
        var request = new ListEventsRequest { AfterPosition = after, PageSize = PageSize };
        request.Types_.AddRange(subscriptions.All.Select(one => one.EventName)
            .Where(name => EventCatalog.ServiceOf(name) == stream.Source));
        // With 103 units it would be nearly all that the traces show.
        using var untraced = SuppressInstrumentationScope.Begin();
        return await new EventLogService.EventLogServiceClient(channels.To(stream.Source))
            .ListEventsAsync(request, new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: ct);
    }

    async Task<IReadOnlyList<Event>> UnhandledAsync(ListEventsResponse page, CancellationToken ct)
    {
        var handled = await database.ReadAsync(session =>
            Inbox<TDatabase>.HandledAsync(session, [.. page.Events.Select(e => Guid.Parse(e.Id))]), ct);
        return [.. page.Events.Where(e => !handled.Contains(Guid.Parse(e.Id)))];
    }

    // One bad event must not hold up the others; it is tried again with the next round, because the log is not remembered past it.
    async Task<bool> TryHandleAsync(string source, Event e, CancellationToken ct)
    {
        try
        {
            var subscription = subscriptions.Find(e.Type)!;
            var body = (IEvent)JsonSerializer.Deserialize(e.Data, subscription.EventType, ContractJson.Options)!;
            await inbox.HandleAsync(Guid.Parse(e.Id), source, subscription, body, ct);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.EventFailed(logger, database.Service, e.Type, e.Id, exception);
            return false;
        }
    }

    Task RememberAsync(LogStream[] streams, CancellationToken ct) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            """
            INSERT INTO caught_up (stream, position) VALUES (@Key, @Reached)
            ON CONFLICT (stream) DO UPDATE SET position = excluded.position WHERE caught_up.position < excluded.position
            """, streams.Select(stream => new { stream.Key, stream.Reached })), ct);

    static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "The {Service} service cannot read another service's log yet: {Reason}")]
        public static partial void CannotRead(ILogger logger, string service, string reason);

        [LoggerMessage(2102, LogLevel.Error, "The {Service} service could not catch up; it is tried again.")]
        public static partial void CatchUpFailed(ILogger logger, string service, Exception exception);

        [LoggerMessage(2103, LogLevel.Error, "The {Service} service could not handle the event {Type} {Id}; it is tried again later.")]
        public static partial void EventFailed(ILogger logger, string service, string type, string id, Exception exception);
    }
}
