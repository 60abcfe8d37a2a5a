using CanThoGov.City.Assignments;
using CanThoGov.City.Batches;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Occurrences;

[Authorize]
public sealed class OccurrenceGrpcService(
    CityDatabase database, DutyOccurrences occurrences, OccurrenceStore store, VisibleAssignments visible, Acts acts)
    : Pb.OccurrenceService.OccurrenceServiceBase
{
    public override async Task<Pb.ListOccurrencesResponse> ListOccurrences(Pb.ListOccurrencesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var duty = AssignmentName.Parse(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "occurrences", request.Parent);
        errors.ThrowIfAny();
        Guid? before = page.After is null ? null : Guid.Parse(page.After);
        var found = await database.ReadAsync(async session =>
        {
            await visible.GetAsync(session, duty, Caller.Of(context));
            return await store.ListAsync(session, duty, before, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListOccurrencesResponse
        {
            Occurrences = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), "occurrences", request.Parent) : "",
        };
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> RequestOccurrence(Pb.RequestOccurrenceRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Name, errors, "name");
        var dueOn = errors.Date("due_date", request.DueDate, required: true);
        var requester = AssignmentDraft.ParseOptionalPerson(request.Requester, errors, "requester");
        if (requester is null)
        {
            errors.Add("requester", "must name the person, or the role, who asks");
        }

        errors.Required("reason", request.Reason, 2000);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => GetOwnAsync(transaction, id, caller), async (transaction, duty) =>
            await visible.ShowAsync(transaction, await occurrences.RequestAsync(
                transaction, duty, dueOn!.Value, requester!, request.Reason, acts.Of(context, "create", request.RequestId))));
    }

    async Task<Assignment> GetOwnAsync(Transaction transaction, Guid id, Caller caller)
    {
        await occurrences.ShareUnitsAsync(transaction, [id]);
        var duty = await visible.GetAsync(transaction, id, caller);
        return caller.SpeaksFor(duty.Snapshot.Assigner)
            ? duty
            : throw new DomainException(
                StatusCode.PermissionDenied, "UNIT_NOT_ALLOWED", $"The caller does not speak for 'units/{duty.Snapshot.Assigner}', which gave the duty.")
                .With("unit", $"units/{duty.Snapshot.Assigner}");
    }

    static Pb.OccurrenceRecord ToProto(OccurrenceRecord record) => new()
    {
        Occurrence = record.Occurrence.ToProto(),
        DueDate = AssignmentProto.ToProto((DateOnly?)record.DueOn),
        Assignment = record.AssignmentId is { } assignment ? $"assignments/{assignment}" : "",
        Refusal = record.Refusal?.ToProto(),
        CreateTime = Timestamp.FromDateTimeOffset(record.CreatedAt),
    };
}
