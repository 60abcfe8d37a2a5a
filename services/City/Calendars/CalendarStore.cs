using System.Text.Json;
using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;

namespace CanThoGov.City.Calendars;

/// <summary>The versions of the city's working-day calendar.</summary>
public sealed class CalendarStore
{
    sealed class Row
    {
        public string Version { get; init; } = "";

        public int FirstYear { get; init; }

        public int LastYear { get; init; }

        public string Days { get; init; } = "";
    }

    WorkingCalendar? _current;

    /// <summary>The calendar in force. A version never changes, so the one read last is kept while its number is the highest.</summary>
    public async Task<WorkingCalendar> CurrentAsync(Session session)
    {
        var version = await session.FindAsync<string>("SELECT version FROM calendars ORDER BY number DESC LIMIT 1")
            ?? throw new InvalidOperationException("There is no calendar: the reference data was not loaded.");
        if (_current?.Version != version)
        {
            var row = await session.SingleAsync<Row>(
                "SELECT version, first_year, last_year, days FROM calendars WHERE version = @version", new { version });
            _current = new WorkingCalendar(row.Version, row.FirstYear, row.LastYear,
                JsonSerializer.Deserialize<CalendarDay[]>(row.Days, ContractJson.Options)!);
        }

        return _current;
    }

    /// <summary>Puts a version in force, unless it already was.</summary>
    public async Task PublishAsync(Transaction transaction, WorkingCalendar calendar, DateTimeOffset now)
    {
        var number = await transaction.SingleAsync<long>("SELECT COALESCE(MAX(number), 0) + 1 FROM calendars");
        var added = await transaction.ExecuteAsync(
            """
            INSERT INTO calendars (number, version, first_year, last_year, days, created_at)
            VALUES (@number, @Version, @FirstYear, @LastYear, @days, @now) ON CONFLICT (version) DO NOTHING
            """,
            new
            {
                number,
                calendar.Version,
                calendar.FirstYear,
                calendar.LastYear,
                days = JsonSerializer.Serialize(calendar.Days, ContractJson.Options),
                now,
            });
        if (added == 1)
        {
            transaction.Publish(new CalendarPublished(
                calendar.Version, calendar.FirstYear, calendar.LastYear,
                [.. calendar.Days.Select(day => new PublishedDay(
                    day.Date, day.Effect == DayEffect.Off, day.Kind, day.NameVi, day.NameEn, day.Basis))],
                now, number));
        }
    }
}
