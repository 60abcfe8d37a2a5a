using CanThoGov.Contracts;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Postgres")]
public sealed class RacingSweeperTests : IClassFixture<PostgresDatabase<MonitoringDatabase>>
{
    readonly PostgresDatabase<MonitoringDatabase> _database;

    public RacingSweeperTests(PostgresDatabase<MonitoringDatabase> database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _database = database;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fire_FourReplicasWhileEventsComeIn_SaysEachThingOnceInOrder()
    {
        var replicas = Enumerable.Range(0, 4).Select(_ => new MonitoringReplica(_database.Database.Options)).ToArray();
        try
        {
            await replicas[0].UseShortLadderAsync();
            await replicas[0].TakeAsync(Published(), CalendarId);
            var assignments = Enumerable.Range(0, 600).Select(i => Some.Assignment(At("2026-02-13").AddMinutes(i))).ToArray();
            await Parallel.ForEachAsync(assignments, Ct, async (assignment, _) => await replicas[0].TakeAsync(assignment.Issued()));

            // Beside the sweepers, handlers rewrite the same rows.
            var fired = 0;
            var sweeping = replicas.Select(async replica =>
            {
                for (var i = 0; i < 20; i++)
                {
                    Interlocked.Add(ref fired, await replica.FireAsync(At("2026-12-01")));
                }
            });
            var handling = assignments.Chunk(150).Zip(replicas, async (own, replica) =>
            {
                foreach (var assignment in own)
                {
                    await replica.TakeAsync(assignment.Acknowledged(At("2026-01-06")), assignment.Reported(10, At("2026-01-07")));
                }
            });
            await Task.WhenAll(sweeping.Concat(handling));
            Interlocked.Add(ref fired, await replicas[0].FireAsync(At("2026-12-01")));

            Assert.Equal(3 * assignments.Length, fired);
            foreach (var assignment in assignments)
            {
                var events = await replicas[0].PublishedAsync(assignment.Id);
                Assert.Equal([1L, 2L, 3L], events.Select(e => e.Version));
                Assert.Equal(["deadline-due-soon", "deadline-missed", "deadline-escalated"],
                    events.Select(e => EventCatalog.ShortNameOf(EventCatalog.NameOf(e.GetType()))));
            }
        }
        finally
        {
            foreach (var replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }
    }
}
