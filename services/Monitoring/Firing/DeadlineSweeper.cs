using CanThoGov.Contracts;
using CanThoGov.Monitoring.Clock;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace CanThoGov.Monitoring.Firing;

/// <summary>
/// Fires each rung when its time has come, late but once if nobody was there then, and sleeps until the next one. Any number of replicas
/// share the work; with a simulated clock there is one.
/// </summary>
public sealed partial class DeadlineSweeper(
    LadderStore ladders, ClockGuard guard, Canary canary, DeadlineMetrics metrics, ClockFollower follower, CatchUp<MonitoringDatabase> catchUp,
    BusinessClock<MonitoringDatabase> clock, TimeProvider time, IOptions<DeadlineOptions> options, ILogger<DeadlineSweeper> logger)
    : BackgroundService
{
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = RetryInterval;
                try
                {
                    if (clock.IsSimulated || await guard.IsTrustedAsync(stoppingToken))
                    {
                        await SweepAsync(stoppingToken);
                        await canary.FireAsync(stoppingToken);
                        wait = await UntilNextAsync(stoppingToken);
                    }

                    await MeasureAsync(stoppingToken);
                }
                catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.CityIsAway(logger, e.StatusCode, e.Status.Detail);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.SweepFailed(logger, e);
                }

                await ladders.Changed.WaitAsync(wait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    async Task SweepAsync(CancellationToken ct)
    {
        await ladders.RefreshAsync(ct);
        var (revision, now) = (clock.Revision, clock.Now);
        var behind = await follower.IsBehindAsync(revision, ct);
        if (behind || await ladders.NextAsync(ct) <= now)
        {
            // Nobody is said to be late before it is known what the city had received by now: also after a downtime, and at the first start.
            await catchUp.CatchUpAsync(EventCatalog.City, ct);
            if (clock.Revision != revision)
            {
                return;   // The clock moved, and has set the signal: begin again.
            }

            await ladders.RefreshAsync(ct);
            await ladders.FireAsync(now, ct, marksLate: !clock.IsSimulated);
            if (behind)
            {
                await follower.SayFollowedAsync(revision, ct);
            }
        }
    }

    async Task MeasureAsync(CancellationToken ct)
    {
        var now = clock.Now;
        var (pending, oldest) = await ladders.CountPendingAsync(now, ct);
        metrics.Left(pending, now - (oldest ?? now));
    }

    /// <summary>Until the next rung or the canary, at most for the longest sleep; an earlier rung sets the signal.</summary>
    async Task<TimeSpan> UntilNextAsync(CancellationToken ct)
    {
        var longest = options.Value.LongestSleep;
        if (await canary.FindAsync(ct) is { } state)
        {
            longest = Least(longest, state.FireAt - time.GetUtcNow());
        }

        if (!clock.IsSimulated && await ladders.NextAsync(ct) is { } next)
        {
            longest = Least(longest, next - clock.Now);
        }

        // Not at once, if another replica is firing it just now.
        return longest > TimeSpan.FromMilliseconds(20) ? longest : TimeSpan.FromMilliseconds(20);
    }

    static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    static partial class Log
    {
        [LoggerMessage(4002, LogLevel.Warning, "No deadline fires before the city's log can be read, which is tried again: {Code}, {Reason}")]
        public static partial void CityIsAway(ILogger logger, StatusCode code, string reason);

        [LoggerMessage(4001, LogLevel.Error, "The deadlines could not be swept; it is tried again.")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
