using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Ward.Clock;

/// <summary>Moves this service's clock with the city's.</summary>
public sealed class ClockAdvancedHandler(BusinessClock<WardDatabase> clock) : IEventHandler<ClockAdvanced>
{
    public async Task HandleAsync(ClockAdvanced e, Transaction transaction)
    {
        await clock.MoveAsync(transaction, e.Now, e.Version);
        await Journal.AddAsync(transaction, e);
    }
}

/// <summary>Monitoring has published everything due by that revision: <see cref="ClockFollower"/> can take it in and follow.</summary>
public sealed class MonitoringClockFollowedHandler(ClockFollowing following) : IEventHandler<MonitoringClockFollowed>
{
    public async Task HandleAsync(MonitoringClockFollowed e, Transaction transaction)
    {
        await following.MonitoringFollowedAsync(transaction, e.Version);
        await Journal.AddAsync(transaction, e);
    }
}

/// <summary>How far monitoring has followed the clock, and this service after it.</summary>
public sealed class ClockFollowing
{
    /// <summary>Set when monitoring has followed.</summary>
    public Signal Changed { get; } = new();

    public async Task MonitoringFollowedAsync(Transaction transaction, long revision)
    {
        await transaction.ExecuteAsync(
            "UPDATE clock_following SET monitoring_revision = @revision WHERE monitoring_revision < @revision", new { revision });
        transaction.OnCommitted(Changed.Set);
    }

    /// <returns>The revision that this service has to follow; null if it has followed all.</returns>
    public Task<long?> FindPendingAsync(Session session) =>
        session.FindAsync<long?>("SELECT monitoring_revision FROM clock_following WHERE monitoring_revision > followed_revision");

    /// <summary>Says so once.</summary>
    public async Task FollowedAsync(Transaction transaction, long revision)
    {
        if (await transaction.ExecuteAsync(
            "UPDATE clock_following SET followed_revision = @revision WHERE followed_revision < @revision", new { revision }) == 1)
        {
            transaction.Publish(new WardClockFollowed(revision));
        }
    }
}

/// <summary>
/// Behind monitoring: reads what city and monitoring published up to a revision of the clock, then says that the ward service has
/// followed. What is to be followed is stored, so a restart goes on with it.
/// </summary>
public sealed partial class ClockFollower(
    WardDatabase database, ClockFollowing following, CatchUp<WardDatabase> catchUp, BusinessClock<WardDatabase> clock,
    IOptions<CatchUpOptions> options, TimeProvider time, ILogger<ClockFollower> logger) : BackgroundService
{
    static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await database.ReadAsync(following.FindPendingAsync, stoppingToken) is { } revision)
                {
                    await FollowAsync(revision, stoppingToken);
                }
                else
                {
                    await following.Changed.WaitAsync(PollInterval, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.CannotFollow(logger, e is RpcException ? LogLevel.Information : LogLevel.Error, e);
                await Task.Delay(options.Value.RetryInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task FollowAsync(long revision, CancellationToken ct)
    {
        await catchUp.CatchUpAsync(EventCatalog.City, ct);
        await catchUp.CatchUpAsync(EventCatalog.Monitoring, ct);
        if (clock.Revision < revision)
        {
            throw new InvalidOperationException($"The clock shows revision {clock.Revision}, monitoring followed {revision}.");
        }

        await database.InTransactionAsync(transaction => following.FollowedAsync(transaction, revision), ct);
    }

    static partial class Log
    {
        [LoggerMessage(EventId = 3101, Message = "The ward service cannot follow the clock yet; it is tried again.")]
        public static partial void CannotFollow(ILogger logger, LogLevel level, Exception exception);
    }
}
