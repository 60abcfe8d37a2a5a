using System.Diagnostics.Metrics;
using System.Globalization;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>What a reader of a stream asks for.</summary>
/// <param name="After">Position that its resume token gives; null without one.</param>
/// <param name="FromOldest">Without a token: from the oldest event on, not from now on.</param>
/// <param name="TokenFilters">What its resume tokens are good for.</param>
public sealed record WatchRequest(EventFilter Filter, long? After, bool FromOldest, string[] TokenFilters);

/// <summary>
/// Streams a service's log over gRPC. Catching up and going on are one loop: a reader has a position and nothing else. Behind the tail it reads
/// pages from the database, within the tail it takes one event after the other from memory; each is written before the next is fetched.
/// So the memory is bounded however slow a reader is, and none waits for another.
/// </summary>
public sealed class EventWatch<TDatabase> : IDisposable where TDatabase : Database
{
    public const string WatchersMetric = "canthogov.watch.watchers";
    public const string TooSlowMetric = "canthogov.watch.too_slow";

    /// <summary>Where a stream that the service ends says how to go on, besides in the metadata of its error.</summary>
    public const string ResumeTokenTrailer = "resume-token";

    // Positions that one statement looks at, so that a rare type in a long log does not hold a connection for long, and events that it returns.
    const int Stride = 2_000;
    const int PageSize = 50;

    // What a reader holds of a page while it waits; a larger event comes alone.
    const int PageCharacters = 64 * 1024;

    readonly Meter _meter = new(PlatformTelemetry.SourceName);
    readonly Counter<long> _tooSlow;
    readonly SemaphoreSlim _reads;
    readonly KeyValuePair<string, object?> _tag;
    readonly TDatabase _database;
    readonly LogTail<TDatabase> _tail;
    readonly WatchOptions _options;
    readonly TimeSpan _clockSkew;
    readonly CancellationToken _stopping;
    readonly TimeProvider _time;

    public EventWatch(
        TDatabase database, LogTail<TDatabase> tail, IOptions<WatchOptions> options, IOptions<AuthOptions> auth,
        IHostApplicationLifetime lifetime, TimeProvider time)
    {
        (_database, _tail, _options, _clockSkew, _stopping, _time) =
            (database, tail, options.Value, auth.Value.ClockSkew, lifetime.ApplicationStopping, time);
        _reads = new(_options.ConcurrentReads);
        _tag = new("canthogov.service", database.Service);
        _tooSlow = _meter.CreateCounter<long>(TooSlowMetric, "{stream}", "Streams that were ended because their reader was too slow");
        _meter.CreateObservableUpDownCounter(
            WatchersMetric, () => new Measurement<int>(tail.Watchers, _tag), "{stream}", "Streams that are open");
    }

