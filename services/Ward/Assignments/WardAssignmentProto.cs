using CanThoGov.Platform.Contract;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Assignments;

static class WardAssignmentProto
{
    /// <param name="notices">Of this copy, oldest first.</param>
    /// <param name="now">Business time of the read.</param>
    public static Pb.WardAssignment ToProto(this WardAssignment copy, IEnumerable<DeadlineNotice> notices, DateTimeOffset now) => new()
    {
        Name = copy.Name.ToString(),
        Assignment = copy.Assignment.ToProto(now, copy.Version),
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
