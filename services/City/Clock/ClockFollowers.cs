using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.City.Clock;

/// <summary>Which revision of the simulated clock each other service shows.</summary>
public sealed class ClockFollowers : IEventHandler<MonitoringClockFollowed>, IEventHandler<WardClockFollowed>
{
    public Task HandleAsync(MonitoringClockFollowed e, Transaction transaction) => RecordAsync("monitoring", e.Version, transaction);

    public Task HandleAsync(WardClockFollowed e, Transaction transaction) => RecordAsync("ward", e.Version, transaction);

    /// <summary>The revision that every follower shows; 0 while one has not followed yet.</summary>
    public async Task<long> RevisionAsync(Session session)
    {
        var revisions = await session.ListAsync<long>("SELECT revision FROM clock_followers");
        return revisions.Count == 2 ? revisions.Min() : 0;
    }

    static Task RecordAsync(string service, long revision, Transaction transaction) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO clock_followers (service, revision) VALUES (@service, @revision)
            ON CONFLICT (service) DO UPDATE SET revision = excluded.revision WHERE clock_followers.revision < excluded.revision
            """, new { service, revision });
}
