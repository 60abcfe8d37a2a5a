using CanThoGov.Calendar;
using CanThoGov.Monitoring.Deadlines;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Unit")]
public sealed class LadderTests
{
    static readonly DateTimeOffset Issued = At("2026-01-02");

    // Tết 2026: 14 to 22 February off.
    [Theory]
    [InlineData("2026-02-13", "2026-02-10", "2026-02-25")]   // the last working day before
    [InlineData("2026-02-16", "2026-02-11", "2026-02-25")]   // on a day off
    [InlineData("2026-02-23", "2026-02-11", "2026-02-26")]   // the first working day after
    [InlineData("2026-02-26", "2026-02-23", "2026-03-03")]
    [InlineData("2026-01-12", "2026-01-08", "2026-01-15")]   // Saturday 10 January is worked
    public void Of_CountsWorkingDays(string due, string dueSoon, string escalated) => Assert.Equal(
        [new(RungKind.DueSoon, At(dueSoon)), new(RungKind.Missed, At(due)), new(RungKind.Escalated, At(escalated))],
        Ladder.Of(At(due), Issued, Days));

    [Theory]
    [InlineData("00:00")]
    [InlineData("06:30")]
    [InlineData("23:59")]
    public void Of_KeepsTheTimeOfDay(string time) => Assert.Equal(
        [At("2026-02-10", time), At("2026-02-13", time), At("2026-02-25", time)],
        Ladder.Of(At("2026-02-13", time), Issued, Days).Select(rung => rung.FireAt));

    [Theory]
    [InlineData("2026-02-10", "17:00", 3)]
    [InlineData("2026-02-10", "17:01", 2)]
    [InlineData("2026-02-13", "17:01", 1)]
    public void Of_SkipsWhatLiesBeforeTheIssue(string date, string time, int left) =>
        Assert.Equal(left, Ladder.Of(At("2026-02-13"), At(date, time), Days).Count);

    [Fact]
    public void Of_BeyondTheCalendar_LeavesOutWhatItDoesNotKnow()
    {
        var shorter = new WorkingCalendar("2026", 2026, 2026, []);

        Assert.Equal([RungKind.DueSoon, RungKind.Missed], Ladder.Of(At("2026-12-30"), Issued, shorter).Select(rung => rung.Kind));
    }
}
