using System.Globalization;
using CanThoGov.Platform.Data;
using CanThoGov.Protos.Events.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Messaging;

/// <summary>A piece of a log without a gap, from behind <paramref name="after"/> on. Never changes; a longer one follows it.</summary>
public sealed class LogSegment(long after, Event[] events)
{
    readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Position before its first event.</summary>
    public long After => after;

    /// <summary>Position of its last event.</summary>
    public long Head => after + events.Length;

    /// <summary>Done when there is a newer one.</summary>
    public Task Followed => _followed.Task;

    /// <summary>The first event behind a position, which must lie within, that the filter lets through; null if there is none.</summary>
    public Event? Next(long position, EventFilter filter)
    {
        for (var i = position - after; i < events.Length; i++)
        {
            if (filter.Matches(events[i]))
            {
                return events[i];
            }
        }

        return null;
    }

    /// <summary>This and what comes behind it, without the oldest of it if it grows beyond a limit. What does not join on begins anew.</summary>
    public LogSegment With(IEnumerable<Event> more, int maxEvents, long maxCharacters)
    {
        var (first, all) = (after + 1, new List<Event>(events));
        foreach (var e in more)
        {
            if (e.Position != first + all.Count)
            {
                (first, all) = (e.Position, []);
            }

            all.Add(e);
        }

        var keep = 0;
        for (var room = maxCharacters; keep < Math.Min(all.Count, maxEvents) && (room -= all[^(keep + 1)].Data.Length) >= 0; keep++)
        {
        }

        return new(first - 1 + all.Count - keep, [.. all.TakeLast(keep)]);
    }

    public void Follow() => _followed.SetResult();
}

/// <summary>
/// The end of a service's log, read once for all who watch it: what they cost the database does not depend on how many they are. A commit in
/// this process wakes it, one in another process through PostgreSQL's NOTIFY; should that fail, it looks by itself each second. While nobody
/// watches it reads nothing.
/// </summary>
public sealed partial class LogTail<TDatabase>(TDatabase database, IOptions<WatchOptions> options, ILogger<LogTail<TDatabase>> logger)
    : BackgroundService where TDatabase : Database
{
    const int PageSize = 500;
    const long MaxCharacters = 8 * 1024 * 1024;
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    readonly string _channel = "event_log_" + database.Service;
    volatile LogSegment _now = new(0, []);
    int _watchers;
    long _told;

    /// <summary>What was read last.</summary>
    public LogSegment Now => _now;

    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>The tail is read until it is left as often as it was joined.</summary>
    /// <returns>How many watch now.</returns>
    public int Join()
    {
        var watchers = Interlocked.Increment(ref _watchers);
        database.Appended.Set();
        return watchers;
    }

    public void Leave() => Interlocked.Decrement(ref _watchers);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RepeatAsync(FollowAsync, stoppingToken), RepeatAsync(ListenAsync, stoppingToken));

    async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await work(ct);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.Failed(logger, database.Service, e);
                await Task.Delay(RetryInterval, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    Task ListenAsync(CancellationToken ct) => database.ListenAsync(_channel, payload =>
    {
        if (long.Parse(payload, CultureInfo.InvariantCulture) > _now.Head)
        {
            database.Appended.Set();
        }
    }, ct);

    async Task FollowAsync(CancellationToken ct)
    {
        var isFollowing = false;
        while (true)
        {
            var isMore = false;
            if (Watchers == 0)
            {
                isFollowing = false;
            }
            else
            {
                if (!isFollowing)
                {
                    await TakeUpAsync(ct);
                    isFollowing = true;
                }

                isMore = await ReadAsync(ct);
            }

            await TellOthersAsync(ct);
            if (!isMore)
            {
                await database.Appended.WaitAsync(isFollowing ? options.Value.PollInterval : Timeout.InfiniteTimeSpan, ct);
            }
        }
    }

    /// <summary>After a time without readers: what would fall out of memory at once is not read.</summary>
    async Task TakeUpAsync(CancellationToken ct)
    {
        var head = await database.ReadAsync(EventLog.HeadAsync, ct);
        if (head - _now.Head > options.Value.TailEvents)
        {
            Become(new(head, []));
        }
    }

    async Task<bool> ReadAsync(CancellationToken ct)
    {
        var page = await database.ReadAsync(session => EventLog.ReadAsync(session, _now.Head, long.MaxValue, PageSize, null), ct);
        if (page.Count > 0)
        {
            Become(_now.With(page.Select(e => e.ToProto(database.Service)), options.Value.TailEvents, MaxCharacters));
        }

        return page.Count == PageSize;
    }

    void Become(LogSegment next)
    {
        var before = _now;
        _now = next;
        before.Follow();
    }

    // After the commits, and once for many of them: a NOTIFY within a transaction would make all commits of the server wait for each other.
    async Task TellOthersAsync(CancellationToken ct)
    {
        var last = database.LastPosition;
        if (last > _told)
        {
            await database.NotifyAsync(_channel, last.ToString(CultureInfo.InvariantCulture), ct);
            _told = last;
        }
    }

    static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "The end of the log of {Service} could not be followed; it is tried again.")]
        public static partial void Failed(ILogger logger, string service, Exception exception);
    }
}
