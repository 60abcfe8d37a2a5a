using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;

namespace CanThoGov.Monitoring.Ladders;

/// <summary>One step of a ladder.</summary>
/// <param name="WorkingDays">From the due time: negative before it, 0 at it, positive after it.</param>
public sealed record LadderRung(int WorkingDays, IReadOnlyList<Recipient> Told);

/// <summary>The rungs by which deadlines are watched, in ascending order: one ladder for all kinds of deadlines, or one of its own for a kind.</summary>
public sealed record Ladders(IReadOnlyList<LadderRung> Rungs)
{
    public IReadOnlyDictionary<DeadlineKind, IReadOnlyList<LadderRung>> Kinds { get; init; } =
        new Dictionary<DeadlineKind, IReadOnlyList<LadderRung>>();

    public IReadOnlyList<LadderRung> Of(DeadlineKind kind) => Kinds.GetValueOrDefault(kind, Rungs);
}
