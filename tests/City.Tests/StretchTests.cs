using CanThoGov.City.Finding;

namespace CanThoGov.City.Tests;

[Trait("Category", "Unit")]
public sealed class StretchTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -40)]
    [InlineData(0, -5_000)]
    [InlineData(-5_000, 0)]
    [InlineData(-400, 300)]
    public void Between_HaveEachIdOnceAndInTheirOrder(int firstDay, int lastDay)
    {
        var direction = Math.Sign(lastDay - firstDay);
        var ids = Enumerable.Range(0, Math.Abs(lastDay - firstDay) + 1)
            .Select(day => Guid.CreateVersion7(Now.AddDays(firstDay + (direction * day)))).ToArray();

        var stretches = Stretch.Between(ids[0], ids[^1]).ToArray();

        var found = stretches.SelectMany(stretch => ids.Where(id => stretch.Marks.Contains(Stretch.MarkOf(id)) && Compare(id, stretch.From) >= 0
            && Compare(id, stretch.Below) < 0));
        Assert.Equal(ids, found);
    }

    [Fact]
    public void Between_ManyYears_AreFew() =>
        Assert.InRange(Stretch.Between(Guid.CreateVersion7(Now), Guid.CreateVersion7(Now.AddYears(-20))).Count(), 2, 6);

    [Fact]
    public void Between_IdThatNobodyMade_EndsWithTheLastMillisecond() =>
        Assert.True(Compare(Stretch.Between(Guid.AllBitsSet, Guid.AllBitsSet).Single().Below, Stretch.Between(Guid.AllBitsSet, Guid.AllBitsSet).Single().From) > 0);

    // As the databases compare them.
    static int Compare(Guid one, Guid other) => string.CompareOrdinal(one.ToString(), other.ToString());
}
