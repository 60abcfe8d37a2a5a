using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;

namespace CanThoGov.City.Officials;

/// <summary>Brings the register of heads and the assignments together: at the issue, and when a head changes.</summary>
public sealed class AccountableHeads(OfficialStore officials, AssignmentStore assignments)
{
    /// <summary>Before an assignment is issued: names the head of its lead unit on that day. Needs the unit shared or held.</summary>
    public async Task NameAsync(Transaction transaction, Assignment assignment, Act act) =>
        assignment.NameHead(await FindAsync(transaction, assignment.Snapshot.Lead, act), LocalTime.DateOf(act.At));

    /// <summary>Needs the unit shared or held, if it is to be so until the end of the transaction.</summary>
    /// <returns>The head of the unit's organ now; null if the register knows none.</returns>
    public async Task<Appointment?> FindAsync(Transaction transaction, Assignee lead, Act act) =>
        (await officials.HeadsAsync(transaction, lead.Unit)).On(LocalTime.DateOf(act.At), lead.Organ);

    /// <summary>
    /// Records a change of heads, and passes every open assignment that the unit leads to whom it has now, all in this transaction. What is
    /// a draft or was handed back gets its head when it is issued.
    /// </summary>
    /// <param name="heads">As they are now, the unit held (<see cref="OfficialStore.HoldHeadsAsync"/>).</param>
    public async Task HandOverAsync(
        Transaction transaction, string unit, Organ organ, Headships heads, Appointment? from, Appointment? to, DateOnly date, Act act)
    {
        var (count, today) = (0, LocalTime.DateOf(act.At));
        foreach (var assignment in await assignments.TakeLedByAsync(transaction, unit))
        {
            if (assignment.ChangeHead(heads.On(today, assignment.Snapshot.Lead.Organ), date, act) is { } changed)
            {
                await assignments.UpdateAsync(transaction, assignment, changed, act);
                count++;
            }
        }

        var handover = new Handover
        {
            Id = Guid.CreateVersion7(),
            Unit = unit,
            Organ = organ,
            FromId = from?.Id,
            ToId = to?.Id,
            Date = date,
            Note = act.Note,
            AssignmentCount = count,
            CreatedAt = act.At,
            CreatedBy = act.Actor,
        };
        await officials.AddHandoverAsync(transaction, handover);
        transaction.Publish(new HeadChanged(
            handover.Id, unit, organ, from?.OfficialId, from?.Person, to?.OfficialId, to?.Person, date, act.Note, act.At, Version: 1));
    }
}
