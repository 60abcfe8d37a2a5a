using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CanThoGov.Calendar;
using Spectre.Console;

namespace CanThoGov.Load;

/// <summary>Each method once for each of a thousand assignments, with the calendar that the city ships.</summary>
[MemoryDiagnoser]
public class CalendarBenchmarks
{
    const int Calls = 1000;

    readonly WorkingCalendar _calendar = Load();
    readonly DeadlineLedger[] _plain = Ledgers(moved: false), _moved = Ledgers(moved: true);

    /// <summary>So many working days after the issue.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public DateTimeOffset DueAt() => Last(_plain);

    /// <summary>The same with two pauses and an extension between them.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public DateTimeOffset DueAtAfterPausesAndExtension() => Last(_moved);

    /// <summary>Each step of the moved ones, for a person.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int Explanation()
    {
        var steps = 0;
        foreach (var ledger in _moved)
        {
            steps += DeadlineExplanation.Of(ledger, _calendar).Count;
        }

        return steps;
    }

    /// <summary>Working days from the issue to a date.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int CountWorkingDays()
    {
        var days = 0;
        foreach (var ledger in _plain)
        {
            var from = LocalTime.DateOf(ledger.StartedAt);
            days += _calendar.CountWorkingDays(from, from.AddDays(60));
        }

        return days;
    }

    DateTimeOffset Last(DeadlineLedger[] ledgers)
    {
        var last = DateTimeOffset.MinValue;
        foreach (var ledger in ledgers)
        {
            last = Reckoning.DueAt(ledger, _calendar);
        }

        return last;
    }

    static DeadlineLedger[] Ledgers(bool moved)
    {
        // The same in every run; all of them end within the calendar.
        var random = new Random(103);
        return [.. Enumerable.Range(0, Calls).Select(_ =>
        {
            var start = LocalTime.At(new DateOnly(2025, 1, 2), new TimeOnly(9, 30)).AddMinutes(random.Next(600 * 24 * 60));
            var rule = new DeadlineRule.AfterWorkingDays(random.Next(3, 88));
            return moved
                ? new DeadlineLedger(
                    rule, start,
                    [new(start.AddDays(1), start.AddDays(3), "Chờ giao mặt bằng"), new(start.AddDays(40), start.AddDays(45), "Chờ quy hoạch")],
                    [new(LocalTime.DateOf(start.AddDays(150)), start.AddDays(20), "Mưa lũ")])
                : new DeadlineLedger(rule, start, [], []);
        })];
    }

    static WorkingCalendar Load()
    {
        using var reader = new StreamReader(typeof(CalendarBenchmarks).Assembly.GetManifestResourceStream("holidays.csv")!);
        return new WorkingCalendar("load", 2025, 2027, HolidayFile.Parse(reader));
    }
}

static class CalendarLoad
{
    sealed record Result(string Name, double Nanoseconds, double PerSecond, long AllocatedBytes);

    public static int Run(bool json)
    {
        var folder = Directory.CreateTempSubdirectory("canthogov-load-").FullName;
        try
        {
            // BenchmarkDotNet would write, restore and build a project of its own, which this solution's settings do not fit.
            var config = ManualConfig.CreateEmpty().AddColumnProvider(DefaultColumnProviders.Instance)
                .AddJob(Job.Default.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(5), logOutput: true)))
                .AddLogger(new StreamLogger(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true }))
                .WithArtifactsPath(folder);
            var summary = BenchmarkRunner.Run<CalendarBenchmarks>(config);
            if (summary.HasCriticalValidationErrors || summary.Reports.IsDefaultOrEmpty || summary.Reports.Any(report => !report.Success))
            {
                Console.Error.WriteLine("The benchmark failed; see above.");
                return 1;
            }

            Print([.. summary.Reports.Select(Read)], json);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Result Read(BenchmarkReport report)
    {
        var nanoseconds = report.ResultStatistics!.Mean;
        return new(report.BenchmarkCase.Descriptor.WorkloadMethod.Name, nanoseconds, 1e9 / nanoseconds,
            report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
    }

    static void Print(IReadOnlyList<Result> results, bool json)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new("Calendar") };
        table.AddColumns("Call", "ns per call", "calls per second", "bytes allocated per call");
        foreach (var result in results)
        {
            table.AddRow(result.Name, Number(result.Nanoseconds, "F1"), Number(result.PerSecond, "N0"), Number(result.AllocatedBytes, "N0"));
        }

        table.Caption = new($"BenchmarkDotNet, in its own process, {Environment.ProcessorCount} cores. One thread.");
        AnsiConsole.Write(table);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                deadlinesPerSecond = Math.Round(results.Single(result => result.Name == nameof(CalendarBenchmarks.DueAt)).PerSecond),
                cores = Environment.ProcessorCount,
                calls = results,
            }, Report.JsonOptions));
        }
    }

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
