using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Monitoring.Deadlines;

/// <summary>What decides about an assignment's ladder.</summary>
public sealed record Watch
{
    /// <summary>SQL for the states in which there is something to watch; also the condition of an index.</summary>
    public const string IsOpenSql = "due_at IS NOT NULL AND state NOT IN ('Completed', 'Returned', 'Cancelled')";

    public Guid Id { get; init; }
    public AssignmentState State { get; init; }
    public int Revision { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? IssuedAt { get; init; }

    public bool IsOpen => DueAt is not null
        && State is not (AssignmentState.Completed or AssignmentState.Returned or AssignmentState.Cancelled);

    /// <summary>While a result waits for judgement, or the work is suspended, nobody is reminded; what passes meanwhile fires afterwards.</summary>
    public bool IsRunning => IsOpen && State is not (AssignmentState.Submitted or AssignmentState.Suspended);

    public static Watch Of(AssignmentSnapshot assignment) => new()
    {
        Id = assignment.Id,
        State = assignment.State,
        Revision = assignment.Deadline.Revision,
        DueAt = assignment.Deadline.DueAt,
        IssuedAt = assignment.IssuedAt,
    };
}
