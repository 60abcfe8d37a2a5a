using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Assignments;

/// <summary>
/// A version of a criteria set. A version that was ever in force stays as it is, because assignments say by which one they were checked:
/// another rule is another version.
/// </summary>
/// <param name="Names">What must be clear: "person", "work", "responsibility", "schedule", "result", "authority".</param>
public sealed record Criteria(CriteriaSet Set, int Version, IReadOnlyList<string> Names)
{
    /// <summary>
    /// 5 rõ: conference of January 2026 on the central and city resolutions. 6 rõ adds the authority: City People's Council and Committee for
    /// 2026. The bodies do not use the same set.
    /// </summary>
    public static IReadOnlyList<Criteria> All { get; } =
    [
        new(CriteriaSet.FiveClear, 1, ["person", "work", "responsibility", "schedule", "result"]),
        new(CriteriaSet.SixClear, 1, ["person", "work", "responsibility", "schedule", "result", "authority"]),
    ];

    /// <summary>The newest version of the set.</summary>
    public static Criteria InForce(CriteriaSet set) => All.Where(one => one.Set == set).MaxBy(one => one.Version)!;
}
