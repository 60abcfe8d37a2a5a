using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

/// <summary>Which assignments there are for a caller, and what is shown of them.</summary>
public sealed class VisibleAssignments(AssignmentStore assignments, ContributionStore contributions, BusinessClock<CityDatabase> clock)
{
    /// <summary>Within a transaction, to change it. For a ward there is only what was issued to its units, now or once.</summary>
    public async Task<Assignment> GetAsync(Session session, Guid id, Caller caller)
    {
        var assignment = session is Transaction transaction
            ? await assignments.FindForChangeAsync(transaction, id)
            : await assignments.FindAsync(session, id);
        var visible = assignment is not null
            && (!caller.IsWard || (assignment.Snapshot.IssuedAt is not null
                && caller.Units.Any(unit => assignment.Concerns(unit) || assignment.WasLedBy(unit))));
        return visible ? assignment! : throw AssignmentName.NotFound(id.ToString());
    }

    public async Task<Pb.Assignment> ShowAsync(Session session, Assignment assignment) => (await ShowAsync(session, [assignment]))[0];

    public async Task<IReadOnlyList<Pb.Assignment>> ShowAsync(Session session, IReadOnlyList<Assignment> found)
    {
        Pb.Assignment[] shown = [.. found.Select(assignment => assignment.Snapshot.ToProto(clock.Now, assignment.Version))];
        await contributions.ShowAsync(session, [.. found.Zip(shown, (assignment, proto) => (assignment.Snapshot, proto))]);
        return shown;
    }
}
