using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using Google.Protobuf;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

/// <summary>What a verb works on.</summary>
public sealed record VerbSubject(Transaction Transaction, Assignment Assignment, Schedule Schedule, Act Act)
{
    public AssignmentSnapshot Snapshot => Assignment.Snapshot;

    /// <summary>What the history keeps. A verb that finds more than it was told says so here.</summary>
    public Act Act { get; set; } = Act;
}

/// <summary>
/// How a verb changes an assignment, all in one transaction: it is there for the caller and is still what he read, the verb changes it or
/// refuses, and it is saved with its history and its event.
/// </summary>
public sealed class AssignmentVerbs(
    CityDatabase database, AssignmentStore assignments, AssignmentReferences references, VisibleAssignments visible, AssignmentEvidence evidence,
    CalendarStore calendars)
{
    public Task<Pb.Assignment> DecideAsync(
        Pb.IVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<Assignment, Schedule, IAssignmentEvent?> verb) =>
        DecideAsync(request, context, errors, act, subject => Task.FromResult(verb(subject.Assignment, subject.Schedule)));

    /// <summary>A decision of the city: it must say by its etag what it decides on.</summary>
    /// <param name="errors">What is wrong with the rest of the request.</param>
    /// <param name="verb">Gives the event; null for a change of a draft. If it refuses, also after it has changed the assignment, nothing is saved.</param>
    /// <param name="receivers">Ids of the units to which the verb gives the work; null if it gives it to none.</param>
    public Task<Pb.Assignment> DecideAsync(
        Pb.IVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<VerbSubject, Task<IAssignmentEvent?>> verb,
        Func<AssignmentSnapshot, IReadOnlyList<string>>? receivers = null)
    {
        RequireEtag(request, errors);
        return ChangeAsync(request, context, errors, act, (transaction, id) => visible.GetAsync(transaction, id, Caller.Of(context)), verb, receivers);
    }

    public Task<Pb.Assignment> CarryOutAsync(
        Pb.IUnitVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<Assignment, Schedule, IAssignmentEvent> verb) =>
        CarryOutAsync(request, context, errors, act, subject => Task.FromResult(verb(subject.Assignment, subject.Schedule)));

    /// <summary>A verb of a unit, on an assignment that concerns it.</summary>
    /// <param name="errors">What is wrong with the rest of the request.</param>
    /// <param name="receivers">Ids of the units to which the work is to go; null if it stays.</param>
    public Task<Pb.Assignment> CarryOutAsync(
        Pb.IUnitVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<VerbSubject, Task<IAssignmentEvent>> verb,
        Func<AssignmentSnapshot, IReadOnlyList<string>>? receivers = null) =>
        ChangeAsync(request, context, errors, act, (transaction, id) => GetOfUnitAsync(transaction, id, act), async subject =>
            subject.Assignment.Concerns(act.Unit)
                ? await verb(subject)
                : throw new DomainException(StatusCode.PermissionDenied, "FORMER_LEAD_UNIT", "The work was given to another unit; this one only reads it.")
                    .With("unit", act.Unit).With("lead_unit", subject.Snapshot.Lead.Unit), receivers);

    async Task<Assignment> GetOfUnitAsync(Transaction transaction, Guid id, Act act)
    {
        var assignment = await assignments.FindForChangeAsync(transaction, id);
        if (assignment is not { Snapshot.IssuedAt: not null } || !(assignment.Concerns(act.Unit) || assignment.WasLedBy(act.Unit)))
        {
            throw AssignmentName.NotFound(id.ToString());
        }

        await evidence.RequireUploadedAsync(transaction, id, act.Attachments);
        return assignment;
    }

    /// <summary>Asks for what a decision must say.</summary>
    public static void RequireEtag(Pb.IVerbRequest request, FieldErrors errors)
    {
        if (request.Etag.Length == 0)
        {
            errors.Add("etag", "is required for a decision: send that of what you read");
        }
    }

    Task<Pb.Assignment> ChangeAsync(
        Pb.IVerbRequest request, ServerCallContext context, FieldErrors errors, Act act,
        Func<Transaction, Guid, Task<Assignment>> authorise, Func<VerbSubject, Task<IAssignmentEvent?>> verb,
        Func<AssignmentSnapshot, IReadOnlyList<string>>? receivers)
    {
        var id = AssignmentName.Parse(request.Name, errors, "name");
        return ChangeAsync(
            request, context, errors, id, act, transaction => authorise(transaction, id), verb, visible.ShowAsync, receivers);
    }

    /// <summary>What all verbs have in common, those on a part of an assignment as well.</summary>
    /// <param name="id">Of the assignment, as the name in the request says; if that is wrong, it is among the errors.</param>
    /// <param name="authorise">Holds the assignment, or refuses it to this caller.</param>
    /// <param name="show">The answer.</param>
    public Task<TAnswer> ChangeAsync<TAnswer>(
        Pb.IVerbRequest request, ServerCallContext context, FieldErrors errors, Guid id, Act act,
        Func<Transaction, Task<Assignment>> authorise, Func<VerbSubject, Task<IAssignmentEvent?>> verb,
        Func<Session, Assignment, Task<TAnswer>> show, Func<AssignmentSnapshot, IReadOnlyList<string>>? receivers = null)
        where TAnswer : IMessage<TAnswer>, new()
    {
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        System.Diagnostics.Activity.Current?.SetTag("canthogov.subject", $"assignments/{id}");
        return database.MutateAsync(request, context, async transaction =>
        {
            // Before the assignment is held, so as it is now; if it changes in between, its etag is not that of the caller.
            if (receivers is not null && await assignments.FindAsync(transaction, id) is { } unheld)
            {
                await references.ShareAsync(transaction, receivers(unheld.Snapshot));
            }

            return await authorise(transaction);
        }, async (transaction, assignment) =>
        {
            AssignmentStore.RequireUnchanged(assignment, request.Etag);
            var subject = new VerbSubject(transaction, assignment, new Schedule(await calendars.CurrentAsync(transaction)), act);
            var e = await verb(subject);
            await assignments.UpdateAsync(transaction, assignment, e, subject.Act);
            return await show(transaction, assignment);
        });
    }
}
