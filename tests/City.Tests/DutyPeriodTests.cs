using CanThoGov.City.Occurrences;
using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Tests;

[Trait("Category", "Unit")]
public sealed class DutyPeriodTests
{
    [Theory]
    [InlineData(Recurrence.Monthly, 25, "2026-03-31", "2026-03", "2026-03-25", "2026-04-01")]
    [InlineData(Recurrence.Monthly, 0, "2026-02-01", "2026-02", "2026-02-28", "2026-03-01")]
    [InlineData(Recurrence.Monthly, 31, "2028-02-10", "2028-02", "2028-02-29", "2028-03-01")]
    [InlineData(Recurrence.Monthly, 30, "2026-12-31", "2026-12", "2026-12-30", "2027-01-01")]
    [InlineData(Recurrence.Quarterly, 15, "2026-01-01", "2026-Q1", "2026-03-15", "2026-04-01")]
    [InlineData(Recurrence.Quarterly, 0, "2026-12-31", "2026-Q4", "2026-12-31", "2027-01-01")]
    [InlineData(Recurrence.HalfYearly, 20, "2026-06-30", "2026-H1", "2026-06-20", "2026-07-01")]
    [InlineData(Recurrence.HalfYearly, 20, "2026-07-01", "2026-H2", "2026-12-20", "2027-01-01")]
    [InlineData(Recurrence.Yearly, 31, "2026-05-05", "2026", "2026-12-31", "2027-01-01")]
    public void R07_Of_GivesThePeriodAndWhenItsOccurrenceIsDue(
        Recurrence recurrence, int day, string date, string key, string dueOn, string next) =>
        Assert.Equal(
            new DutyPeriod(key, DateOnly.ParseExact(dueOn, "yyyy-MM-dd"), DateOnly.ParseExact(next, "yyyy-MM-dd")),
            DutyPeriod.Of(recurrence, day, DateOnly.ParseExact(date, "yyyy-MM-dd")));

    [Fact]
    public void R07_Of_NothingThatRecurs_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DutyPeriod.Of(Recurrence.Unspecified, 0, new(2026, 1, 1)));
}
