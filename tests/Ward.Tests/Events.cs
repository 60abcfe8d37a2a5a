using CanThoGov.Contracts.Assignments;

namespace CanThoGov.Ward.Tests;

/// <summary>What the city says about an assignment.</summary>
static class Events
{
    public const string NinhKieu = "31135-2025", CaiKhe = "31141-2025", AnBinh = "31150-2025";

    public static readonly DateTimeOffset Monday = new(2026, 1, 19, 1, 0, 0, TimeSpan.Zero);

    /// <summary>17:00 on 30 January 2026 in Cần Thơ.</summary>
    public static readonly DateTimeOffset Due = new(2026, 1, 30, 10, 0, 0, TimeSpan.Zero);

    public static AssignmentSnapshot Issued(
        string lead, string[]? coordinators = null, DateTimeOffset? createdAt = null, AssignmentState state = AssignmentState.Issued) => new(
            Guid.CreateVersion7(), state, "Dọn kênh Rạch Bần", "Nạo vét, thu gom rác", Guid.CreateVersion7(), null, null,
            new Assignee(lead, Organ.PeoplesCommittee),
            [.. (coordinators ?? []).Select(unit => new Coordinator(new Assignee(unit, Organ.Unspecified), "Hỗ trợ nhân lực", null))],
            new Person("", "Chủ tịch UBND phường"), "Chịu trách nhiệm toàn diện", "Báo cáo kết quả", "", CriteriaSet.FiveClear,
            new Deadline(DeadlineKind.FixedDate, "trước ngày 30/01", DateOnly.FromDateTime(Due.Date), DueAt: Due, OriginalDueAt: Due,
                DueSoonAt: Due.AddDays(-3), Revision: 1),
            new Person("", "Chủ tịch UBND phường"), Illustrative: true, ProgressPercent: 0, [], [], Submissions(state), [], createdAt ?? Monday, Monday, null);

    // The city says neither of an assignment without a result.
    static Submission[] Submissions(AssignmentState state) => state switch
    {
        AssignmentState.Submitted => [new(1, SubmissionState.Pending, "Báo cáo", Monday, null, "Cán bộ Mẫu 01")],
        AssignmentState.Completed => [new(1, SubmissionState.Accepted, "Báo cáo", Monday, null, "Cán bộ Mẫu 01", Monday)],
        _ => [],
    };

    public static AssignmentIssued IssuedEvent(this AssignmentSnapshot assignment, long version = 1) => new(assignment, Monday, version);
}
