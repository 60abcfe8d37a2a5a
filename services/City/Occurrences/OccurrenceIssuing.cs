using CanThoGov.Platform.Data;
using CanThoGov.Platform.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.City.Occurrences;

/// <summary>Looks whether a period of a duty has begun. What could not be done is tried again at the next look.</summary>
public sealed partial class OccurrenceIssuing(
    CityDatabase database, DutyOccurrences occurrences, BusinessClock<CityDatabase> clock, ILogger<OccurrenceIssuing> logger) : BackgroundService
{
    const int DutiesPerTransaction = 50;

    static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookAgain);
        do
        {
            try
            {
                await IssueDueAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task IssueDueAsync(CancellationToken ct)
    {
        while (await database.InTransactionAsync(
            transaction => occurrences.IssueDueAsync(transaction, clock.Now, DutiesPerTransaction), ct) == DutiesPerTransaction)
        {
        }
    }

    static partial class Log
    {
        [LoggerMessage(1162, LogLevel.Error, "Occurrences of duties could not be issued; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
