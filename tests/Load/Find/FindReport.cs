using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using static CanThoGov.Load.Report;

namespace CanThoGov.Load.Find;

/// <summary>The figures of a run, with the plan of each list.</summary>
sealed record FindReport(IReadOnlyDictionary<string, string> Server, int Count, int PageSize, IReadOnlyList<Found> Lists)
{
    public void Print(bool json)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new(Invariant($"A page of {PageSize} of {Count:N0} assignments")) };
        table.AddColumn("");
        foreach (var column in new[] { "p50, ms", "p99, ms", "rows" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var list in Lists)
        {
            table.AddRow(new Text(list.Name), Number(list.Share(0.5), "F2"), Number(list.Share(0.99), "F2"), Number(list.Rows, "F0"));
        }

        AnsiConsole.Write(table);
        Console.WriteLine("Each from the query to the assignments in hand, in the process of the reader, one after the other, with other units and words each time.");
        Console.WriteLine($"{Environment.ProcessorCount} cores; PostgreSQL: {string.Join(", ", Server.Select(one => $"{one.Key} {one.Value}"))}.");
        foreach (var list in Lists)
        {
            Console.WriteLine($"\n{list.Name}:");
            foreach (var line in list.Plan)
            {
                Console.WriteLine($"  {(line.Length > 155 ? line[..155] + "…" : line)}");
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(Figures(), JsonOptions));
        }
    }

    object Figures() => new
    {
        pageP50Ms = Round(Lists.Max(list => list.Share(0.5)), 2),
        lists = Lists.Select(list => new { list.Name, p50Ms = Round(list.Share(0.5), 2), p99Ms = Round(list.Share(0.99), 2), list.Rows }),
        assignments = Count,
        cores = Environment.ProcessorCount,
        postgres = Server["server_version"],
    };

    static Text Number(double value, string format) => new(value.ToString(format, CultureInfo.InvariantCulture));

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
