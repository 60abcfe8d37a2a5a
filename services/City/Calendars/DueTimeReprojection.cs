using CanThoGov.City.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.City.Calendars;

/// <summary>
/// Reckons the open deadlines anew when another calendar is in force: some in each transaction, each with its event, or left as it is if it
/// cannot be reckoned, while work goes on. Every row says by which calendar it was reckoned, so one that somebody edited meanwhile by the old
/// one is found again, and so is whatever was left when the process died. Any number of replicas share the work.
/// </summary>
public sealed partial class DueTimeReprojection(
    CityDatabase database, AssignmentStore assignments, CalendarStore calendars, BusinessClock<CityDatabase> clock,
    ILogger<DueTimeReprojection> logger) : BackgroundService
{
    // PostgreSQL keeps 64 savepoints of a transaction at hand.
    const int BatchSize = 50;

    // For a row that another transaction held, and one that another replica left.
    static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(100), LookAgain = TimeSpan.FromSeconds(30);

    /// <summary>Set when a calendar is published.</summary>
    public Signal Wanted { get; } = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = LookAgain;
            try
            {
                while (await database.InTransactionAsync(ReckonBatchAsync, stoppingToken) > 0)
                {
                }

                wait = await OutdatedAsync(stoppingToken) > 0 ? SoonAgain : LookAgain;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ((Task)Wanted.WaitAsync(wait, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Open deadlines that wait to be reckoned by the calendar in force.</summary>
    public Task<int> OutdatedAsync(CancellationToken ct) => database.ReadAsync(
        async session => await assignments.CountOutdatedAsync(session, (await calendars.CurrentAsync(session)).Number), ct);

    async Task<int> ReckonBatchAsync(Transaction transaction)
    {
        var calendar = await calendars.CurrentAsync(transaction);
        var schedule = new Schedule(calendar);
        var batch = await assignments.TakeOutdatedAsync(transaction, calendar.Number, BatchSize);
        foreach (var assignment in batch)
        {
            await ReckonAsync(transaction, assignment, schedule, calendar);
        }

        return batch.Count;
    }

    async Task ReckonAsync(Transaction transaction, Assignment assignment, Schedule schedule, NumberedCalendar calendar)
    {
        var kept = assignment.Keeping(calendar.Number);
        try
        {
            await transaction.AttemptAsync(() => MoveAsync(transaction, assignment, schedule, calendar));
        }
        catch (DomainException e)
        {
            // One deadline that cannot be reckoned keeps its due time and does not hold up the others.
            Log.NotReckoned(logger, assignment.Snapshot.Id, calendar.Days.Version, e.Message);
            await assignments.MarkReckonedAsync(transaction, kept);
        }
    }

    /// <returns>Whether it was moved.</returns>
    async Task<bool> MoveAsync(Transaction transaction, Assignment assignment, Schedule schedule, NumberedCalendar calendar)
    {
        var act = new Act { Verb = "move-due-time", Actor = "service:city", At = clock.Now, Note = calendar.Days.Version };
        if (assignment.MoveDueTime(schedule, act) is not { } moved)
        {
            await assignments.MarkReckonedAsync(transaction, assignment);
            return false;
        }

        await assignments.UpdateAsync(transaction, assignment, moved, act);
        var due = moved.Assignment.Deadline.DueAt!.Value;
        if (due != moved.From)
        {
            await calendars.AddMoveAsync(transaction, calendar.Number, new(assignment.Snapshot.Id, moved.From, due));
        }

        return true;
    }

    static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Error, "The due times could not be reckoned anew; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(1102, LogLevel.Error, "Assignment {Id} keeps its due time under calendar {Version}: {Reason}")]
        public static partial void NotReckoned(ILogger logger, Guid id, string version, string reason);
    }
}
