using CanThoGov.Contracts.Assignments;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

/// <summary>Assignments of every kind, close to every limit; the same ones each time.</summary>
static class Generated
{
    static readonly AssignmentState[] States = [.. Enum.GetValues<AssignmentState>().Where(state => state != AssignmentState.Draft)];

    static readonly DateTimeOffset Due = At("2026-02-13");

    // Around the due time, the due-soon time, and the local midnight with which the due day begins.
    static readonly DateTimeOffset[] Limits = [Due, At("2026-02-10"), At("2026-02-13", "00:00"), At("2026-02-14", "00:00")];

    /// <summary>Instants at which, and just before and after which, something changes.</summary>
    public static IReadOnlyList<DateTimeOffset> Moments { get; } =
        [.. Limits.SelectMany(limit => new[] { limit.AddMicroseconds(-1), limit, limit.AddMicroseconds(1) }).Order()];

    public static IReadOnlyList<AssignmentSnapshot> Assignments(int count, params string[] units)
    {
        var random = new Random(2026);
        return [.. Enumerable.Range(0, count).Select(_ => Assignment(random, units))];
    }

    static AssignmentSnapshot Assignment(Random random, string[] units)
    {
        var snapshot = Some.Snapshot(Pick(random, units));
        var kind = Pick(random, Enum.GetValues<DeadlineKind>());
        var state = Pick(random, States);
        return snapshot with
        {
            State = state,
            Illustrative = random.Next(2) == 0,
            Deadline = random.Next(5) switch
            {
                0 => new Deadline(kind),
                1 => new Deadline(kind, DueAt: Due, OriginalDueAt: Due, Revision: 1),
                _ => new Deadline(kind, DueAt: Due, OriginalDueAt: Due, DueSoonAt: At("2026-02-10"), Revision: 1),
            },
            Submissions = [.. Enumerable.Range(1, random.Next(1, 4)).Select(number => new Submission(
                number, SubmissionState.Pending, "Đã xong", Pick(random, Moments), null, "canbo-01"))],
            SuspendedAt = state == AssignmentState.Suspended && random.Next(5) > 0 ? Pick(random, Moments) : null,
            Returns = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new Return("Không đúng thẩm quyền", Due, "canbo-01"))],
            Extensions = [.. Enumerable.Range(1, random.Next(3)).Select(number => new Extension(
                number, ExtensionState.Refused, "Mưa lớn", new DateOnly(2026, 3, 2), Due, "canbo-01", AskedLate: false))],
            Obstacles = [.. Enumerable.Range(1, random.Next(3)).Select(number => new Obstacle(
                number, Pick(random, Enum.GetValues<ObstacleState>()), "đất đai", "Chưa giao mặt bằng", Due, "canbo-01"))],
        };
    }

    static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
