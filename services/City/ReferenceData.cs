using System.Reflection;
using System.Text;
using CanThoGov.Calendar;
using CanThoGov.City.Calendars;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Time;

namespace CanThoGov.City;

/// <summary>
/// Loads at start what is not there yet: the 103 wards and communes, the bodies of the city, and the working-day calendar. See Data/NOTICE.md.
/// </summary>
public sealed partial class ReferenceData(
    CityDatabase database, UnitStore units, CalendarStore calendars, BusinessClock<CityDatabase> clock, ILogger<ReferenceData> logger)
    : IHostedLifecycleService
{
    /// <summary>The two-tier local government began on this day; the 103 units have existed since.</summary>
    static readonly DateOnly FirstDay = new(2025, 7, 1);

    public Task StartingAsync(CancellationToken cancellationToken) => database.InTransactionAsync(async transaction =>
    {
        var added = 0;
        foreach (var unit in Wards().Concat(Offices()))
        {
            added += await units.TryAddAsync(transaction, unit) ? 1 : 0;
        }

        using var holidays = Open("holidays.csv");
        await calendars.TryPublishAsync(
            transaction, new WorkingCalendar("2025-2027", 2025, 2027, HolidayFile.Parse(holidays)), publishedBy: "", transaction.RealNow);
        if (added > 0)
        {
            Log.Loaded(logger, added);
        }
    }, cancellationToken);

    IEnumerable<Unit> Wards() => Read("units.csv", row => new Unit
    {
        Id = row["code"] + "-2025",
        DisplayName = (row["kind"] == "ward" ? "Phường " : "Xã ") + row["name"],
        Kind = row["kind"] == "ward" ? UnitKind.Ward : UnitKind.Commune,
        StatisticalCode = row["code"],
        FormerProvince = row["former_province"],
        ValidFrom = FirstDay,
        CreatedAt = clock.Now,
    });

    IEnumerable<Unit> Offices() => Read("offices.csv", row => new Unit
    {
        Id = row["id"],
        DisplayName = row["name"],
        Kind = Enum.Parse<UnitKind>(row["kind"].Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
        ValidFrom = FirstDay,
        CreatedAt = clock.Now,
    });

    // The files are our own: no quotes, no commas within a value.
    static IEnumerable<Unit> Read(string file, Func<IReadOnlyDictionary<string, string>, Unit> map)
    {
        using var reader = Open(file);
        var header = reader.ReadLine()!.Split(',');
        while (reader.ReadLine() is { } line)
        {
            yield return map(header.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second));
        }
    }

    static StreamReader Open(string file) =>
        new(Assembly.GetExecutingAssembly().GetManifestResourceStream("Data/" + file)!, Encoding.UTF8);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "Loaded {Count} units and the working-day calendar.")]
        public static partial void Loaded(ILogger logger, int count);
    }
}