    /// <summary>Reads the fields of a request for any events, with errors for <c>resume_token</c>, <c>types</c> and <c>unit</c>.</summary>
    public WatchRequest Parse(
        Caller caller, string resumeToken, bool fromOldest, IReadOnlyList<string> types, string unit, FieldErrors errors)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (EventCatalog.FindType(types[i]) is null || EventCatalog.ServiceOf(types[i]) != _database.Service)
            {
                errors.Add($"types[{i}]", $"is no event type of the {_database.Service} service");
            }
        }

        var filter = EventFilter.Of(caller, types, unit, errors);
        return Request(filter, resumeToken, fromOldest, ["watch", _database.Service, string.Join(',', filter.Types), filter.Unit], errors);
    }

    /// <summary>
    /// Reads the fields of a request for what a stream of its own shows, with errors for <c>resume_token</c> and <c>unit</c>. Its types may
    /// become more with a newer release; a token is good for them all the same.
    /// </summary>
    public WatchRequest Parse(
        string stream, Caller caller, string resumeToken, bool fromOldest, IEnumerable<Type> types, string unit, FieldErrors errors)
    {
        var filter = EventFilter.Of(caller, types.Select(EventCatalog.NameOf), unit, errors);
        return Request(filter, resumeToken, fromOldest, [stream, _database.Service, filter.Unit], errors);
    }

    static WatchRequest Request(EventFilter filter, string resumeToken, bool fromOldest, string[] tokenFilters, FieldErrors errors)
    {
        var cursor = resumeToken.Length == 0 ? null : CursorToken.Cursor(resumeToken, tokenFilters);
        if (resumeToken.Length > 0 && cursor is null)
        {
            errors.Add("resume_token", "is not a resume token of this service with these filters");
        }

        return new(filter, cursor is null ? null : long.Parse(cursor, CultureInfo.InvariantCulture), fromOldest, tokenFilters);
    }

    /// <summary>Writes events, and resume tokens when there are none, until the reader leaves or has to be ended.</summary>
    /// <param name="map">Makes a response of an event, null for none, and the resume token behind it.</param>
    public async Task RunAsync<TResponse>(
        WatchRequest request, IServerStreamWriter<TResponse> responses, Func<Event?, string, TResponse> map, ServerCallContext context)
    {
        try
        {
            if (_tail.Join() > _options.MaxWatchers)
            {
                throw new DomainException(StatusCode.ResourceExhausted, "TOO_MANY_WATCHERS",
                    $"{_options.MaxWatchers} streams are open, more are not served here. Repeat the call later.")
                { RetryAfter = TimeSpan.FromSeconds(5) }.With("max_watchers", _options.MaxWatchers);
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stopping);
            if (Caller.ExpiryOf(context) is { } expiry)
            {
                var left = expiry + _clockSkew - _time.GetUtcNow();
                ended.CancelAfter(TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds, 0, int.MaxValue)));
            }

            var start = await StartAsync(request, context.CancellationToken);
            await new Watcher<TResponse>(this, request, start, responses, map, context, ended.Token).RunAsync();
        }
        finally
        {
            _tail.Leave();
        }
    }

    Task<long> StartAsync(WatchRequest request, CancellationToken ct) => _database.ReadAsync(async session =>
    {
        // Not by the tail, which may not have read yet what another replica's token tells of.
        var head = await EventLog.HeadAsync(session);
        if (request.After is not { } after)
        {
            return request.FromOldest ? await EventLog.OldestAsync(session) - 1 : head;
        }

        if (after > head)
        {
            throw new DomainException(StatusCode.OutOfRange, "RESUME_TOKEN_AHEAD",
                $"The token is from position {after}, the log ends at {head}: it was restored, or is another one. " +
                "Begin to watch anew without a token, then read the resources once.").With("position", after).With("head_position", head);
        }

        await EventLog.RequireAsync(session, after);
        return after;
    }, ct);

    async Task<(LoggedEvent[] Events, long UpTo)> PageAsync(EventFilter filter, long after, long head, CancellationToken ct)
    {
        await _reads.WaitAsync(ct);
        try
        {
            return await _database.ReadAsync(async session =>
            {
                var upTo = Math.Min(head, after + Stride);
                var events = await EventLog.ReadAsync(session, after, upTo, PageSize, filter);
                await EventLog.RequireAsync(session, after);
                var room = PageCharacters;
                LoggedEvent[] page = [.. events.TakeWhile((e, i) => (room -= e.Body.Length) >= 0 || i == 0)];
                return (page, page.Length == PageSize || page.Length < events.Count ? page[^1].Position : upTo);
            }, ct);
        }
        finally
        {
            _reads.Release();
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _reads.Dispose();
    }

    /// <summary>One stream.</summary>
    sealed class Watcher<TResponse>(
        EventWatch<TDatabase> watch, WatchRequest request, long position, IServerStreamWriter<TResponse> responses,
        Func<Event?, string, TResponse> map, ServerCallContext context, CancellationToken ended)
    {
        // Behind what was read or passed over.
        long _position = position;
        long _written;

        TimeSpan UntilHeartbeat => watch._options.HeartbeatInterval - watch._time.GetElapsedTime(_written);

        string Token => CursorToken.Of(_position.ToString(CultureInfo.InvariantCulture), request.TokenFilters);

        public async Task RunAsync()
        {
            try
            {
                await WriteAsync(null);
                while (true)
                {
                    ended.ThrowIfCancellationRequested();   // a reader that never has to wait is ended as well
                    await StepAsync(watch._tail.Now);
                    if (UntilHeartbeat <= TimeSpan.Zero)
                    {
                        await WriteAsync(null);
                    }
                }
            }
            catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
            {
                throw Ending(watch._stopping.IsCancellationRequested
                    ? DomainException.Unavailable("SERVICE_STOPPING", "The service is stopping. Call again with the resume token.")
                    : new DomainException(StatusCode.Unauthenticated, TokenErrors.Invalid,
                        "The bearer token has expired. Call again with a new one and the resume token."));
            }
        }

        async Task StepAsync(LogSegment tail)
        {
            if (_position >= tail.Head)
            {
                var wait = UntilHeartbeat > TimeSpan.Zero ? UntilHeartbeat : TimeSpan.Zero;
                await tail.Followed.WaitAsync(wait, watch._time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (_position >= tail.After)
            {
                var e = tail.Next(_position, request.Filter);
                _position = e?.Position ?? tail.Head;
                if (e is not null)
                {
                    await WriteAsync(e);
                }
            }
            else
            {
                var (events, upTo) = await watch.PageAsync(request.Filter, _position, tail.Head, ended);
                foreach (var e in events)
                {
                    _position = e.Position;
                    await WriteAsync(e.ToProto(watch._database.Service));
                }

                _position = upTo;
            }
        }

        async Task WriteAsync(Event? e)
        {
            // Not with a token: a write that is cancelled takes the whole call with it, and the reader would not learn why.
            var write = responses.WriteAsync(map(e, Token));
            await write.WaitAsync(watch._options.WriteLimit, watch._time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!write.IsCompleted)
            {
                ended.ThrowIfCancellationRequested();
                watch._tooSlow.Add(1, watch._tag);
                throw Ending(new DomainException(StatusCode.ResourceExhausted, "READER_TOO_SLOW",
                    $"A response waited {watch._options.WriteLimit.TotalSeconds:0.#} s for its reader. Call again with the resume token."));
            }

            await write;
            _written = watch._time.GetTimestamp();
        }

        // The response that waits stands before the status in the stream: who reads on gets it first, and goes on behind it.
        DomainException Ending(DomainException refusal)
        {
            context.ResponseTrailers.Add(ResumeTokenTrailer, Token);
            return refusal.With("resume_token", Token);
        }
    }
}

public static class EventWatchSetup
{
    /// <summary>Lets a service stream its log.</summary>
    public static void AddEventWatch<TDatabase>(this IHostApplicationBuilder builder) where TDatabase : Database
    {
        builder.Services.AddOptions<WatchOptions>().BindConfiguration(WatchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LogTail<TDatabase>>().AddSingleton<EventWatch<TDatabase>>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LogTail<TDatabase>>());
    }
}
