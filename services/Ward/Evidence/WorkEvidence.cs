using CanThoGov.Platform.Attachments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Units;
using CanThoGov.Ward.WorkItems;
using Grpc.Core;

namespace CanThoGov.Ward.Evidence;

/// <summary>Evidence on a unit's assignments and its work items: who may see and add it.</summary>
public sealed class WorkEvidence(WardAssignmentStore assignments, WorkItemStore items, ServedUnits served) : IAttachmentParents<WardDatabase>
{
    public string OwnerOf(string parent, FieldErrors errors, string field) => Parse(parent, errors, field).Assignment.ToString();

    public Task RequireVisibleAsync(Session session, string parent, Caller caller) => GetAsync(session, parent, caller);

    public async Task RequireOpenAsync(Transaction transaction, string parent, Caller caller)
    {
        if (!caller.IsWard)
        {
            throw new DomainException(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed, "A ward's evidence is added by the ward.");
        }

        await assignments.LockAsync(transaction, Parse(parent, new(), "").Assignment);
        var copy = await GetAsync(transaction, parent, caller);
        if (WorkItem.IsClosed(copy.Assignment.State))
        {
            throw DomainException.Precondition("ASSIGNMENT_CLOSED", $"The assignment is {copy.Assignment.State}; nothing is added to it.")
                .With("state", copy.Assignment.State);
        }
    }

    async Task<WardAssignment> GetAsync(Session session, string parent, Caller caller)
    {
        var (name, item) = Parse(parent, new(), "");
        var copy = await served.IncludeVisibleAsync(session, name.Unit, caller)
            ? await assignments.GetAsync(session, name)
            : throw WardAssignmentStore.NotFound(name);
        return item is null || await items.FindAsync(session, name, item.Value) is not null
            ? copy
            : throw DomainException.NotFound("WORK_ITEM_NOT_FOUND", "work item", parent);
    }

    static (AssignmentName Assignment, Guid? Item) Parse(string parent, FieldErrors errors, string field)
    {
        if (!parent.Contains("/workItems", StringComparison.Ordinal))
        {
            return (AssignmentName.Parse(parent, errors, field), null);
        }

        var ids = ResourceName.Parse(["units", "assignments", "workItems"], parent, errors, field);
        return (new(ids[0], AsGuid(ids[1])), AsGuid(ids[2]));
    }

    // An id that is none of ours is the name of nothing: it is not found later.
    static Guid AsGuid(string id) => Guid.TryParse(id, out var guid) ? guid : Guid.Empty;
}
