using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CanThoGov.City.Assignments;
using CanThoGov.City.Finding;
using CanThoGov.City.Overlaps;
using Spectre.Console;
using static CanThoGov.Load.Report;

namespace CanThoGov.Load.Overlap;

/// <summary>Measures how long it takes to find what an assignment collides with, as it is done before each issue.</summary>
static class OverlapLoad
{
    const int Checks = 300, WarmUp = 30;

    public static async Task<int> RunAsync(int count, bool json, CancellationToken ct)
    {
        var server = await Server.DescribeAsync(ct);
        Progress.Say($"Filling: {count:N0} assignments.");
        await using var given = await GivenWork.CreateAsync("overlap", count, ct);
        Progress.Say("Checking.");
        var store = new OverlapStore();
        var check = new OverlapCheck(store, new AssignmentStore(new ContributionStore(), new AssignmentFinder(), store));
        var (milliseconds, overlaps, colliding) = (new double[Checks], 0, 0);
        for (var i = -WarmUp; i < Checks; i++)
        {
            var assignment = given.Next();
            var start = Stopwatch.GetTimestamp();
            var found = await given.City.ReadAsync(session => check.FindAsync(session, assignment), ct);
            if (i >= 0)
            {
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                overlaps += found.Count;
                colliding += found.Count > 0 ? 1 : 0;
            }
        }

        Array.Sort(milliseconds);
        Print(server, count, milliseconds, overlaps, colliding, json);
        return 0;
    }

    static void Print(IReadOnlyDictionary<string, string> server, int count, double[] milliseconds, int overlaps, int colliding, bool json)
    {
        var (p50, p99) = (milliseconds[Checks / 2], milliseconds[Checks * 99 / 100]);
        var table = new Table { Border = TableBorder.Rounded, Title = new(string.Create(CultureInfo.InvariantCulture, $"{count:N0} open assignments")) };
        table.AddColumns("checks", "p50, ms", "p99, ms", "that found an overlap", "overlaps found");
        table.AddRow(Number(Checks, "F0"), Number(p50, "F2"), Number(p99, "F2"), Number(colliding, "F0"), Number(overlaps, "F0"));
        AnsiConsole.Write(table);
        Console.WriteLine("One after the other, each for an assignment that is not in the database; every tenth says nearly the same as one that is.");
        Console.WriteLine($"{Environment.ProcessorCount} cores; PostgreSQL: {string.Join(", ", server.Select(one => $"{one.Key} {one.Value}"))}.");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                checkP50Ms = Round(p50, 2),
                checkP99Ms = Round(p99, 2),
                checks = Checks,
                colliding,
                overlaps,
                assignments = count,
                cores = Environment.ProcessorCount,
                postgres = server["server_version"],
            }, JsonOptions));
        }
    }

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
