using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Calendars;

/// <summary>Keeps each version of the calendar. The sweeper then sets up the ladders that another one, or none, was used for.</summary>
public sealed class CalendarProjection(LadderStore ladders) : IEventHandler<CalendarPublished>
{
    public async Task HandleAsync(CalendarPublished e, Transaction transaction)
    {
        await ActivityLog.AppendAsync(transaction, e);
        await transaction.ExecuteAsync(
            """
            INSERT INTO calendars (number, version, first_year, last_year, days)
            VALUES (@Version, @CalendarVersion, @FirstYear, @LastYear, @days) ON CONFLICT (number) DO NOTHING
            """,
            new { e.Version, e.CalendarVersion, e.FirstYear, e.LastYear, days = JsonSerializer.Serialize(e.Days, ContractJson.Options) });
        transaction.OnCommitted(ladders.Changed.Set);
    }
}
