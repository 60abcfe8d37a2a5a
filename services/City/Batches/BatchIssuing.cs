using System.Data.Common;
using System.Diagnostics;
using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.City.Batches;

/// <summary>
/// Carries batches out, some items in each transaction. What became of an item commits with its assignment and its event, so whatever was
/// left when the process died is still pending and nothing is issued twice. Any number of replicas share the work.
/// </summary>
public sealed partial class BatchIssuing(
    CityDatabase database, BatchStore batches, AssignmentStore assignments, AssignmentReferences references, Issuing issuing,
    CalendarStore calendars, BusinessClock<CityDatabase> clock, ILogger<BatchIssuing> logger) : BackgroundService
{
    // PostgreSQL keeps 64 savepoints of a transaction at hand; writers of SQLite wait for some milliseconds.
    const int ItemsPerTransaction = 50;

    // For what another replica left.
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    static readonly ActivitySource Source = new(PlatformTelemetry.SourceName);

    /// <summary>Set when a batch is stored.</summary>
    public Signal Wanted { get; } = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await database.InTransactionAsync(IssueNextAsync, stoppingToken) > 0)
                {
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ((Task)Wanted.WaitAsync(LookAgain, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How many items were issued or refused.</returns>
    async Task<int> IssueNextAsync(Transaction transaction)
    {
        var items = await batches.TakePendingAsync(transaction, ItemsPerTransaction);
        var done = new List<BatchItem>(items.Count);
        foreach (var ofBatch in items.GroupBy(item => item.BatchId))
        {
            var batch = (await batches.GetAsync(transaction, ofBatch.Key)).Batch;
            using var activity = Source.StartActivity(
                "batch issue", ActivityKind.Internal, batch.Traceparent,
                [new("canthogov.service", database.Service), new("canthogov.subject", $"batches/{batch.Id}")]);
            var schedule = new Schedule(await calendars.CurrentAsync(transaction));
            foreach (var item in ofBatch)
            {
                done.Add(await IssueAsync(transaction, batch, item, schedule) with { FinishedAt = clock.Now });
            }
        }

        await batches.FinishAsync(transaction, done);
        return done.Count;
    }

    async Task<BatchItem> IssueAsync(Transaction transaction, Batch batch, BatchItem item, Schedule schedule)
    {
        try
        {
            var id = await transaction.AttemptAsync(() => IssueAsync(transaction, batch, item.Receiver, schedule));
            return item with { State = BatchItemState.Issued, AssignmentId = id };
        }
        catch (DomainException refusal)
        {
            return item with { State = BatchItemState.Refused, Refusal = RpcErrors.ToStatus(refusal) };
        }
        catch (Exception e) when (e is not (DbException or OperationCanceledException))
        {
            // A bug that one item meets does not hold up the others.
            Log.ItemFailed(logger, item.Number, batch.Id, e);
            var refusal = new DomainException(StatusCode.Internal, RpcErrors.Internal, "The service failed. The failure was logged.");
            return item with { State = BatchItemState.Refused, Refusal = RpcErrors.ToStatus(refusal) };
        }
    }

    /// <summary>The same as CreateAssignment, SetWorkingDeadline and IssueAssignment one after the other.</summary>
    async Task<Guid> IssueAsync(Transaction transaction, Batch batch, Protos.City.V1.Receiver receiver, Schedule schedule)
    {
        var act = new Act
        {
            Verb = "create",
            Actor = batch.Caller.Subject,
            ActorRole = batch.Caller.Role,
            At = clock.Now,
            RequestId = batch.RequestId,
        };
        var draft = AssignmentDraft.Parse(batch.RequestFor(receiver), batch.Caller, act.At) with { BatchId = batch.Id };
        await references.RequireKnownAsync(transaction, draft);
        if (draft.Coordinators.Any(part => part.Due is not null))
        {
            Coordination.CheckDraft(draft, schedule, act.At);
        }

        var assignment = new Assignment(draft, version: 1);
        await assignments.AddAsync(transaction, assignment, act);
        if (batch.WorkingDeadline is { } deadline && draft.Deadline.Kind is DeadlineKind.None or DeadlineKind.Immediate)
        {
            var setting = act with { Verb = "set-working-deadline", Note = deadline.Reason };
            assignment.SetWorkingDeadline(deadline.Date, deadline.SetBy, deadline.Reason, schedule, setting);
            await assignments.UpdateAsync(transaction, assignment, null, setting);
        }

        var subject = new VerbSubject(transaction, assignment, schedule, act with { Verb = "issue", Note = batch.Note });
        var issued = await issuing.IssueAsync(subject, outsideCompetenceReason: "");
        await assignments.UpdateAsync(transaction, assignment, issued, subject.Act);
        return draft.Id;
    }

    static partial class Log
    {
        [LoggerMessage(1151, LogLevel.Error, "A batch could not be carried on; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(1152, LogLevel.Error, "Item {Number} of batch {Batch} failed.")]
        public static partial void ItemFailed(ILogger logger, int number, Guid batch, Exception exception);
    }
}
