using CanThoGov.Contracts;
using CanThoGov.Monitoring.Clock;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;
using Grpc.Core;

namespace CanThoGov.Monitoring.Deadlines;

/// <summary>
/// Fires each rung when its time has come, late but once if nobody was there then. Any number of replicas share the work; with a
/// simulated clock there is one.
/// </summary>
public sealed partial class DeadlineSweeper(
    LadderStore ladders, ClockFollower follower, CatchUp<MonitoringDatabase> catchUp, BusinessClock<MonitoringDatabase> clock,
    ILogger<DeadlineSweeper> logger) : BackgroundService
{
    // Rungs that another replica set up are found by looking.
    static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = PollInterval;
                try
                {
                    await SweepAsync(stoppingToken);
                    wait = await UntilNextAsync(stoppingToken);
                }
                catch (RpcException) when (!stoppingToken.IsCancellationRequested)
                {
                    // The city is away; catching up has logged it.
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
        if (!behind && !(await ladders.NextAsync(ct) <= now))
        {
            return;
        }

        // Nobody is said to be late before it is known what the city had received by now: also after a downtime, and at the first start.
        await catchUp.CatchUpAsync(EventCatalog.City, ct);
        if (clock.Revision != revision)
        {
            return;   // The clock moved, and has set the signal: begin again.
        }

        await ladders.RefreshAsync(ct);
        await ladders.FireAsync(now, ct);
        if (behind)
        {
            await follower.SayFollowedAsync(revision, ct);
        }
    }

    async Task<TimeSpan> UntilNextAsync(CancellationToken ct)
    {
        if (clock.IsSimulated || await ladders.NextAsync(ct) is not { } next)
        {
            return PollInterval;
        }

        // Not at once, if another replica is firing it just now.
        return TimeSpan.FromMilliseconds(Math.Clamp((next - clock.Now).TotalMilliseconds, 20, PollInterval.TotalMilliseconds));
    }

    static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Error, "The deadlines could not be swept; it is tried again.")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
