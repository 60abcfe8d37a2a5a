using System.Text.Json;
using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Monitoring.Ladders;

/// <summary>A version of the ladders.</summary>
/// <param name="Number">From 1; the highest is in force.</param>
public sealed record StoredLadders(long Number, Ladders Ladders, DateTimeOffset CreatedAt, string PublishedBy);

/// <summary>The versions of calendar and ladders, and the plan that the last of each make together.</summary>
public sealed class PlanStore
{
    const string LadderColumns = "number, rungs, published_by, created_at";

    sealed class CalendarRow
    {
        public required string Version { get; init; }
        public int FirstYear { get; init; }
        public int LastYear { get; init; }
        public required string Days { get; init; }
    }

    sealed class LadderRow
    {
        public long Number { get; init; }
        public string Rungs { get; init; } = "";
        public string PublishedBy { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }

        public StoredLadders ToLadders() =>
            new(Number, JsonSerializer.Deserialize<Ladders>(Rungs, ContractJson.Options)!, CreatedAt, PublishedBy);
    }

    Plan? _last;

    /// <returns>Null while no calendar has arrived.</returns>
    public async Task<Plan?> FindAsync(Session session)
    {
        if (await session.FindAsync<long?>("SELECT MAX(number) FROM plans") is not { } number)
        {
            return null;
        }

        // What a number stands for never changes, so it is read once.
        return _last is { } last && last.Number == number ? last : _last = await ReadAsync(session, number);
    }

    static async Task<Plan> ReadAsync(Session session, long number)
    {
        var (calendar, ladder) = await session.SingleAsync<(long, long)>("SELECT calendar, ladder FROM plans WHERE number = @number", new { number });
        var row = await session.SingleAsync<CalendarRow>(
            "SELECT version, first_year, last_year, days FROM calendars WHERE number = @calendar", new { calendar });
        var days = JsonSerializer.Deserialize<PublishedDay[]>(row.Days, ContractJson.Options)!.Select(day => new CalendarDay(
            day.Date, day.Off ? DayEffect.Off : DayEffect.Work, day.Kind, day.NameVi, day.NameEn, day.Basis));
        var ladders = await session.SingleAsync<LadderRow>($"SELECT {LadderColumns} FROM ladders WHERE number = @ladder", new { ladder });
        return new(number, new WorkingCalendar(row.Version, row.FirstYear, row.LastYear, [.. days]), ladders.ToLadders().Ladders);
    }

    /// <summary>Makes the newest calendar and the newest ladders the plan, once there is a calendar.</summary>
    public Task AddPlanAsync(Transaction transaction) => transaction.ExecuteAsync(
        """
        INSERT INTO plans (number, calendar, ladder)
        SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM plans), c.number, l.number
        FROM (SELECT MAX(number) AS number FROM calendars) c, (SELECT MAX(number) AS number FROM ladders) l
        WHERE c.number IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM plans WHERE calendar = c.number AND ladder = l.number)
        """);

    public async Task<StoredLadders> GetLaddersAsync(Session session, long? number) =>
        (await session.FindAsync<LadderRow>(
            $"SELECT {LadderColumns} FROM ladders WHERE number = COALESCE(@number, (SELECT MAX(number) FROM ladders))", new { number }))?.ToLadders()
        ?? throw DomainException.NotFound("LADDER_NOT_FOUND", "ladder", $"ladders/{number}");

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<StoredLadders>> ListLaddersAsync(Session session, long before, int limit) =>
        [.. (await session.ListAsync<LadderRow>(
            $"SELECT {LadderColumns} FROM ladders WHERE number < @before ORDER BY number DESC LIMIT @limit", new { before, limit }))
            .Select(row => row.ToLadders())];

    /// <summary>Puts a version in force; the sweeper then finds anew what has not fired.</summary>
    public async Task<StoredLadders> PublishLaddersAsync(Transaction transaction, Ladders ladders, string publishedBy)
    {
        var published = new StoredLadders(
            await transaction.SingleAsync<long>("SELECT MAX(number) + 1 FROM ladders"), ladders, transaction.RealNow, publishedBy);
        var added = await transaction.ExecuteAsync(
            $"INSERT INTO ladders ({LadderColumns}) VALUES (@Number, @rungs, @PublishedBy, @CreatedAt) ON CONFLICT (number) DO NOTHING",
            new { published.Number, rungs = JsonSerializer.Serialize(ladders, ContractJson.Options), published.PublishedBy, published.CreatedAt });
        if (added == 0)
        {
            throw DomainException.Changed("LADDERS_CHANGED", "Other ladders were published just now. Read them, then decide.");
        }

        await AddPlanAsync(transaction);
        return published;
    }
}
