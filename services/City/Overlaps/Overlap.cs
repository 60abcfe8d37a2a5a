using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Text;

namespace CanThoGov.City.Overlaps;

/// <summary>See <c>canthogov.city.v1.Overlap.Kind</c>.</summary>
public enum OverlapKind { SameProvision = 1, SameSubject, SameData, DueAfterParent, TwoDueDates }

/// <summary>See <c>canthogov.city.v1.Overlap.Ruling</c>.</summary>
public enum OverlapRuling { Merge = 1, KeepBoth, CancelOne }

/// <param name="Why">For the officer, in Vietnamese.</param>
public sealed record OverlapFinding(OverlapKind Kind, string Why);

/// <summary>What was decided about two works.</summary>
/// <param name="KeptId">The one that goes on; null if both do.</param>
public sealed record Ruled(
    Guid Id, Guid AssignmentId, Guid OtherId, Guid WorkId, Guid OtherWorkId, OverlapRuling Ruling, Guid? KeptId, string Reason, string RuledBy,
    string RuledRole, DateTimeOffset RuledAt);

/// <summary>An assignment that collides with another work, of which <paramref name="Other"/> is one.</summary>
/// <param name="Count">Open assignments of the other work.</param>
/// <param name="Ruled">Null until it is ruled.</param>
public sealed record Overlap(
    AssignmentSnapshot Assignment, AssignmentSnapshot Other, int Count, double Similarity, IReadOnlyList<OverlapFinding> Findings, Ruled? Ruled = null)
{
    /// <summary>True if it was ruled that the other one goes on instead.</summary>
    public bool IsGivenUp(Guid work) => Ruled?.KeptId is { } kept
        && (Ruled.WorkId == Ruled.OtherWorkId ? kept != Assignment.Id : (kept == Ruled.AssignmentId ? Ruled.WorkId : Ruled.OtherWorkId) != work);
}

/// <summary>What an officer would call an overlap. Pure: who else was given what is read before.</summary>
static class OverlapRules
{
    // What is asked for when figures are asked for.
    static readonly string[] OfData = ["bao cao", "so lieu", "thong ke", "bieu mau", "danh sach", "du lieu"];

    /// <param name="ofOtherLead">An open assignment of the other work that another unit leads; null if there is none.</param>
    /// <param name="ofSameLead">The same of the unit that leads this one.</param>
    public static (AssignmentSnapshot Other, double Similarity, IReadOnlyList<OverlapFinding> Findings)? Compare(
        AssignmentSnapshot assignment, AssignmentSnapshot? ofOtherLead, AssignmentSnapshot? ofSameLead)
    {
        var (work, other) = (Work.Of(assignment), Work.Of((ofOtherLead ?? ofSameLead)!));
        var (share, isSimilar) = work.SimilarityTo(other);
        var isSameProvision = work.ProvisionId is not null && work.ProvisionId == other.ProvisionId;
        var findings = new List<OverlapFinding>();
        if (work.Id != other.Id)
        {
            if (isSameProvision && ofOtherLead is not null)
            {
                findings.Add(new(OverlapKind.SameProvision,
                    $"Cùng một điểm, khoản đã giao với nội dung khác cho đơn vị khác chủ trì ({ofOtherLead.Lead.Unit})."));
            }

            if (isSimilar && ofOtherLead is not null)
            {
                findings.Add(new(OverlapKind.SameSubject, $"Nội dung giống {Percent(share)} việc đã giao đơn vị khác chủ trì ({ofOtherLead.Lead.Unit})."));
            }

            if (isSimilar && ofSameLead is not null && AsksForData(assignment) && AsksForData(ofSameLead)
                && QuarterOf(assignment) is { } quarter && quarter == QuarterOf(ofSameLead))
            {
                findings.Add(new(OverlapKind.SameData, $"Đơn vị này đã được yêu cầu báo cáo, số liệu giống {Percent(share)} trong cùng quý {quarter}."));
            }
        }

        var named = findings.Any(finding => finding.Kind != OverlapKind.SameData) ? ofOtherLead! : ofSameLead ?? ofOtherLead!;
        var dated = new[] { ofOtherLead, ofSameLead }.FirstOrDefault(one => one is not null && isSameProvision && IsDueByAnotherRule(assignment, one));
        if (dated is not null)
        {
            findings.Add(new(OverlapKind.TwoDueDates, $"Cùng một điểm, khoản đã giao với hạn {Date(dated)}, ở đây hạn {Date(assignment)}."));
            named = findings.Count == 1 ? dated : named;
        }

        return findings.Count == 0 ? null : (named, share, findings);
    }

    public static (AssignmentSnapshot Other, double Similarity, IReadOnlyList<OverlapFinding> Findings)? CompareWithParent(
        AssignmentSnapshot assignment, AssignmentSnapshot parent) =>
        assignment.Deadline.DueAt > parent.Deadline.DueAt
            ? (parent, Work.Of(assignment).SimilarityTo(Work.Of(parent)).Share,
                [new(OverlapKind.DueAfterParent, $"Hạn {Date(assignment)} sau hạn {Date(parent)} của nhiệm vụ cấp trên.")])
            : null;

    // More time that was granted to one of them, or another day of issue, contradicts nothing.
    static bool IsDueByAnotherRule(AssignmentSnapshot one, AssignmentSnapshot other) =>
        one.Deadline.DueAt is { } due && other.Deadline.DueAt is { } otherDue && LocalTime.DateOf(due) != LocalTime.DateOf(otherDue)
        && Rule(one.Deadline) != Rule(other.Deadline);

    static (DeadlineKind, DateOnly?, int, int, string) Rule(Deadline deadline) =>
        (deadline.Kind, deadline.Date, deadline.WorkingDays, deadline.CalendarDays, deadline.Period);

    static bool AsksForData(AssignmentSnapshot assignment)
    {
        var words = $" {string.Join(' ', Folding.Words($"{assignment.Title}\n{assignment.ExpectedResult}"))} ";
        return OfData.Any(phrase => words.Contains($" {phrase} ", StringComparison.Ordinal));
    }

    static string? QuarterOf(AssignmentSnapshot assignment) => assignment.Deadline.DueAt is { } due
        ? string.Create(CultureInfo.InvariantCulture, $"{LocalTime.QuarterOf(LocalTime.DateOf(due))}/{LocalTime.DateOf(due).Year}")
        : null;

    static string Date(AssignmentSnapshot assignment) =>
        LocalTime.DateOf(assignment.Deadline.DueAt!.Value).ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0}%");
}
