using System.Data.Common;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace CanThoGov.City.Occurrences;

/// <summary>
/// Issues what a duty without a date asks for each time, as an assignment of its own below it. Each period of a periodic duty has one at most,
/// however often and by however many replicas it is looked at.
/// </summary>
public sealed partial class DutyOccurrences(
    OccurrenceStore occurrences, AssignmentStore assignments, AssignmentReferences references, Issuing issuing, CalendarStore calendars,
    ILogger<DutyOccurrences> logger)
{
    const string Actor = "service:city";

    /// <param name="now">Business time. A period whose date has passed by then is left out: nobody could meet it any more.</param>
    /// <returns>How many duties were looked at; fewer than <paramref name="limit"/> if no other is due.</returns>
    public async Task<int> IssueDueAsync(Transaction transaction, DateTimeOffset now, int limit)
    {
        var due = await occurrences.TakeDueAsync(transaction, now, limit);
        await ShareUnitsAsync(transaction, due);
        foreach (var id in due)
        {
            var duty = (await assignments.FindForChangeAsync(transaction, id))!;
            if (duty.IsClosed || duty.Snapshot.State == AssignmentState.Returned)
            {
                await OccurrenceStore.EndAsync(transaction, id);
                continue;
            }

            var rule = duty.Snapshot.Deadline;
            var period = DutyPeriod.Of(rule.Recurrence, rule.RecurrenceDay, LocalTime.DateOf(now));
            if (duty.Snapshot.State != AssignmentState.Suspended && LocalTime.At(period.DueOn, LocalTime.EndOfBusiness) > now
                && !await occurrences.HasAsync(transaction, id, period.Key))
            {
                await IssueAsync(transaction, duty.Snapshot, period, now);
            }

            await OccurrenceStore.ScheduleAsync(transaction, id, LocalTime.At(period.Next, TimeOnly.MinValue));
        }

        return due.Count;
    }

    /// <summary>Before a duty is held: who gives work holds units first.</summary>
    public async Task ShareUnitsAsync(Transaction transaction, IEnumerable<Guid> duties)
    {
        var units = new List<string>();
        foreach (var id in duties)
        {
            units.AddRange((await assignments.FindAsync(transaction, id))?.Snapshot.UnitIds() ?? []);
        }

        await references.ShareAsync(transaction, units);
    }

    async Task IssueAsync(Transaction transaction, AssignmentSnapshot duty, DutyPeriod period, DateTimeOffset now)
    {
        var record = new OccurrenceRecord(Guid.CreateVersion7(), duty.Id, new(period.Key), period.DueOn, now);
        try
        {
            var issued = await transaction.AttemptAsync(() => IssueAsync(
                transaction, duty, record.Occurrence, period.DueOn, new Act { Verb = "create", Actor = Actor, At = now }));
            record = record with { AssignmentId = issued.Snapshot.Id };
        }
        catch (DomainException refusal)
        {
            Log.Refused(logger, period.Key, duty.Id, refusal);
            record = record with { Refusal = RpcErrors.ToStatus(refusal) };
        }
        catch (Exception e) when (e is not (DbException or OperationCanceledException))
        {
            // A bug that one duty meets does not hold up the others.
            Log.Failed(logger, period.Key, duty.Id, e);
            record = record with
            {
                Refusal = RpcErrors.ToStatus(new DomainException(StatusCode.Internal, RpcErrors.Internal, "The service failed. The failure was logged.")),
            };
        }

        await occurrences.AddAsync(transaction, record);
    }

    /// <param name="act">Of who asks for it.</param>
    /// <exception cref="DomainException">DUTY_NOT_ON_REQUEST, DUTY_NOT_OPEN, and whatever an issue can be refused for.</exception>
    public async Task<Assignment> RequestAsync(Transaction transaction, Assignment duty, DateOnly dueOn, Person requester, string reason, Act act)
    {
        var (kind, state) = (duty.Snapshot.Deadline.Kind, duty.Snapshot.State);
        if (kind is not (DeadlineKind.OnRequest or DeadlineKind.Conditional or DeadlineKind.Periodic))
        {
            throw DomainException.Precondition("DUTY_NOT_ON_REQUEST", $"It is {kind}: nothing is asked for beside it. Create an assignment below it.")
                .With("kind", kind);
        }

        if (duty.IsClosed || state is AssignmentState.Draft or AssignmentState.Returned or AssignmentState.Suspended)
        {
            throw DomainException.Precondition("DUTY_NOT_OPEN", $"The duty is {state}; only of one that units have can something be asked.")
                .With("state", state);
        }

        new Schedule(await calendars.CurrentAsync(transaction)).RequireWorkingDay("due_date", dueOn, after: LocalTime.DateOf(act.At));
        var occurrence = new Occurrence("", requester, act.At, reason);
        var issued = await IssueAsync(transaction, duty.Snapshot, occurrence, dueOn, act);
        await occurrences.AddAsync(transaction, new(Guid.CreateVersion7(), duty.Snapshot.Id, occurrence, dueOn, act.At)
        {
            AssignmentId = issued.Snapshot.Id,
        });
        return issued;
    }

    async Task<Assignment> IssueAsync(Transaction transaction, AssignmentSnapshot duty, Occurrence occurrence, DateOnly dueOn, Act act) =>
        await issuing.CreateAndIssueAsync(
            transaction, Draft(duty, occurrence, dueOn, act.At), deadline: null, new Schedule(await calendars.CurrentAsync(transaction)), act,
            occurrence.Reason, duty.CompetenceCheck?.Reason ?? "");

    /// <summary>The same work by the same people, with a date.</summary>
    static AssignmentSnapshot Draft(AssignmentSnapshot duty, Occurrence occurrence, DateOnly dueOn, DateTimeOffset now) => new(
        Guid.CreateVersion7(), AssignmentState.Draft, duty.Title, duty.Content, duty.DocumentId, duty.ProvisionId, ParentId: duty.Id, duty.Lead,
        [.. duty.Coordinators.Select(one => new Coordinator(one.Assignee, one.Part, AcknowledgedAt: null, one.ResponsiblePerson))],
        duty.ResponsiblePerson, duty.Responsibility, duty.ExpectedResult, duty.Authority, duty.CriteriaSet,
        new Deadline(DeadlineKind.FixedDate, duty.Deadline.Words, dueOn), duty.AccountableHead, duty.Illustrative, ProgressPercent: 0,
        Extensions: [], Obstacles: [], Submissions: [], Returns: [], CreatedAt: now, IssuedAt: null, CompletedAt: null)
    {
        Assigner = duty.Assigner,
        ExtensionDeciders = duty.ExtensionDeciders,
        Field = duty.Field,
        PortfolioField = duty.PortfolioField,
        BatchId = duty.BatchId,
        Occurrence = occurrence,
    };

    static partial class Log
    {
        [LoggerMessage(1161, LogLevel.Warning, "The occurrence {Period} of assignments/{Duty} could not be issued.")]
        public static partial void Refused(ILogger logger, string period, Guid duty, DomainException refusal);

        [LoggerMessage(1163, LogLevel.Error, "The occurrence {Period} of assignments/{Duty} failed.")]
        public static partial void Failed(ILogger logger, string period, Guid duty, Exception exception);
    }
}
