using System.CommandLine;
using CanThoGov.Load;
using CanThoGov.Load.Deadlines;
using CanThoGov.Load.Find;
using CanThoGov.Load.Overlap;
using Spectre.Console;

var json = new Option<bool>("--json") { Description = "Print the figures as one JSON object, as the last line." };
var open = new Option<int>("--open") { Description = "Open deadlines in the large table.", DefaultValueFactory = _ => 1_000_000 };
var due = new Option<int>("--due")
{
    Description = "Deadlines that fire in each round; also the open ones in the small table.",
    DefaultValueFactory = _ => 10_000,
};
var deadlines = new Command("deadlines", "Fire deadlines on PostgreSQL, and let Quartz.NET do as much beside them.") { open, due, json };
deadlines.SetAction(async (parsed, ct) =>
{
    var (ofOpen, ofDue) = (parsed.GetValue(open), parsed.GetValue(due));
    if (ofDue >= 1 && ofOpen >= ofDue)
    {
        return await DeadlineLoad.RunAsync(ofOpen, ofDue, parsed.GetValue(json), ct);
    }

    Console.Error.WriteLine("--due is at least 1, and --open is at least --due.");
    return 2;
});

var calendar = new Command("calendar", "Reckon deadlines in working days.") { json };
calendar.SetAction(parsed => CalendarLoad.Run(parsed.GetValue(json)));

var count = new Option<int?>("--assignments") { Description = "Assignments in the table; 1,000,000 to find, 100,000 to check." };
var find = new Command("find", "Read pages of filtered lists of assignments on PostgreSQL, and show the plan of each.") { count, json };
find.SetAction(async (parsed, ct) =>
{
    var ofCount = parsed.GetValue(count) ?? 1_000_000;
    return ofCount >= 1_000 ? await FindLoad.RunAsync(ofCount, parsed.GetValue(json), ct) : TooFew();
});

var overlap = new Command("overlap", "Find what an assignment collides with, on PostgreSQL.") { count, json };
overlap.SetAction(async (parsed, ct) =>
{
    var ofCount = parsed.GetValue(count) ?? 100_000;
    return ofCount >= 1_000 ? await OverlapLoad.RunAsync(ofCount, parsed.GetValue(json), ct) : TooFew();
});

// A table is not cut to the width of a file, which has none.
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;
AnsiConsole.Profile.Width = Console.IsOutputRedirected ? 160 : AnsiConsole.Profile.Width;

return await new RootCommand("Measures CanThoGov. Progress goes to the error output, the figures to the output.") { deadlines, calendar, find, overlap }
    .Parse(args).InvokeAsync();

static int TooFew()
{
    Console.Error.WriteLine("--assignments is at least 1000.");
    return 2;
}
