using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

static class DeadlineExplanationProto
{
    public static Pb.DeadlineExplanation ToProto(
        this IReadOnlyList<DeadlineStep> steps, AssignmentSnapshot assignment, NumberedCalendar calendar) => new()
        {
            Assignment = $"assignments/{assignment.Id}",
            Steps = { steps.Select(ToProto) },
            DueTime = steps[^1].Time.ToProto(),
            OriginalDueTime = assignment.Deadline.OriginalDueAt.ToProto(),
            Calendar = string.Create(CultureInfo.InvariantCulture, $"calendars/{calendar.Number}"),
            CalendarVersion = calendar.Days.Version,
        };

    static Pb.DeadlineStep ToProto(DeadlineStep step) => new()
    {
        Kind = (Pb.DeadlineStep.Types.Kind)step.Kind,
        Date = AssignmentProto.ToProto((DateOnly?)step.Date),
        Time = step.Time.ToProto(),
        Amount = step.Amount,
        Reason = step.Reason,
        Basis = step.Basis,
    };
}
