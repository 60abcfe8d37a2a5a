using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;

namespace CanThoGov.Monitoring.Tests;

/// <summary>An assignment's life, told event by event, each with the next version.</summary>
sealed class Some
{
    public const string Commune = "xa-mau-a", Ward = "phuong-mau-b";

    AssignmentSnapshot _now;
    long _version;

    Some(AssignmentSnapshot issued) => _now = issued;

    public Guid Id => _now.Id;

    public static AssignmentSnapshot Snapshot(string unit = Commune) => new(
        Guid.CreateVersion7(), AssignmentState.Issued, "Dọn kênh Rạch Bần", "Nạo vét, dọn rác hai bờ", Guid.NewGuid(), null, null,
        new Assignee(unit, Organ.PeoplesCommittee), [], new Person("Cán bộ Mẫu 01", "Phó Chủ tịch UBND"), "Chủ trì", "Báo cáo kết quả",
        "", CriteriaSet.FiveClear, new Deadline(DeadlineKind.Standing), new Person("", "Chủ tịch UBND"), Illustrative: true,
        ProgressPercent: 0, Extensions: [], Obstacles: [], Submissions: [], Returns: [],
        CreatedAt: RealCalendar.At("2026-01-05", "08:00"), IssuedAt: RealCalendar.At("2026-01-05", "09:00"), CompletedAt: null);

    /// <summary>An assignment that is issued; <see cref="Issued"/> is its first event.</summary>
    public static Some Assignment(DateTimeOffset? due, DateTimeOffset? issued = null, string unit = Commune)
    {
        var snapshot = Snapshot(unit);
        return new(snapshot with
        {
            IssuedAt = issued ?? snapshot.IssuedAt,
            Deadline = due is null ? snapshot.Deadline : new Deadline(
                DeadlineKind.FixedDate, DueAt: due, OriginalDueAt: due, DueSoonAt: due.Value.AddDays(-3), Revision: 1),
        });
    }

    public static UnitRegistered Unit(string id, string displayName, long version = 1) => new(
        id, displayName, UnitKind.Commune, "", "", new DateOnly(2025, 7, 1), null, Illustrative: true, RealCalendar.At("2026-01-01"), version);

    public AssignmentIssued Issued(DateTimeOffset? at = null)
    {
        Become(AssignmentState.Issued, _now with { IssuedAt = at ?? _now.IssuedAt });
        return new(_now, _now.IssuedAt!.Value, _version);
    }

    public AssignmentAcknowledged Acknowledged(DateTimeOffset at)
    {
        Become(AssignmentState.Acknowledged, _now);
        return new(_now, _now.Lead.Unit, at, _version);
    }

    public ProgressReported Reported(int percent, DateTimeOffset at)
    {
        Become(AssignmentState.InProgress, _now with { ProgressPercent = percent });
        return new(_now, percent, "Đang làm", null, at, _version);
    }

    public ResultSubmitted Submitted(DateTimeOffset at)
    {
        var submission = new Submission(_now.Submissions.Count + 1, SubmissionState.Pending, "Đã xong", at, null, "canbo-01");
        Become(AssignmentState.Submitted, _now with { Submissions = [.. _now.Submissions, submission] });
        return new(_now, at, _version);
    }

    public ResultAccepted Accepted(DateTimeOffset at)
    {
        Become(AssignmentState.Completed, _now with { CompletedAt = at });
        return new(_now, at, _version);
    }

    public ResultSentBack SentBack(DateTimeOffset at)
    {
        Become(AssignmentState.Rework, _now);
        return new(_now, "Thiếu biên bản", at, _version);
    }

    public AssignmentReturned Returned(DateTimeOffset at)
    {
        Become(AssignmentState.Returned, _now with { Returns = [.. _now.Returns, new("Không đúng thẩm quyền", at, "canbo-01")] });
        return new(_now, at, _version);
    }

    public TransferDecided Transferred(string unit, DateTimeOffset at)
    {
        var to = new Assignee(unit, Organ.PeoplesCommittee);
        var transfer = new Transfer(
            1, TransferState.Granted, _now.Lead.Unit, to, new(GroundKind.WrongCompetence), "Khác địa bàn", at, "canbo-01", at, "van-phong");
        Become(AssignmentState.Issued, _now with { Lead = to, IssuedAt = at, ProgressPercent = 0, Transfers = [.. _now.Transfers, transfer] });
        return new(_now, Granted: true, at, _version);
    }

    public AssignmentCancelled Cancelled(DateTimeOffset at)
    {
        Become(AssignmentState.Cancelled, _now);
        return new(_now, "Không còn cần", at, _version);
    }

    public AssignmentSuspended Suspended(DateTimeOffset at)
    {
        Become(AssignmentState.Suspended, _now with { SuspendedAt = at, ResumesIn = _now.State });
        return new(_now, "Chờ quy hoạch", at, _version);
    }

    public AssignmentResumed Resumed(DateTimeOffset at)
    {
        Become(_now.ResumesIn!.Value, _now with { SuspendedAt = null, ResumesIn = null });
        return new(_now, at, _version);
    }

    public ObstacleRaised Hindered(DateTimeOffset at)
    {
        var obstacle = new Obstacle(_now.Obstacles.Count + 1, ObstacleState.Open, "đất đai", "Chưa giao mặt bằng", at, "canbo-01");
        Become(_now.State, _now with { Obstacles = [.. _now.Obstacles, obstacle] });
        return new(_now, at, _version);
    }

    public ExtensionDecided Extended(DateTimeOffset due, DateTimeOffset at)
    {
        var extension = new Extension(
            _now.Extensions.Count + 1, ExtensionState.Granted, "Mưa lớn", DateOnly.FromDateTime(due.Date), at, "canbo-01", AskedLate: false);
        Become(_now.State, _now with
        {
            Extensions = [.. _now.Extensions, extension],
            Deadline = _now.Deadline with { DueAt = due, DueSoonAt = due.AddDays(-3), Revision = _now.Deadline.Revision + 1 },
        });
        return new(_now, true, at, _version);
    }

    void Become(AssignmentState state, AssignmentSnapshot snapshot)
    {
        _now = snapshot with { State = state };
        _version++;
    }
}
