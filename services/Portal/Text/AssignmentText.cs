using CanThoGov.Protos.City.V1;
using Google.Protobuf.WellKnownTypes;

namespace CanThoGov.Portal.Text;

/// <summary>What several pages say of an assignment.</summary>
public static class AssignmentText
{
    /// <summary>Whether somebody waits for it.</summary>
    public static bool IsOpen(Assignment assignment) => assignment.State
        is not (Assignment.Types.State.Completed or Assignment.Types.State.Cancelled or Assignment.Types.State.Returned);

    /// <summary>Units work on it, or wait for the city.</summary>
    public static bool IsInWork(Assignment assignment) => IsOpen(assignment) && assignment.State != Assignment.Types.State.Draft;

    /// <summary>What has to be clear before it is given; empty where it is not.</summary>
    public static IEnumerable<(string Criterion, string Value)> Criteria(Assignment assignment)
    {
        yield return ("Rõ người", Names.Person(assignment.ResponsiblePerson));
        yield return ("Rõ việc", assignment.Content);
        yield return ("Rõ trách nhiệm", assignment.Responsibility);
        yield return ("Rõ tiến độ", Schedule(assignment.Deadline));
        yield return ("Rõ kết quả", assignment.ExpectedResult);
        if (assignment.CriteriaSet == Assignment.Types.CriteriaSet.SixClear)
        {
            yield return ("Rõ thẩm quyền", assignment.Authority);
        }
    }

    /// <summary>What the document says about the time, and in which words.</summary>
    public static string Given(Deadline deadline) =>
        deadline.Words is { Length: > 0 } words && !Rule(deadline).Contains(words, StringComparison.OrdinalIgnoreCase)
            ? $"{Rule(deadline)} (“{words}”)"
            : Rule(deadline);

    /// <summary>When the unit says that it happened, if that is not when the city recorded it.</summary>
    public static string Claimed(Timestamp? claimed, Timestamp recorded) =>
        claimed is null || claimed == recorded ? "" : $" (đơn vị ghi {Vietnamese.Moment(claimed)})";

    /// <summary>The legal ground, before the words that it is the ground of.</summary>
    public static string Ground(Ground? ground) => ground is null ? "" : $"{Labels.Of(ground)}: ";

    public static string Note(string note) => note.Length > 0 ? $": {note}" : "";

    // Words alone are no schedule: the clarity gate asks for a date where the document gives none.
    static string Schedule(Deadline deadline) => deadline switch
    {
        { DueTime: { } due } => "Đến " + Vietnamese.LongMoment(due),
        { Date.Length: > 0 } => "Đến " + Vietnamese.Date(deadline.Date),
        { Kind: Deadline.Types.Kind.None or Deadline.Types.Kind.Immediate } => "",
        _ => Rule(deadline),
    };

    static string Rule(Deadline deadline) => deadline.Kind switch
    {
        Deadline.Types.Kind.Period => $"Đến hết {Vietnamese.Period(deadline.Period)}",
        Deadline.Types.Kind.WorkingDays => $"{deadline.WorkingDays} ngày làm việc từ khi giao",
        Deadline.Types.Kind.CalendarDays => $"{deadline.CalendarDays} ngày từ khi giao, tính cả ngày nghỉ",
        _ => Labels.Of(deadline.Kind),
    };
}
