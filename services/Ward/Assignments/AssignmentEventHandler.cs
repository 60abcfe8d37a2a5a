using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Time;

namespace CanThoGov.Ward.Assignments;

/// <summary>Every event of an assignment carries all of its state, so one handler takes them all.</summary>
public sealed class AssignmentEventHandler(WardAssignmentStore assignments, BusinessClock<WardDatabase> clock) : IEventHandler<IAssignmentEvent>
{
    public async Task HandleAsync(IAssignmentEvent e, Transaction transaction)
    {
        await assignments.SaveAsync(transaction, e.Assignment, e.Version, clock.Now);
        IReadOnlyList<ContributionWords> said = e switch
        {
            ContributionSubmitted contributed => [new(contributed.Unit, contributed.Text)],
            AssignmentSucceeded succeeded => succeeded.Words,
            _ => [],
        };
        foreach (var words in said)
        {
            await assignments.ContributeAsync(transaction, e.Assignment.Id, e.Version, words);
        }

        await Journal.AddAsync(transaction, e);
    }
}

/// <summary>Keeps what monitoring says about the unit's deadlines.</summary>
public sealed class DeadlineEventHandler(WardAssignmentStore assignments) : IEventHandler<IDeadlineEvent>, IEventHandler<ReminderIssued>
{
    public async Task HandleAsync(IDeadlineEvent e, Transaction transaction)
    {
        await assignments.NoteAsync(transaction, DeadlineNotice.Of(e));
        await Journal.AddAsync(transaction, e);
    }

    public async Task HandleAsync(ReminderIssued e, Transaction transaction)
    {
        await assignments.NoteAsync(transaction, DeadlineNotice.Of(e));
        await Journal.AddAsync(transaction, e);
    }
}
