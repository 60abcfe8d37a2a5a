using System.Text.Json;
using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Calendars;

/// <param name="Number">Grows with each calendar that the city publishes.</param>
public sealed record NumberedCalendar(long Number, WorkingCalendar Days);

/// <summary>The calendar that the city published last.</summary>
public sealed class CurrentCalendar
{
    sealed class Row
    {
        public required string Version { get; init; }
        public int FirstYear { get; init; }
        public int LastYear { get; init; }
        public required string Days { get; init; }
    }

    NumberedCalendar? _last;

    /// <returns>Null if none has arrived yet.</returns>
    public async Task<NumberedCalendar?> FindAsync(Session session)
    {
        if (await session.FindAsync<long?>("SELECT MAX(number) FROM calendars") is not { } number)
        {
            return null;
        }

        // A number's days never change, so they are read once.
        return _last is { } last && last.Number == number ? last : _last = await ReadAsync(session, number);
    }

    static async Task<NumberedCalendar> ReadAsync(Session session, long number)
    {
        var row = await session.SingleAsync<Row>(
            "SELECT version, first_year, last_year, days FROM calendars WHERE number = @number", new { number });
        var days = JsonSerializer.Deserialize<PublishedDay[]>(row.Days, ContractJson.Options)!.Select(day => new CalendarDay(
            day.Date, day.Off ? DayEffect.Off : DayEffect.Work, day.Kind, day.NameVi, day.NameEn, day.Basis));
        return new(number, new WorkingCalendar(row.Version, row.FirstYear, row.LastYear, [.. days]));
    }
}
