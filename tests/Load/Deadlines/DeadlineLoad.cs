using CanThoGov.Load.Peers;

namespace CanThoGov.Load.Deadlines;

/// <summary>Measures how quickly deadlines fire, alone and beside Quartz.NET on the same server.</summary>
static class DeadlineLoad
{
    const int Rounds = 5;
    static readonly TimeSpan Spread = TimeSpan.FromSeconds(60);

    // Two ways to set Quartz up for many triggers that are due at once; the quicker one counts.
    static readonly QuartzSettings[] ForQuartz = [new(16, 16), new(64, 64)];

    public static async Task<int> RunAsync(int open, int due, bool json, CancellationToken ct)
    {
        var server = await Server.DescribeAsync(ct);
        await using var city = await CityLog.StartAsync(ct);
        Progress.Say($"Filling: {due:N0} open deadlines.");
        await using var small = await OpenDeadlines.CreateAsync("deadlines_small", due, city, ct);
        Progress.Say($"Filling: {open:N0} open deadlines.");
        await using var large = await OpenDeadlines.CreateAsync("deadlines_large", open, city, ct);

        Progress.Say("Warming up.");
        await FireAsync(small, due, TimeSpan.Zero, 1, city, ct);
        await FireAsync(large, due, TimeSpan.Zero, 1, city, ct);

        // In turns, so that whatever disturbs the machine disturbs both.
        List<Measured> ofSmall = [], ofLarge = [];
        for (var round = 1; round <= Rounds; round++)
        {
            ofSmall.Add(await FireAsync(small, due, TimeSpan.Zero, 1, city, ct));
            ofLarge.Add(await FireAsync(large, due, TimeSpan.Zero, 1, city, ct));
            Progress.Say($"Round {round}: {ofSmall[^1].FiresPerSecond:F0} fires/s of {small.Count:N0} open, {ofLarge[^1].FiresPerSecond:F0} of {large.Count:N0}.");
        }

        foreach (var statement in await large.Database.DearestAsync(ct))
        {
            Progress.Say(statement);
        }

        var two = await FireAsync(large, due, TimeSpan.Zero, 2, city, ct);
        var four = await FireAsync(large, due, TimeSpan.Zero, 4, city, ct);
        Progress.Say($"Over {Spread.TotalSeconds:F0} s.");
        var spread = await FireAsync(large, due, Spread, 1, city, ct);

        await using var quartz = await QuartzPeer.CreateAsync(ct);
        var byQuartz = new List<(QuartzSettings Settings, Measured Measured)>();
        foreach (var settings in ForQuartz)
        {
            Progress.Say($"Quartz.NET, {settings}: storing {due:N0} triggers.");
            byQuartz.Add((settings, await quartz.FireAsync(due, settings, ct)));
            Progress.Say($"Quartz.NET, {settings}: {byQuartz[^1].Measured.FiresPerSecond:F0} fires/s.");
        }

        new DeadlineReport(
            server, open, due, Rounds, Measured.MedianOf(ofSmall), Measured.MedianOf(ofLarge), two, four, spread, byQuartz).Print(json);
        return 0;
    }

    static async Task<Measured> FireAsync(
        OpenDeadlines deadlines, int due, TimeSpan over, int replicas, CityLog city, CancellationToken ct)
    {
        await deadlines.Database.TidyAsync(ct);
        var head = await deadlines.HeadAsync(ct);
        var at = await MakeDueSoonAsync(deadlines, due, over, ct);
        var sweepers = Enumerable.Range(0, replicas).Select(_ => new Replica(deadlines.Database.Settings, city)).ToArray();
        try
        {
            foreach (var sweeper in sweepers)
            {
                await sweeper.StartSweepingAsync(ct);
            }

            await UntilAsync(at - TimeSpan.FromMilliseconds(200), ct);
            await deadlines.Database.StartCountingAsync(ct);
            var limit = at + over + TimeSpan.FromMinutes(5);
            while (await deadlines.HeadAsync(ct) < head + due)
            {
                if (TimeProvider.System.GetUtcNow() > limit)
                    throw new TimeoutException($"Only {await deadlines.HeadAsync(ct) - head} of {due} deadlines fired until {limit:O}.");
                await Task.Delay(20, ct);
            }

            return await deadlines.ReadAsync(head, at, await deadlines.Database.CountAsync(ct), ct);
        }
        finally
        {
            foreach (var sweeper in sweepers)
            {
                await sweeper.DisposeAsync();
            }
        }
    }

    /// <returns>When the first is due: late enough that all are there and the sweepers run by then.</returns>
    static async Task<DateTimeOffset> MakeDueSoonAsync(OpenDeadlines deadlines, int due, TimeSpan over, CancellationToken ct)
    {
        for (var lead = TimeSpan.FromSeconds(6); ; lead *= 2)
        {
            var now = TimeProvider.System.GetUtcNow();
            var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)) + lead;
            await deadlines.MakeDueAsync(due, at, over, ct);
            if (TimeProvider.System.GetUtcNow() < at.AddSeconds(-3))
                return at;
        }
    }

    static async Task UntilAsync(DateTimeOffset instant, CancellationToken ct)
    {
        if (instant - TimeProvider.System.GetUtcNow() is var wait && wait < TimeSpan.Zero)
            throw new InvalidOperationException("The sweepers took too long to start; the machine is too busy to measure anything.");
        await Task.Delay(wait, ct);
    }
}
