using System.Text.Json;
using CanThoGov.Contracts.Registers;
using CanThoGov.Contracts;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Monitoring.Ladders;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Calendars;

/// <summary>Keeps each version of the calendar. The sweeper then finds anew the rungs that another one, or none, gave.</summary>
public sealed class CalendarProjection(PlanStore plans, LadderStore ladders) : IEventHandler<CalendarPublished>
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
        await plans.AddPlanAsync(transaction);
        transaction.OnCommitted(ladders.Changed.Set);
    }
}
