using CanThoGov.Contracts.Registers;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;

namespace CanThoGov.Monitoring.Clock;

/// <summary>Takes the simulated clock from the city, and says when everything due by then has fired.</summary>
public sealed class ClockFollower(MonitoringDatabase database, BusinessClock<MonitoringDatabase> clock, LadderStore ladders)
    : IEventHandler<ClockAdvanced>
{
    public async Task HandleAsync(ClockAdvanced e, Transaction transaction)
    {
        await ActivityLog.AppendAsync(transaction, e);
        await clock.MoveAsync(transaction, e.Now, e.Version);
        transaction.OnCommitted(ladders.Changed.Set);
    }

    /// <summary>Whether it still has to be said for this revision; survives a restart.</summary>
    public async Task<bool> IsBehindAsync(long revision, CancellationToken ct) =>
        revision > 0 && revision > await database.ReadAsync(session => session.SingleAsync<long>("SELECT revision FROM clock_followed"), ct);

    public Task SayFollowedAsync(long revision, CancellationToken ct) => database.InTransactionAsync(async transaction =>
    {
        if (await transaction.ExecuteAsync("UPDATE clock_followed SET revision = @revision WHERE revision < @revision", new { revision }) == 1)
        {
            transaction.Publish(new MonitoringClockFollowed(revision));
        }
    }, ct);
}
