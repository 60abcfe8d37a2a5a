using CanThoGov.Platform.Attachments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Grpc.Core;

namespace CanThoGov.City.Assignments;

/// <summary>Evidence on assignments: who may see and add it, and what a report or a result may name.</summary>
public sealed class AssignmentEvidence(VisibleAssignments visible, AttachmentStore attachments) : IAttachmentParents<CityDatabase>
{
    public string OwnerOf(string parent, FieldErrors errors, string field)
    {
        AssignmentName.Parse(parent, errors, field);
        return parent;
    }

    public Task RequireVisibleAsync(Session session, string parent, Caller caller) => visible.GetAsync(session, IdOf(parent), caller);

    /// <summary>Those add to it who have a part in it, however many others read it: what it may hold is limited.</summary>
    public async Task RequireOpenAsync(Transaction transaction, string parent, Caller caller)
    {
        var assignment = await visible.GetAsync(transaction, IdOf(parent), caller);
        if (!caller.Units.Any(unit => assignment.Concerns(unit) || assignment.Snapshot.Assigner == unit))
        {
            throw new DomainException(StatusCode.PermissionDenied, "UNIT_NOT_CONCERNED",
                "Only a unit that leads the work, helps with it or gave it adds to it.")
                .With("lead_unit", assignment.Snapshot.Lead.Unit).With("assigner", assignment.Snapshot.Assigner);
        }

        if (assignment.IsClosed)
        {
            throw DomainException.Precondition("ASSIGNMENT_CLOSED", $"The assignment is {assignment.Snapshot.State}; nothing is added to it.")
                .With("state", assignment.Snapshot.State);
        }
    }

    /// <summary>Reads names of an assignment's attachments.</summary>
    public static IReadOnlyList<Guid> Parse(string assignment, IReadOnlyList<string> names, FieldErrors errors, string field)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].StartsWith($"{assignment}/attachments/", StringComparison.Ordinal)
                && Guid.TryParseExact(names[i][$"{assignment}/attachments/".Length..], "D", out var id) && !ids.Contains(id))
            {
                ids.Add(id);
            }
            else
            {
                errors.Add($"{field}[{i}]", "must be the name of an attachment of the assignment, each once");
            }
        }

        return ids;
    }

    /// <exception cref="DomainException">FAILED_PRECONDITION, reason <c>EVIDENCE_MISSING</c>, naming all that were not uploaded.</exception>
    public async Task RequireUploadedAsync(Session session, Guid assignment, IReadOnlyList<Guid> ids)
    {
        var missing = new List<string>();
        foreach (var id in ids)
        {
            if (await attachments.FindAsync(session, $"assignments/{assignment}", id) is null)
            {
                missing.Add(Attachment.NameOf($"assignments/{assignment}", id));
            }
        }

        if (missing.Count > 0)
        {
            var refusal = DomainException.Precondition("EVIDENCE_MISSING", $"Not uploaded, or not whole: {string.Join(", ", missing)}.");
            missing.ForEach(name => refusal.Violating(name, "was not uploaded, or not whole"));
            throw refusal;
        }
    }

    static Guid IdOf(string parent) => Guid.Parse(parent["assignments/".Length..]);
}
