using System.Globalization;
using System.Text.Json;
using CanThoGov.Load.Peers;
using Spectre.Console;
using static CanThoGov.Load.Report;

namespace CanThoGov.Load.Deadlines;

/// <summary>The figures of a run, each the median of its rounds by speed where there are several.</summary>
sealed record DeadlineReport(
    IReadOnlyDictionary<string, string> Server, int Open, int Due, int Rounds, Measured Small, Measured Large, Measured TwoReplicas,
    Measured FourReplicas, Measured Spread, IReadOnlyList<(QuartzSettings Settings, Measured Measured)> ByQuartz)
{
    Measured Quartz => ByQuartz.MinBy(one => one.Measured.Seconds).Measured;

    double Ratio => Large.FiresPerSecond / Quartz.FiresPerSecond;

    double Growth => Large.Seconds / Small.Seconds;

    public void Print(bool json)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new($"{Due:N0} deadlines") };
        table.AddColumn("");
        foreach (var column in new[] { "fires/s", "late p50, ms", "late p99, ms", "statements/fire", "commits/fire", "fired twice" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        Row($"in one instant, {Open:N0} open", Large);
        Row($"in one instant, {Due:N0} open", Small);
        Row("2 replicas", TwoReplicas);
        Row("4 replicas", FourReplicas);
        Row("over 60 s", Spread);
        foreach (var (settings, measured) in ByQuartz)
        {
            Row($"Quartz.NET, {settings}", measured);
        }

        AnsiConsole.Write(table);
        Console.WriteLine(Invariant($"{Ratio:F1} times the fires per second of Quartz.NET; {Growth:F2} times the time per fire with {Open:N0} open as with {Due:N0}."));
        Console.WriteLine($"The first two are the medians of {Rounds} rounds. Ours also writes the history and the event of each fire; Quartz.NET's job writes one row.");
        Console.WriteLine("Quartz.NET 3.22: JobStoreTX on the same server, not clustered, triggers acquired in batches within its lock, window and idle wait 1 s.");
        Console.WriteLine($"{Environment.ProcessorCount} cores; PostgreSQL: {string.Join(", ", Server.Select(one => $"{one.Key} {one.Value}"))}.");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(Figures(), JsonOptions));
        }

        void Row(string name, Measured one) => table.AddRow(
            new Text(name), Number(one.FiresPerSecond, "N0"), Number(one.Lateness(0.5), "N0"), Number(one.Lateness(0.99), "N0"),
            Number(one.StatementsPerFire, "F3"), Number(one.CommitsPerFire, "F4"), Number(one.Repeated, "N0"));
    }

    object Figures() => new
    {
        firesPerSecond = Round(Large.FiresPerSecond),
        quartzFiresPerSecond = Round(Quartz.FiresPerSecond),
        ratioToQuartz = Round(Ratio, 2),
        latenessP50Ms = Round(Large.Lateness(0.5)),
        latenessP99Ms = Round(Large.Lateness(0.99)),
        spreadLatenessP50Ms = Round(Spread.Lateness(0.5)),
        spreadLatenessP99Ms = Round(Spread.Lateness(0.99)),
        statementsPerFire = Round(Large.StatementsPerFire, 4),
        commitsPerFire = Round(Large.CommitsPerFire, 4),
        quartzStatementsPerFire = Round(Quartz.StatementsPerFire, 2),
        quartzCommitsPerFire = Round(Quartz.CommitsPerFire, 2),
        growth10kTo1M = Round(Growth, 3),
        firesPerSecond2Replicas = Round(TwoReplicas.FiresPerSecond),
        firesPerSecond4Replicas = Round(FourReplicas.FiresPerSecond),
        firedTwice = new[] { Small, Large, TwoReplicas, FourReplicas, Spread }.Sum(one => one.Repeated),
        open = Open,
        due = Due,
        cores = Environment.ProcessorCount,
        fsync = Server["fsync"],
        synchronousCommit = Server["synchronous_commit"],
        postgres = Server["server_version"],
    };

    static Text Number(double value, string format) => new(value.ToString(format, CultureInfo.InvariantCulture));

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
