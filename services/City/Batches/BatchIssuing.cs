using System.Data.Common;
using System.Diagnostics;
using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.City.Overlaps;
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
    CityDatabase database, BatchStore batches, AssignmentReferences references, Issuing issuing, CalendarStore calendars,
    BusinessClock<CityDatabase> clock, ILogger<BatchIssuing> logger) : BackgroundService
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
        var planned = new List<(Batch Batch, BatchItem Item, AssignmentSnapshot? Draft)>(items.Count);
        foreach (var ofBatch in items.GroupBy(item => item.BatchId))
        {
            var batch = (await batches.GetAsync(transaction, ofBatch.Key)).Batch;
            foreach (var item in ofBatch)
            {
                AssignmentSnapshot? draft = null;
                var parsed = await TryAsync(batch, item, () =>
                {
                    draft = AssignmentDraft.Parse(batch.RequestFor(item.Receiver), batch.Caller, clock.Now) with { BatchId = batch.Id };
                    return Task.FromResult(item);
                });
                planned.Add((batch, parsed, draft));
            }
        }

        // All units at once, and the works in one order: two replicas, each with its items in another order, would wait for each other.
        var drafts = planned.Select(one => one.Draft).OfType<AssignmentSnapshot>();
        await references.ShareAsync(transaction, drafts.SelectMany(AssignmentReferences.UnitsOf));
        var done = planned.Where(one => one.Draft is null).Select(one => one.Item).ToList();
        var schedule = new Schedule(await calendars.CurrentAsync(transaction));
        foreach (var ofBatch in planned.Where(one => one.Draft is not null).GroupBy(one => one.Batch.Id))
        {
            var batch = ofBatch.First().Batch;
            using var activity = Source.StartActivity(
                "batch issue", ActivityKind.Internal, batch.Traceparent,
                [new("canthogov.service", database.Service), new("canthogov.subject", $"batches/{batch.Id}")]);
            foreach (var (_, item, draft) in ofBatch.OrderBy(one => Work.Of(one.Draft!).Id))
            {
                done.Add(await TryAsync(batch, item, () => transaction.AttemptAsync(() => IssueAsync(transaction, batch, item, draft!, schedule))));
            }
        }

        await batches.FinishAsync(transaction, done.Select(item => item with { FinishedAt = clock.Now }));
        return done.Count;
    }

    /// <returns>What <paramref name="step"/> made of the item, or its refusal.</returns>
    async Task<BatchItem> TryAsync(Batch batch, BatchItem item, Func<Task<BatchItem>> step)
    {
        try
        {
            return await step();
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

    async Task<BatchItem> IssueAsync(Transaction transaction, Batch batch, BatchItem item, AssignmentSnapshot draft, Schedule schedule)
    {
        var act = new Act
        {
            Verb = "create",
            Actor = batch.Caller.Subject,
            ActorRole = batch.Caller.Role,
            At = draft.CreatedAt,
            RequestId = batch.RequestId,
        };
        await issuing.CreateAndIssueAsync(transaction, draft, batch.WorkingDeadline, schedule, act, batch.Note);
        return item with { State = BatchItemState.Issued, AssignmentId = draft.Id };
    }

    static partial class Log
    {
        [LoggerMessage(1151, LogLevel.Error, "A batch could not be carried on; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(1152, LogLevel.Error, "Item {Number} of batch {Batch} failed.")]
        public static partial void ItemFailed(ILogger logger, int number, Guid batch, Exception exception);
    }
}
