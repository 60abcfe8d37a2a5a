using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
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

    /// <summary>Whether the logs show the event to one of them. What the broker brings beyond that is not for this service.</summary>
    Task<bool> SeeAsync(Session session, IEvent e);
}

/// <summary>
/// Reads the logs of the other services and handles what the broker did not bring: events published before this service first ran,
/// lost with an in-memory transport, or lost with a broker's disk. Therefore the order in which services start never matters.
/// For each log it remembers the point up to which everything was handled.
/// </summary>
public sealed partial class CatchUp<TDatabase>(
    TDatabase database, Inbox<TDatabase> inbox, Subscriptions<TDatabase> subscriptions, ServiceChannels channels, ITokenSource tokens,
    IOptions<CatchUpOptions> options, ILogger<CatchUp<TDatabase>> logger, ILogReaders<TDatabase>? readers = null)
    : BackgroundService where TDatabase : Database
{
    const int PageSize = 500;

    /// <summary>Set when the logs may hold something that is not to wait for the next round.</summary>
    public Signal Wanted { get; } = new();

    readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>One log as one reader sees it: a ward reads it once for each of its units, with that unit's token.</summary>
    sealed record LogStream(string Source, string? Unit)
    {
        public string Key => Unit is null ? Source : $"{Source}/{Unit}";
    }

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
        await _one.WaitAsync(ct);
        try
        {
            var streams = await StreamsAsync(source, ct);
            var starts = await PositionsAsync(streams, ct);
            var reached = new ConcurrentDictionary<LogStream, long>();
            var failures = new ConcurrentQueue<Exception>();
            await Parallel.ForEachAsync(streams, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (stream, _) =>
            {
                try
                {
                    reached[stream] = await CatchUpAsync(stream, starts.GetValueOrDefault(stream.Key), ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    // One unit without a valid token must not hold up the others.
                    failures.Enqueue(e);
                }
            });
            await RememberAsync([.. reached.Where(one => one.Value > starts.GetValueOrDefault(one.Key.Key))], ct);
            if (failures.TryDequeue(out var failure))
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
        finally
        {
            _one.Release();
        }
    }

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
        readers is null ? [new(source, null)] : [.. (await readers.UnitsAsync(ct)).Select(unit => new LogStream(source, unit))];

    async Task<Dictionary<string, long>> PositionsAsync(IReadOnlyList<LogStream> streams, CancellationToken ct) =>
        (await database.ReadAsync(session => session.ListAsync<(string Stream, long Position)>(
            $"SELECT stream, position FROM caught_up WHERE {session.Dialect.In("stream", "@keys")}",
            new { keys = streams.Select(stream => stream.Key).ToArray() }), ct))
        .ToDictionary(row => row.Stream, row => row.Position);

    /// <returns>The position up to which all was handled.</returns>
    async Task<long> CatchUpAsync(LogStream stream, long start, CancellationToken ct)
    {
        var position = start;
        var complete = start;
        while (true)
        {
            var page = await PageAsync(stream, position, ct);
            var handled = true;
            foreach (var e in await UnhandledAsync(page, ct))
            {
                handled &= await TryHandleAsync(stream.Source, e, ct);
            }

            var wasComplete = complete == position;
            var isLast = page.Events.Count < PageSize;
            position = isLast ? page.HeadPosition : page.Events[^1].Position;
            complete = wasComplete && handled ? position : complete;
            if (isLast)
            {
                return complete;
            }

            await RememberAsync([new(stream, complete)], ct);
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

    Task RememberAsync(KeyValuePair<LogStream, long>[] positions, CancellationToken ct) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            """
            INSERT INTO caught_up (stream, position) VALUES (@Key, @Value)
            ON CONFLICT (stream) DO UPDATE SET position = excluded.position WHERE caught_up.position < excluded.position
            """, positions.Select(one => new { one.Key.Key, one.Value })), ct);

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
