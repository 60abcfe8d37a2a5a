using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Deadlines;

static class DeadlineProto
{
    /// <param name="now">Business time of the read: the timeliness is as of then.</param>
    public static Pb.Deadline ToProto(this WatchedDeadline deadline, DateTimeOffset now) => new()
    {
        Name = $"deadlines/{deadline.Assignment.Id}",
        Assignment = $"assignments/{deadline.Assignment.Id}",
        Title = deadline.Assignment.Title,
        LeadUnit = $"units/{deadline.Assignment.Lead.Unit}",
        LeadUnitDisplayName = deadline.LeadUnitDisplayName,
        State = deadline.Assignment.State.ToProto(),
        Timeliness = deadline.Assignment.TimelinessAt(now).ToProto(),
        DueTime = deadline.Assignment.Deadline.DueAt.ToProto(),
        OriginalDueTime = deadline.Assignment.Deadline.OriginalDueAt.ToProto(),
        Revision = deadline.Assignment.Deadline.Revision,
        Rungs =
        {
            deadline.Rungs.Select(rung => new Pb.Rung
            {
                WorkingDays = rung.WorkingDays,
                Told = { rung.Told.Select(one => (Pb.Rung.Types.Recipient)one) },
                FireTime = Timestamp.FromDateTimeOffset(rung.FireAt),
                FiredTime = rung.FiredAt.ToProto(),
                Late = rung.Late,
            }),
        },
        Illustrative = deadline.Assignment.Illustrative,
    };
}
