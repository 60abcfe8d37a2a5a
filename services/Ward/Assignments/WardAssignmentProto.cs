using CanThoGov.Platform.Contract;
using Google.Protobuf.WellKnownTypes;
using City = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Assignments;

static class WardAssignmentProto
{
    /// <param name="notices">Of this copy, oldest first.</param>
    /// <param name="contributions">To the assignment.</param>
    /// <param name="now">Business time of the read.</param>
    public static Pb.WardAssignment ToProto(
        this WardAssignment copy, IEnumerable<DeadlineNotice> notices, IEnumerable<Contributed> contributions, DateTimeOffset now)
    {
        var assignment = copy.Assignment.ToProto(now, copy.Version);
        assignment.ShowContributions(copy.Assignment, contributions.ToDictionary(contributed => contributed.Unit, contributed => contributed.Text));
        return ToProto(copy, assignment, notices);
    }

    static Pb.WardAssignment ToProto(WardAssignment copy, City.Assignment assignment, IEnumerable<DeadlineNotice> notices) => new()
    {
        Name = copy.Name.ToString(),
        Assignment = assignment,
        Part = assignment.Coordinators.FirstOrDefault(part => part.Assignee.Unit == $"units/{copy.Unit}"),
        FormerlyLed = !copy.Assignment.UnitIds().Contains(copy.Unit),
        CityVersion = copy.Version,
        Leads = copy.Leads,
        WorkProgressPercent = copy.WorkProgressPercent,
        WorkItemCount = copy.WorkItemCount,
        OpenWorkItemCount = copy.OpenWorkItemCount,
        WorkWeight = copy.WorkWeight,
        PendingCallCount = copy.PendingCallCount,
        UpdateTime = Timestamp.FromDateTimeOffset(copy.UpdatedAt),
        DeadlineNotices = { notices.Select(ToProto) },
    };

    static Pb.DeadlineNotice ToProto(DeadlineNotice notice) => new()
    {
        Kind = (Pb.DeadlineNotice.Types.Kind)notice.Kind,
        DueTime = notice.DueAt.ToProto(),
        EventTime = Timestamp.FromDateTimeOffset(notice.OccurredAt),
        Text = notice.Text,
    };
}
