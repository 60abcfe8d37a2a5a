using CanThoGov.Contracts.Deadlines;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.City.Assignments;

/// <summary>What monitoring finds out about a deadline enters the assignment's history; its state does not change.</summary>
public sealed class DeadlineRecorder(AssignmentStore assignments)
    : IEventHandler<DeadlineDueSoon>, IEventHandler<DeadlineMissed>, IEventHandler<DeadlineEscalated>, IEventHandler<ReminderIssued>
{
    public Task HandleAsync(DeadlineDueSoon e, Transaction transaction) => RecordAsync(e, "deadline-due-soon", transaction);

    public Task HandleAsync(DeadlineMissed e, Transaction transaction) => RecordAsync(e, "deadline-missed", transaction);

    public Task HandleAsync(DeadlineEscalated e, Transaction transaction) => RecordAsync(e, "deadline-escalated", transaction);

    Task RecordAsync(IDeadlineEvent e, string verb, Transaction transaction) =>
        assignments.AddHistoryAsync(transaction, e.AssignmentId, version: 0, new Act
        {
            Verb = verb,
            Actor = "service:monitoring",
            Unit = e.LeadUnit,
            At = e.OccurredAt,
            Note = e.Text,
        }, $"{verb}/{e.AssignmentId}/{e.Version}");

    public Task HandleAsync(ReminderIssued e, Transaction transaction) =>
        assignments.AddHistoryAsync(transaction, e.AssignmentId, version: 0, new Act
        {
            Verb = "remind",
            Actor = e.IssuedBy,
            Unit = e.LeadUnit,
            At = e.OccurredAt,
            Note = e.Text,
        }, $"remind/{e.AssignmentId}/{e.Version}");
}
