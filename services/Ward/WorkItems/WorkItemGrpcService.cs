using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Units;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.WorkItems;

[Authorize]
public sealed class WorkItemGrpcService(
    WardDatabase database, WorkItemStore items, WardAssignmentStore assignments, ServedUnits served, BusinessClock<WardDatabase> clock)
    : Pb.WorkItemService.WorkItemServiceBase
{
    const int TitleLength = 500, OfficialLength = 200, NoteLength = 4000, ReasonLength = 2000, MaxWeight = 1000;

    public override async Task<Pb.WorkItem> GetWorkItem(Pb.GetWorkItemRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (assignment, id) = ParseName(request.Name, errors);
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
            await SeesAsync(session, assignment, context) && await items.FindAsync(session, assignment, id) is { } item
                ? item.ToProto((await assignments.GetAsync(session, assignment)).Assignment.State)
                : throw NotFound(request.Name), context.CancellationToken);
    }

    public override async Task<Pb.ListWorkItemsResponse> ListWorkItems(Pb.ListWorkItemsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var assignment = AssignmentName.Parse(request.Parent, errors, "parent");
        string[] filters = ["workItems", request.Parent];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : int.Parse(page.After, CultureInfo.InvariantCulture);
        var (copy, found) = await database.ReadAsync(async session => (
            await GetAssignmentAsync(session, assignment, context),
            await items.ListAsync(session, assignment, after, page.Size + 1)), context.CancellationToken);
        return new Pb.ListWorkItemsResponse
        {
            WorkItems = { found.Take(page.Size).Select(item => item.ToProto(copy.Assignment.State)) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Number.ToString(CultureInfo.InvariantCulture), filters)
                : "",
        };
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.WorkItem> CreateWorkItem(Pb.CreateWorkItemRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var assignment = AssignmentName.Parse(request.Parent, errors, "parent");
        var requested = request.WorkItem ?? new Pb.WorkItem();
        errors.Required("work_item.title", requested.Title, TitleLength);
        errors.Required("work_item.official", requested.Official, OfficialLength);
        errors.Optional("work_item.official_role", requested.OfficialRole, OfficialLength);
        errors.Optional("work_item.collective", requested.Collective, OfficialLength);
        errors.Optional("work_item.late_reason", requested.LateReason, ReasonLength);
        errors.Range("work_item.weight", requested.Weight, 0, MaxWeight);
        var due = errors.Date("work_item.due_date", requested.DueDate, required: false);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context,
            async transaction =>
            {
                await assignments.LockAsync(transaction, assignment);
                return await GetAssignmentAsync(transaction, assignment, context);
            },
            async (transaction, copy) =>
            {
                RequireOpen(copy);
                var now = clock.Now;
                var item = new WorkItem
                {
                    Id = Guid.CreateVersion7(),
                    Unit = assignment.Unit,
                    AssignmentId = assignment.Assignment,
                    Title = requested.Title,
                    Official = requested.Official,
                    OfficialRole = requested.OfficialRole,
                    Collective = requested.Collective,
                    AllocatedAt = now,
                    DueDate = DueDate(copy.Assignment, assignment.Unit, due, requested.LateReason, "work_item."),
                    LateReason = requested.LateReason,
                    Weight = Math.Max(requested.Weight, 1),
                    Illustrative = requested.Illustrative,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                await items.AddAsync(transaction, item);
                await Journal.AddAsync(transaction, context.Method, item.Name, item.Version, Caller.Of(context), request.RequestId);
                return item.ToProto(copy.Assignment.State);
            });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.WorkItem> ReportWorkItemProgress(Pb.ReportWorkItemProgressRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (assignment, id) = ParseName(request.Name, errors);
        errors.Range("percent", request.Percent, 0, 100);
        errors.Optional("note", request.Note, NoteLength);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return ChangeAsync(request, context, request.RequestId, assignment, id, (_, item) =>
            item.Report(request.Etag, request.Percent, request.Note, clock.Now));
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.WorkItem> ReallocateWorkItem(Pb.ReallocateWorkItemRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (assignment, id) = ParseName(request.Name, errors);
        errors.Required("official", request.Official, OfficialLength);
        errors.Optional("official_role", request.OfficialRole, OfficialLength);
        errors.Optional("collective", request.Collective, OfficialLength);
        errors.Required("reason", request.Reason, ReasonLength);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return ChangeAsync(request, context, request.RequestId, assignment, id, (_, item) => item.Reallocate(
            request.Etag, request.Official, request.OfficialRole, request.Collective, request.Reason, Caller.Of(context).Subject, clock.Now));
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.WorkItem> RescheduleWorkItem(Pb.RescheduleWorkItemRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (assignment, id) = ParseName(request.Name, errors);
        var due = errors.Date("due_date", request.DueDate, required: false);
        errors.Optional("late_reason", request.LateReason, ReasonLength);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return ChangeAsync(request, context, request.RequestId, assignment, id, (copy, item) => item.Reschedule(
            request.Etag, DueDate(copy.Assignment, assignment.Unit, due, request.LateReason, ""), request.LateReason, clock.Now));
    }

    Task<Pb.WorkItem> ChangeAsync<TRequest, TEvent>(
        TRequest request, ServerCallContext context, string requestId, AssignmentName assignment, Guid id,
        Func<WardAssignment, WorkItem, (WorkItem Changed, TEvent Event)> verb) where TRequest : IMessage where TEvent : IEvent =>
        database.MutateAsync(
            request, context,
            async transaction => await SeesAsync(transaction, assignment, context)
                && await items.FindForUpdateAsync(transaction, assignment, id) is { } item
                    ? (Copy: await assignments.GetAsync(transaction, assignment), Item: item)
                    : throw NotFound(request.Descriptor.FindFieldByName("name").Accessor.GetValue(request).ToString()!),
            async (transaction, subject) =>
            {
                RequireOpen(subject.Copy);
                var (changed, e) = verb(subject.Copy, subject.Item);
                await items.UpdateAsync(transaction, changed, e);
                await Journal.AddAsync(transaction, context.Method, changed.Name, changed.Version, Caller.Of(context), requestId);
                return changed.ToProto(subject.Copy.Assignment.State);
            });

    static void RequireOpen(WardAssignment copy)
    {
        if (WorkItem.IsClosed(copy.Assignment.State))
        {
            throw DomainException.Precondition("ASSIGNMENT_CLOSED", $"The assignment is {copy.Assignment.State}; there is no work on it.")
                .With("state", copy.Assignment.State);
        }
    }

    /// <summary>Judged by what the unit has to do: the whole, or a part with a date of its own.</summary>
    static DateOnly? DueDate(AssignmentSnapshot assignment, string unit, DateOnly? requested, string lateReason, string path)
    {
        var part = assignment.Lead.Unit == unit ? null : assignment.Coordinators.FirstOrDefault(one => one.Assignee.Unit == unit);
        DateOnly? latest = (part is null ? assignment.Deadline.DueAt : assignment.DueAtOf(part)) is { } dueAt ? LocalTime.DateOf(dueAt) : null;
        var whose = part is null ? "the assignment's" : "that of the unit's part";
        var errors = new FieldErrors();
        if (requested > latest && string.IsNullOrWhiteSpace(lateReason))
        {
            errors.Add($"{path}due_date", $"must not be later than {whose}, which is {latest:yyyy-MM-dd}, unless late_reason says why");
        }

        if (!(requested > latest) && lateReason.Length > 0)
        {
            errors.Add($"{path}late_reason", $"is for a date after {whose} only");
        }

        errors.ThrowIfAny();
        return requested ?? latest;
    }

    async Task<WardAssignment> GetAssignmentAsync(Session session, AssignmentName name, ServerCallContext context) =>
        await SeesAsync(session, name, context) ? await assignments.GetAsync(session, name) : throw WardAssignmentStore.NotFound(name);

    async Task<bool> SeesAsync(Session session, AssignmentName name, ServerCallContext context) =>
        await served.IncludeVisibleAsync(session, name.Unit, Caller.Of(context));

    static (AssignmentName Assignment, Guid Id) ParseName(string name, FieldErrors errors)
    {
        var ids = ResourceName.Parse(["units", "assignments", "workItems"], name, errors, "name");
        return (new(ids[0], Guid.TryParse(ids[1], out var assignment) ? assignment : Guid.Empty),
            Guid.TryParse(ids[2], out var item) ? item : Guid.Empty);
    }

    static DomainException NotFound(string name) => DomainException.NotFound("WORK_ITEM_NOT_FOUND", "work item", name);
}
