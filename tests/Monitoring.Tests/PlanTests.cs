using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Monitoring.Ladders;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Unit")]
public sealed class PlanTests
{
    static readonly Plan Short = new(1, Days, MonitoringReplica.Ladder(-3, 0, 3));

    // Tết 2026: 14 to 22 February off.
    [Theory]
    [InlineData("2026-02-13", "2026-02-10", "2026-02-25")]   // the last working day before
    [InlineData("2026-02-16", "2026-02-11", "2026-02-25")]   // on a day off
    [InlineData("2026-02-23", "2026-02-11", "2026-02-26")]   // the first working day after
    [InlineData("2026-02-26", "2026-02-23", "2026-03-03")]
    [InlineData("2026-01-12", "2026-01-08", "2026-01-15")]   // Saturday 10 January is worked
    public void RungsOf_CountsWorkingDays(string due, string before, string after) => Assert.Equal(
        [(-3, At(before)), (0, At(due)), (3, At(after))], Rungs(Short, Watch(At(due))));

    [Theory]
    [InlineData("00:00")]
    [InlineData("06:30")]
    [InlineData("23:59")]
    public void RungsOf_KeepsTheTimeOfDay(string time) => Assert.Equal(
        [(-3, At("2026-02-10", time)), (0, At("2026-02-13", time)), (3, At("2026-02-25", time))],
        Rungs(Short, Watch(At("2026-02-13", time))));

    [Theory]
    [InlineData("2026-02-10", "17:00", 3)]
    [InlineData("2026-02-10", "17:01", 2)]
    [InlineData("2026-02-13", "17:01", 1)]
    public void RungsOf_SkipsWhatLiesBeforeTheIssue(string date, string time, int left) =>
        Assert.Equal(left, Rungs(Short, Watch(At("2026-02-13")) with { IssuedAt = At(date, time) }).Length);

    [Fact]
    public void RungsOf_MovedDueTime_SkipsRemindersThatLieBeforeItWasMoved_NotWhatIsOverdue() => Assert.Equal(
        [(0, At("2026-02-13")), (3, At("2026-02-25"))],
        Rungs(Short, Watch(At("2026-02-13")) with { RevisedAt = At("2026-03-20"), Revision = 2 }));

    [Fact]
    public void RungsOf_BeyondTheCalendar_LeavesOutWhatItDoesNotKnow() => Assert.Equal(
        [-3, 0], Rungs(Short with { Calendar = new("2026", 2026, 2026, []) }, Watch(At("2026-12-30"))).Select(rung => rung.WorkingDays));

    [Fact]
    public void RungsOf_KindWithALadderOfItsOwn_TakesThat()
    {
        var plan = Short with
        {
            Ladders = Short.Ladders with
            {
                Kinds = new Dictionary<DeadlineKind, IReadOnlyList<LadderRung>> { [DeadlineKind.Period] = MonitoringReplica.Ladder(-1).Rungs },
            },
        };

        Assert.Equal([-1], Rungs(plan, Watch(At("2026-02-13")) with { DeadlineKind = DeadlineKind.Period }).Select(rung => rung.WorkingDays));
        Assert.Equal([-3, 0, 3], Rungs(plan, Watch(At("2026-02-13"))).Select(rung => rung.WorkingDays));
    }

    [Fact]
    public void RungsOf_NoDueTime_AreNone() => Assert.Empty(Short.RungsOf(Watch(null)));

    [Fact]
    public void Next_IsTheFirstAfterWhatFired_OfOpenWorkOnly()
    {
        var watch = Watch(At("2026-02-13"));

        Assert.Equal(-3, Short.Next(watch, fired: null)?.Rung.WorkingDays);
        Assert.Equal(3, Short.Next(watch, fired: 0)?.Rung.WorkingDays);
        Assert.Null(Short.Next(watch, fired: 3));
        Assert.Null(Short.Next(watch with { IsOpen = false }, fired: null));
    }

    static (int WorkingDays, DateTimeOffset FireAt)[] Rungs(Plan plan, Watch watch) =>
        [.. plan.RungsOf(watch).Select(planned => (planned.Rung.WorkingDays, planned.FireAt))];

    static Watch Watch(DateTimeOffset? due) => new()
    {
        AssignmentId = Guid.NewGuid(),
        DeadlineKind = DeadlineKind.FixedDate,
        Revision = 1,
        DueAt = due,
        IssuedAt = At("2026-01-02"),
        RevisedAt = At("2026-01-02"),
        IsOpen = true,
        Armed = true,
    };
}
