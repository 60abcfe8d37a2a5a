using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Monitoring.Firing;

/// <summary>What decides about an assignment's ladder.</summary>
public record Watch
{
    public Guid AssignmentId { get; init; }
    public DeadlineKind DeadlineKind { get; init; }
    public int Revision { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>When the due time in force came about.</summary>
    public DateTimeOffset? RevisedAt { get; init; }

    public string Title { get; init; } = "";
    public string LeadUnit { get; init; } = "";
    public bool Illustrative { get; init; }

    /// <summary>There is something to watch: a due time, and work that has not ended.</summary>
    public bool IsOpen { get; init; }

    /// <summary>
    /// Its clock runs. While a result waits for judgement, the work is suspended or an obstacle waits for somebody else, nobody is
    /// reminded; what passes meanwhile fires afterwards.
    /// </summary>
    public bool Armed { get; init; }

    public static Watch Of(AssignmentSnapshot assignment)
    {
        var isOpen = assignment.Deadline.DueAt is not null
            && assignment.State is not (AssignmentState.Completed or AssignmentState.Returned or AssignmentState.Cancelled);
        return new()
        {
            AssignmentId = assignment.Id,
            DeadlineKind = assignment.Deadline.Kind,
            Revision = assignment.Deadline.Revision,
            DueAt = assignment.Deadline.DueAt,
            IssuedAt = assignment.IssuedAt,
            RevisedAt = assignment.Deadline.RevisedAt,
            Title = assignment.Title,
            LeadUnit = assignment.Lead.Unit,
            Illustrative = assignment.Illustrative,
            IsOpen = isOpen,
            Armed = isOpen && assignment.StandsAt() is null,
        };
    }
}
