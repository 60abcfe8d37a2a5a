using CanThoGov.City.Overlaps;
using CanThoGov.Contracts.Assignments;

namespace CanThoGov.City.Tests;

[Trait("Category", "Unit")]
public sealed class WorkTests
{
    static readonly Guid Document = Guid.NewGuid();

    [Fact]
    public void R31_Signature_OfSimilarWorks_HasABandInCommon()
    {
        // The same sentence with some of its words replaced: what is called similar must nearly always be found by the signature.
        var random = new Random(103);
        var words = Enumerable.Range(0, 60).Select(i => $"tu{i}").ToArray();
        var (similar, found) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            var other = words.Select(word => random.Next(6) == 0 ? $"khac{random.Next(1000)}" : word);
            var (one, two) = (Of("Việc", string.Join(' ', words)), Of("Khác", string.Join(' ', other)));
            if (one.SimilarityTo(two).IsSimilar)
            {
                similar++;
                found += one.Bands().Intersect(two.Bands()).Any() ? 1 : 0;
            }
        }

        Assert.True(similar > 100, $"{similar} similar");
        Assert.True(found >= similar * 9 / 10, $"{found} of {similar}");
    }

    [Fact]
    public void R31_Signature_OfUnlikeWorks_HasHardlyEverABandInCommon()
    {
        var random = new Random(31);
        var works = Enumerable.Range(0, 200).Select(_ =>
            Of("Việc", string.Join(' ', Enumerable.Range(0, 30).Select(_ => $"tu{random.Next(150)}")))).Select(work => work.Bands().ToHashSet()).ToArray();
        var pairs = works.SelectMany((one, i) => works.Skip(i + 1).Select(two => one.Overlaps(two))).ToArray();
        Assert.True(pairs.Count(shares => shares) < pairs.Length / 50, $"{pairs.Count(shares => shares)} of {pairs.Length}");
    }

    [Fact]
    public void R31_Work_IsTheSameHoweverItIsTyped_AndAnotherOfAnotherProvision()
    {
        Assert.Equal(Of("Hoà giải ở cơ sở", "Đợt 1").Id, Of("hòa  giải, ở CƠ SỞ", "đợt 1.").Id);
        Assert.NotEqual(Of("Hoà giải ở cơ sở", "Đợt 1").Id, Of("Hoà giải ở cơ sở", "Đợt 1", Guid.NewGuid()).Id);
    }

    static Work Of(string title, string content, Guid? provision = null) => Work.Of(new(
        Guid.NewGuid(), AssignmentState.Draft, title, content, Document, provision, null, new("a", Organ.Unspecified), [], new("", ""), "", "", "",
        CriteriaSet.FiveClear, new Deadline(DeadlineKind.Standing), new("", ""), true, 0, [], [], [], [], DateTimeOffset.UnixEpoch, null, null));
}
