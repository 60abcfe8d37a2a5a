using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.City.Tests;

[Trait("Category", "Unit")]
public sealed class ClarityGateTests
{
    static readonly AssignmentSnapshot Clear = new(
        Guid.NewGuid(), AssignmentState.Draft, "Dọn kênh Rạch Bần", "Nạo vét, thu gom rác", Guid.NewGuid(), ProvisionId: null, ParentId: null,
        new Assignee("31135-2025", Organ.PeoplesCommittee), Coordinators: [], new Person("Cán bộ Mẫu 01", "Chuyên viên"),
        "Chịu trách nhiệm trước Chủ tịch UBND phường", "Biên bản nghiệm thu", "Thẩm quyền của UBND phường", CriteriaSet.SixClear,
        new Deadline(DeadlineKind.WorkingDays, WorkingDays: 10), new Person("", ""), Illustrative: true, ProgressPercent: 0,
        Extensions: [], Obstacles: [], Submissions: [], Returns: [], DateTimeOffset.UnixEpoch, IssuedAt: null, CompletedAt: null);

    static readonly AssignmentSnapshot Unclear = Clear with
    {
        ResponsiblePerson = new(" ", ""),
        Content = "\n",
        Responsibility = "",
        Deadline = new(DeadlineKind.Immediate, "Khẩn trương"),
        ExpectedResult = " ",
        Authority = "",
    };

    public static TheoryData<string, AssignmentSnapshot> OneMissing => new()
    {
        { "person", Clear with { ResponsiblePerson = new(" ", "\t") } },
        { "work", Clear with { Content = " \n" } },
        { "responsibility", Clear with { Responsibility = "" } },
        { "schedule", Clear with { Deadline = new(DeadlineKind.None) } },
        { "schedule", Clear with { Deadline = new(DeadlineKind.Immediate, "Khẩn trương") } },
        { "result", Clear with { ExpectedResult = "" } },
        { "authority", Clear with { Authority = " " } },
    };

    [Theory]
    [InlineData(CriteriaSet.FiveClear)]
    [InlineData(CriteriaSet.SixClear)]
    public void R03_Check_EverythingClear_Passes(CriteriaSet criteria) => ClarityGate.Check(Clear with { CriteriaSet = criteria });

    [Theory]
    [MemberData(nameof(OneMissing), DisableDiscoveryEnumeration = true)]
    public void R03_Check_OneMissing_IsNamedAlone(string criterion, AssignmentSnapshot assignment)
    {
        Assert.Equal([criterion], Missing(assignment));
        if (criterion != "authority")
        {
            Assert.Equal([criterion], Missing(assignment with { CriteriaSet = CriteriaSet.FiveClear }));
        }
    }

    [Fact]
    public void R03_Check_AllMissing_NamesThemAllAtOnce()
    {
        Assert.Equal(["person", "work", "responsibility", "schedule", "result", "authority"], Missing(Unclear));
        Assert.Equal(
            ["person", "work", "responsibility", "schedule", "result"], Missing(Unclear with { CriteriaSet = CriteriaSet.FiveClear }));
    }

    [Fact]
    public void R03_Check_FiveClear_DoesNotAskForTheAuthority() =>
        ClarityGate.Check(Clear with { CriteriaSet = CriteriaSet.FiveClear, Authority = "" });

    [Theory]
    [InlineData("Cán bộ Mẫu 01", "")]
    [InlineData("", "Chủ tịch UBND phường")]
    public void R03_Check_PersonByNameOrByRole_IsClear(string name, string role) =>
        ClarityGate.Check(Clear with { ResponsiblePerson = new(name, role) });

    [Theory]
    [InlineData(DeadlineKind.None)]
    [InlineData(DeadlineKind.Immediate)]
    public void R06_Check_WordsWithAWorkingDeadline_AreClear(DeadlineKind kind) =>
        ClarityGate.Check(Clear with { Deadline = new(kind, Date: new DateOnly(2026, 1, 30)) });

    [Theory]
    [InlineData(DeadlineKind.Standing)]
    [InlineData(DeadlineKind.Periodic)]
    [InlineData(DeadlineKind.OnRequest)]
    [InlineData(DeadlineKind.Conditional)]
    public void R06_Check_WorkThatHasNoDate_IsClear(DeadlineKind kind) => ClarityGate.Check(Clear with { Deadline = new(kind) });

    [Theory]
    [InlineData(DeadlineKind.None)]
    [InlineData(DeadlineKind.Immediate)]
    public void R06_Check_WordsWithoutAWorkingDeadline_AreNoSchedule(DeadlineKind kind) =>
        Assert.Equal(["schedule"], Missing(Clear with { Deadline = new(kind, "Khẩn trương triển khai") }));

    /// <summary>Assignments say by which version they were checked. A version that is here never changes; another rule is a line below it.</summary>
    [Fact]
    public void R03_EveryVersionOfACriteriaSet_StaysWhatItWas() => Assert.Equal(
        [
            "FiveClear 1: person, work, responsibility, schedule, result",
            "SixClear 1: person, work, responsibility, schedule, result, authority",
        ],
        Criteria.All.Select(one => $"{one.Set} {one.Version}: {string.Join(", ", one.Names)}"));

    [Theory]
    [InlineData(CriteriaSet.FiveClear)]
    [InlineData(CriteriaSet.SixClear)]
    public void R03_Check_SaysByWhichVersion(CriteriaSet criteria)
    {
        var version = Criteria.InForce(criteria).Version;
        Assert.Equal(version, ClarityGate.Check(Clear with { CriteriaSet = criteria }).CriteriaVersion);
        var refusal = Assert.Throws<DomainException>(() => ClarityGate.Check(Unclear with { CriteriaSet = criteria }));
        Assert.Equal((criteria.ToString(), version.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (refusal.Metadata["criteria_set"], refusal.Metadata["criteria_set_version"]));
    }

    static IEnumerable<string> Missing(AssignmentSnapshot assignment)
    {
        var refusal = Assert.Throws<DomainException>(() => ClarityGate.Check(assignment));
        Assert.Equal((StatusCode.FailedPrecondition, "NOT_CLEAR"), (refusal.Code, refusal.Reason));
        var missing = refusal.PreconditionViolations.Select(violation => violation.Subject).ToArray();
        Assert.Equal(string.Join(',', missing), refusal.Metadata["missing"]);
        Assert.All(refusal.PreconditionViolations, violation => Assert.Contains(violation.Description, refusal.Message, StringComparison.Ordinal));
        return missing;
    }
}
