using System.Diagnostics;
using CanThoGov.City.Finding;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;

namespace CanThoGov.Load.Find;

/// <param name="Of">The list of the i-th caller: another unit, another word.</param>
sealed record FindCase(string Name, Func<int, (AssignmentFilter Filter, AssignmentOrder Order, AssignmentCursor? Behind)> Of);

/// <summary>Milliseconds of each read, in order of size, and how the server went about it.</summary>
sealed record Found(string Name, double[] Milliseconds, int Rows, IReadOnlyList<string> Plan)
{
    public double Share(double share) => Milliseconds[(int)Math.Ceiling(share * Milliseconds.Length) - 1];
}

/// <summary>Measures how long a page of a filtered list takes, from the query to the assignments in hand.</summary>
static class FindLoad
{
    const int Reads = 200, WarmUp = 30, PageSize = 50;

    static readonly string[] Places = ["hòa an", "rach ban", "Cái Khế", "ô môn", "thot not"];

    public static async Task<int> RunAsync(int count, bool json, CancellationToken ct)
    {
        var server = await Server.DescribeAsync(ct);
        Progress.Say($"Filling: {count:N0} assignments.");
        await using var many = await ManyAssignments.CreateAsync("find", count, ct);
        await many.Database.TidyAsync(ct);
        var middle = await many.MiddleOfTitlesAsync(ct);

        var found = new List<Found>();
        foreach (var one in Cases(many, middle))
        {
            found.Add(await ReadAsync(one, many, ct));
            Progress.Say($"{one.Name}: {found[^1].Share(0.5):F2} ms.");
        }

        new FindReport(server, count, PageSize, found).Print(json);
        return 0;
    }

    static IEnumerable<FindCase> Cases(ManyAssignments many, AssignmentCursor middle)
    {
        var newest = new AssignmentOrder(AssignmentOrder.By.Created, IsDescending: true);
        var byDue = new AssignmentOrder(AssignmentOrder.By.Due, IsDescending: false);
        var byTitle = new AssignmentOrder(AssignmentOrder.By.Title, IsDescending: false);
        AssignmentState[] open = [AssignmentState.Issued, AssignmentState.Acknowledged, AssignmentState.InProgress];
        var now = TimeProvider.System.GetUtcNow();
        yield return new("a unit's, newest first", i => (new() { Units = [ManyAssignments.Unit(i)], WithoutDrafts = true }, newest, null));
        yield return new("a unit's open ones by due time", i => (new() { Units = [ManyAssignments.Unit(i)], States = open }, byDue, null));
        yield return new("a unit's overdue ones by due time",
            i => (new() { Units = [ManyAssignments.Unit(i)], Timeliness = [Timeliness.Overdue] }, byDue, null));
        yield return new("led by a unit, issued in a month",
            i => (new() { Lead = ManyAssignments.Unit(i), Issued = new(now.AddDays(-430), now.AddDays(-400)) }, newest, null));
        yield return new("overdue ones of the city by due time", _ => (new() { Timeliness = [Timeliness.Overdue] }, byDue, null));
        yield return new("open, due in the next week, by due time",
            i => (new() { States = open, Due = new(now.AddDays(i % 30), now.AddDays((i % 30) + 7)) }, byDue, null));
        yield return new("in work, newest first", _ => (new() { States = [AssignmentState.InProgress] }, newest, null));
        yield return new("with an open obstacle, newest first", _ => (new() { ObstacleOpen = true }, newest, null));
        yield return new("of a document by title", _ => (new() { Document = many.Document }, byTitle, null));
        yield return new("all by title, from the middle", _ => (new(), byTitle, middle));
        yield return new("two words, newest first", i => (Words(Places[i % Places.Length]), newest, null));
        yield return new("four words, newest first", i => (Words($"giai phong mat bang {Places[i % Places.Length]}"), newest, null));
        yield return new("a rare word, newest first", i => (Words($"đợt {(i * 7919) % 100_000}"), newest, null));
        yield return new("a rare word of a unit by title", i => (Words($"dot {(i * 7919) % 100_000}") with { Units = [ManyAssignments.Unit(i)] }, byTitle, null));
        yield return new("words, open ones of a unit by due time",
            i => (Words("kenh rach") with { Units = [ManyAssignments.Unit(i)], States = open }, byDue, null));
        yield return new("a word that hardly any has, with a common one", i => (Words($"ket qua {(i * 7919) % 100_000}"), byDue, null));

        static AssignmentFilter Words(string query) =>
            new() { Words = [.. CanThoGov.Platform.Text.Folding.Words(query).Distinct(StringComparer.Ordinal)] };
    }

    static async Task<Found> ReadAsync(FindCase one, ManyAssignments many, CancellationToken ct)
    {
        var finder = new AssignmentFinder();
        var milliseconds = new double[Reads];
        var rows = 0;
        for (var i = -WarmUp; i < Reads; i++)
        {
            var (filter, order, behind) = one.Of(i + WarmUp);
            var start = Stopwatch.GetTimestamp();
            var page = await many.City.ReadAsync(
                session => finder.ListAsync(session, filter, order, TimeProvider.System.GetUtcNow(), behind, PageSize + 1), ct);
            if (i >= 0)
            {
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                rows += Math.Min(page.Count, PageSize);
            }
        }

        var plan = await many.City.ReadAsync(async session =>
        {
            var (filter, order, behind) = one.Of(0);
            var first = (await AssignmentFinder.StretchesAsync(session, filter, order, behind)).First();
            var (sql, parameters) = AssignmentFinder.Query(SqlDialect.Postgres, filter, order, TimeProvider.System.GetUtcNow(), behind, PageSize + 1, first);
            return await session.ListAsync<string>("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " + sql, parameters);
        }, ct);
        return new(one.Name, [.. milliseconds.Order()], rows / Reads, plan);
    }
}
