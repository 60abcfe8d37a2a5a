using CanThoGov.Calendar;
using CanThoGov.City.Documents;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Time;

namespace CanThoGov.City.Assignments;

/// <summary>What an assignment names has to be there, and its units have to exist today.</summary>
public sealed class AssignmentReferences(
    AssignmentStore assignments, DocumentStore documents, UnitStore units, BusinessClock<CityDatabase> clock)
{
    /// <summary>Ids of all units that a draft names.</summary>
    public static string[] UnitsOf(AssignmentSnapshot draft) => [.. draft.UnitIds(), draft.Assigner, .. draft.ExtensionDeciders];

    public async Task RequireKnownAsync(Transaction transaction, AssignmentSnapshot draft)
    {
        await RequireSourcesAsync(transaction, draft);
        await RequireInForceAsync(transaction, UnitsOf(draft));
    }

    /// <summary>Document, provision and parent.</summary>
    public async Task RequireSourcesAsync(Session session, AssignmentSnapshot draft)
    {
        await documents.GetAsync(session, draft.DocumentId);
        if (draft.ProvisionId is { } provision)
        {
            await documents.GetProvisionAsync(session, draft.DocumentId, provision);
        }

        if (draft.ParentId is { } parent && await assignments.FindAsync(session, parent) is null)
        {
            throw AssignmentName.NotFound(parent.ToString());
        }
    }

    /// <summary>
    /// Units that are to get work: what is found of them here holds until the end of the transaction. Before an assignment is held; see
    /// <see cref="UnitStore.ShareAsync"/>.
    /// </summary>
    public Task ShareAsync(Transaction transaction, IEnumerable<string> ids) => units.ShareAsync(transaction, ids);

    /// <summary>They exist, and go on to until the end of the transaction.</summary>
    public async Task RequireInForceAsync(Transaction transaction, string[] ids)
    {
        var today = LocalTime.DateOf(clock.Now);
        var known = (await units.ShareAsync(transaction, ids)).ToDictionary(unit => unit.Id);
        foreach (var id in ids)
        {
            if (!known.TryGetValue(id, out var unit))
            {
                throw UnitStore.NotFound(id);
            }

            if (!unit.ExistsOn(today))
            {
                throw DomainException.Precondition("UNIT_NOT_IN_FORCE", $"The unit {id} does not exist on {today:yyyy-MM-dd}.").With("unit", id);
            }
        }
    }
}
