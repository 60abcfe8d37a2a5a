using System.Text.Json;
using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Calendars;

/// <param name="Number">From 1; the highest is in force.</param>
public sealed record NumberedCalendar(long Number, WorkingCalendar Days);

/// <summary>A calendar with how it came to be.</summary>
public sealed record StoredCalendar(NumberedCalendar Calendar, DateTimeOffset CreatedAt, string PublishedBy);

/// <summary>A deadline that a calendar moved.</summary>
public sealed record DueTimeMove(Guid AssignmentId, DateTimeOffset FromAt, DateTimeOffset ToAt)
{
    /// <summary>From the assignment as it is now.</summary>
    public string Title { get; init; } = "";

    public string LeadUnit { get; init; } = "";
}

/// <summary>The versions of the city's working-day calendar, and what each of them moved.</summary>
public sealed class CalendarStore
{
    const string Columns = "number, version, first_year, last_year, days, hours, created_at, published_by";

    sealed class Row
    {
        public long Number { get; init; }
        public string Version { get; init; } = "";
        public int FirstYear { get; init; }
        public int LastYear { get; init; }
        public string Days { get; init; } = "";
        public string Hours { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public string PublishedBy { get; init; } = "";

        public StoredCalendar ToCalendar() => new(
            new(Number, new WorkingCalendar(
                Version, FirstYear, LastYear, JsonSerializer.Deserialize<CalendarDay[]>(Days, ContractJson.Options)!,
                new WorkingHours(JsonSerializer.Deserialize<WorkingSpell[]>(Hours, ContractJson.Options)!))),
            CreatedAt, PublishedBy);
    }

    NumberedCalendar? _current;

    /// <summary>The calendar in force. A version never changes, so the one read last is kept while its number is the highest.</summary>
    public async Task<NumberedCalendar> CurrentAsync(Session session)
    {
        var number = await session.FindAsync<long?>("SELECT MAX(number) FROM calendars")
            ?? throw new InvalidOperationException("There is no calendar: the reference data was not loaded.");
        if (_current is { } current && current.Number == number)
        {
            return current;
        }

        return _current = (await GetAsync(session, number)).Calendar;
    }

    public async Task<StoredCalendar> GetAsync(Session session, long number) =>
        (await session.FindAsync<Row>($"SELECT {Columns} FROM calendars WHERE number = @number", new { number }))?.ToCalendar()
        ?? throw DomainException.NotFound("CALENDAR_NOT_FOUND", "calendar", $"calendars/{number}");

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<StoredCalendar>> ListAsync(Session session, long before, int limit) =>
        [.. (await session.ListAsync<Row>(
            $"SELECT {Columns} FROM calendars WHERE number < @before ORDER BY number DESC LIMIT @limit", new { before, limit }))
            .Select(row => row.ToCalendar())];

    /// <summary>Puts a version in force, unless it ever was.</summary>
    /// <returns>Null if there is a calendar of that version.</returns>
    public async Task<StoredCalendar?> TryPublishAsync(Transaction transaction, WorkingCalendar calendar, string publishedBy, DateTimeOffset now)
    {
        var published = new StoredCalendar(
            new(await transaction.SingleAsync<long>("SELECT COALESCE(MAX(number), 0) + 1 FROM calendars"), calendar), now, publishedBy);
        var added = await transaction.ExecuteAsync(
            $"""
            INSERT INTO calendars ({Columns})
            VALUES (@Number, @Version, @FirstYear, @LastYear, @days, @hours, @now, @publishedBy) ON CONFLICT DO NOTHING
            """,
            new
            {
                published.Calendar.Number,
                calendar.Version,
                calendar.FirstYear,
                calendar.LastYear,
                days = JsonSerializer.Serialize(calendar.Days, ContractJson.Options),
                hours = JsonSerializer.Serialize(calendar.Hours.Spells, ContractJson.Options),
                now,
                publishedBy,
            });
        if (added == 0)
        {
            return null;
        }

        transaction.Publish(new CalendarPublished(
            calendar.Version, calendar.FirstYear, calendar.LastYear,
            [.. calendar.Days.Select(day => new PublishedDay(day.Date, day.Effect == DayEffect.Off, day.Kind, day.NameVi, day.NameEn, day.Basis))],
            now, published.Calendar.Number)
        {
            Hours = [.. calendar.Hours.Spells.Select(spell => new PublishedHours(spell.From, spell.To))],
        });
        return published;
    }

    /// <summary>A deadline that moves twice by one calendar, because it was edited in between, has moved from where it first was.</summary>
    public Task AddMoveAsync(Transaction transaction, long calendar, DueTimeMove move) => transaction.ExecuteAsync(
        """
        INSERT INTO due_time_moves (calendar, assignment_id, from_at, to_at) VALUES (@calendar, @AssignmentId, @FromAt, @ToAt)
        ON CONFLICT (calendar, assignment_id) DO UPDATE SET to_at = excluded.to_at
        """, new { calendar, move.AssignmentId, move.FromAt, move.ToAt });

    /// <summary>By assignment, after <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<DueTimeMove>> ListMovesAsync(Session session, long calendar, Guid after, int limit) =>
        session.ListAsync<DueTimeMove>(
            """
            SELECT m.assignment_id, m.from_at, m.to_at FROM due_time_moves m
            WHERE m.calendar = @calendar AND m.assignment_id > @after ORDER BY m.assignment_id LIMIT @limit
            """, new { calendar, after, limit });
}
