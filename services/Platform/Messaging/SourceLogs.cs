using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;
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

/// <summary>One log as one reader sees it: a ward reads it once for each of its units, with that unit's token.</summary>
/// <param name="types">Names the types that are asked for: how far they were read says nothing about others.</param>
public sealed class LogStream(string source, string? unit, string types)
{
    /// <summary>So many are read at a time.</summary>
    public static readonly ParallelOptions Several = new() { MaxDegreeOfParallelism = 8 };

    long _reached;

    public string Source => source;

    public string? Unit => unit;

    public string Types => types;

    public string Key => unit is null ? source : $"{source}/{unit}";

    /// <summary>Held by the one who reads it: what he finds serves all who wait meanwhile.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>The source did not show it when it was read last: a fault of the sign-in in the unit's name, which no waiting mends.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Position up to which everything was handled, as far as this process knows. Set by who has the turn.</summary>
    public long Reached
    {
        get => Interlocked.Read(ref _reached);
        set => Interlocked.Exchange(ref _reached, value);
    }
}

/// <summary>
/// The logs of the other services as this one reads them: from which points on, and what is missing behind them. The broker may bring
/// events in any order, so the point up to which everything was handled is the only one that says what is missing.
/// </summary>
public sealed class SourceLogs<TDatabase>(
    TDatabase database, Inbox<TDatabase> inbox, Subscriptions<TDatabase> subscriptions, ServiceChannels channels, ITokenSource tokens,
    ILogger<SourceLogs<TDatabase>> logger, ILogReaders<TDatabase>? readers = null) where TDatabase : Database
{
    const int PageSize = 500;

    readonly ConcurrentDictionary<string, LogStream> _streams = new(StringComparer.Ordinal);

    /// <summary>The source's log, once for each unit in whose name it is read.</summary>
    public async Task<IReadOnlyList<LogStream>> StreamsAsync(string source, CancellationToken ct) =>
        readers is null ? [StreamOf(source, null)] : [.. (await readers.UnitsAsync(ct)).Select(unit => StreamOf(source, unit))];

    /// <summary>What of the source's log this caller may see.</summary>
    public async Task<IReadOnlyList<LogStream>> StreamsOfAsync(string source, Caller caller, CancellationToken ct) =>
        readers is null ? [StreamOf(source, null)] : [.. (await readers.UnitsOfAsync(caller, ct)).Select(unit => StreamOf(source, unit))];

    /// <summary>Up to where everything was handled, as the last rounds wrote it down, by key.</summary>
    public async Task<Dictionary<string, long>> PositionsAsync(IReadOnlyList<LogStream> streams, CancellationToken ct) =>
        (await database.ReadAsync(session => session.ListAsync<(string Stream, long Position)>(
            $"SELECT stream, position FROM caught_up WHERE {session.Dialect.In("stream", "@keys")} AND {session.Dialect.In("types", "@types")}",
            new { keys = streams.Select(stream => stream.Key).ToArray(), types = streams.Select(stream => stream.Types).Distinct().ToArray() }), ct))
        .ToDictionary(row => row.Stream, row => row.Position);

    /// <summary>Handles what is missing behind a position, to the end of the log or until enough is handled without a gap.</summary>
    /// <returns>Where the log ended when it was read last.</returns>
    public async Task<long> ReadOnAsync(LogStream stream, long start, long enough, CancellationToken ct)
    {
        var position = stream.Reached = Math.Max(stream.Reached, start);
        var begins = true;
        while (true)
        {
            var page = await PageAsync(stream, position, ct);
            if (begins && position + 1 < page.OldestPosition)
            {
                SayCondensed(stream, position, page.OldestPosition);
            }

            begins = false;
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

    /// <summary>The same from where another replica has come to, if that is farther. How far it comes is for the next round to write down.</summary>
    public async Task<long> ReadOnAsync(LogStream stream, long position, CancellationToken ct) =>
        await ReadOnAsync(stream, (await PositionsAsync([stream], ct)).GetValueOrDefault(stream.Key), position, ct);

    /// <summary>Writes down how far they were read.</summary>
    public Task RememberAsync(LogStream[] streams, CancellationToken ct) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            """
            INSERT INTO caught_up (stream, types, position) VALUES (@Key, @Types, @Reached)
            ON CONFLICT (stream, types) DO UPDATE SET position = excluded.position WHERE caught_up.position < excluded.position
            """, streams.Select(stream => new { stream.Key, stream.Types, stream.Reached })), ct);

    // Nothing of it was handled here before, so nothing is missed: the last state of everything is what a new reader needs.
    void SayCondensed(LogStream stream, long position, long oldest)
    {
        if (position == 0)
        {
            CatchUpLog.BeginsCondensed(logger, database.Service, stream.Key, oldest);
        }
        else
        {
            CatchUpLog.HistoryLost(logger, database.Service, stream.Key, position, oldest);
        }
    }

    /// <summary>Events that the source's log holds whole, and that this service takes and has not handled.</summary>
    public async Task<long> CountMissingAsync(string source, CancellationToken ct)
    {
        var missing = new HashSet<Guid>();
        foreach (var stream in await StreamsAsync(source, ct))
        {
            for (var position = 0L; await PageAsync(stream, position, ct) is { Events.Count: > 0 } page;
                position = Math.Max(page.Events[^1].Position, page.OldestPosition - 1))
            {
                // Whether what was condensed was ever handled, nobody knows any more.
                missing.UnionWith((await UnhandledAsync(page, ct)).Where(e => e.Position >= page.OldestPosition).Select(e => Guid.Parse(e.Id)));
            }
        }

        return missing.Count;
    }

    LogStream StreamOf(string source, string? unit)
    {
        var stream = new LogStream(source, unit, Fingerprint(TypesOf(source)));
        return _streams.GetOrAdd(stream.Key, stream);
    }

    IEnumerable<string> TypesOf(string source) =>
        subscriptions.All.Select(one => one.EventName).Where(name => EventCatalog.ServiceOf(name) == source);

    static string Fingerprint(IEnumerable<string> types) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', types.Order(StringComparer.Ordinal))))[..8]);

    async Task<ListEventsResponse> PageAsync(LogStream stream, long after, CancellationToken ct)
    {
        var token = await tokens.GetAsync(stream.Unit is null ? Roles.Supervisor : Roles.Ward, stream.Unit, ct);
        var request = new ListEventsRequest { AfterPosition = after, PageSize = PageSize, WithCondensed = true };
        request.Types_.AddRange(TypesOf(stream.Source));
        // With 103 units it would be nearly all that the traces show.
        using var untraced = SuppressInstrumentationScope.Begin();
        try
        {
            var page = await new EventLogService.EventLogServiceClient(channels.To(stream.Source))
                .ListEventsAsync(request, new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: ct);
            stream.IsRefused = false;
            return page;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated)
        {
            stream.IsRefused = true;
            throw;
        }
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
            CatchUpLog.EventFailed(logger, database.Service, e.Type, e.Id, exception);
            return false;
        }
    }
}
