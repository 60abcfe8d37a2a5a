using CanThoGov.Platform.Contract;
using CanThoGov.Protos.City.V1;
using DeadlineKind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.Portal.Text;

/// <summary>How a value of the contract is called.</summary>
/// <param name="Slug">In addresses.</param>
/// <param name="Tone">Of the colours: <c>idle</c>, <c>work</c>, <c>wait</c>, <c>good</c>, <c>warn</c>, <c>bad</c> or <c>off</c>.</param>
public sealed record Label<T>(T Value, string Text, string Slug, string Tone);

/// <summary>The Vietnamese name of everything that the contract names: here, where an assignment stands.</summary>
public static partial class Labels
{
    /// <summary>In the order of the lifecycle. A draft is the city's own affair.</summary>
    public static IReadOnlyList<Label<State>> States { get; } =
    [
        new(State.Issued, AssignmentWords.Of(State.Issued)!, "chua-tiep-nhan", "idle"),
        new(State.Acknowledged, AssignmentWords.Of(State.Acknowledged)!, "da-tiep-nhan", "work"),
        new(State.InProgress, AssignmentWords.Of(State.InProgress)!, "dang-thuc-hien", "work"),
        new(State.Submitted, AssignmentWords.Of(State.Submitted)!, "cho-xac-nhan", "wait"),
        new(State.Rework, AssignmentWords.Of(State.Rework)!, "thuc-hien-lai", "warn"),
        new(State.Completed, AssignmentWords.Of(State.Completed)!, "hoan-thanh", "good"),
        new(State.Returned, AssignmentWords.Of(State.Returned)!, "tra-lai", "warn"),
        new(State.Suspended, AssignmentWords.Of(State.Suspended)!, "tam-hoan", "off"),
        new(State.Cancelled, AssignmentWords.Of(State.Cancelled)!, "huy", "off"),
    ];

    public static IReadOnlyList<Label<Timeliness>> Timelinesses { get; } =
    [
        new(Timeliness.Overdue, AssignmentWords.Of(Timeliness.Overdue)!, "qua-han", "bad"),
        new(Timeliness.DueSoon, AssignmentWords.Of(Timeliness.DueSoon)!, "sap-den-han", "warn"),
        new(Timeliness.OnTrack, AssignmentWords.Of(Timeliness.OnTrack)!, "trong-han", "work"),
        new(Timeliness.CompletedEarly, AssignmentWords.Of(Timeliness.CompletedEarly)!, "truoc-han", "good"),
        new(Timeliness.CompletedOnTime, AssignmentWords.Of(Timeliness.CompletedOnTime)!, "dung-han", "good"),
        new(Timeliness.CompletedLate, AssignmentWords.Of(Timeliness.CompletedLate)!, "hoan-thanh-qua-han", "late"),
        new(Timeliness.NoDeadline, AssignmentWords.Of(Timeliness.NoDeadline)!, "khong-han", "off"),
    ];

    /// <summary>For those who assign.</summary>
    public static Label<State> Draft { get; } = new(State.Draft, AssignmentWords.Of(State.Draft)!, "du-thao", "off");

    public static Label<State> Of(State state) =>
        States.FirstOrDefault(label => label.Value == state) ?? Draft with { Value = state, Text = state == State.Draft ? Draft.Text : Unknown(state) };

    public static Label<Timeliness> Of(Timeliness timeliness) =>
        Timelinesses.FirstOrDefault(label => label.Value == timeliness) ?? new(timeliness, Unknown(timeliness), "", "off");

    public static string Of(DeadlineKind kind) => kind switch
    {
        DeadlineKind.None => "Văn bản không nêu thời hạn",
        DeadlineKind.FixedDate => "Ngày cụ thể",
        DeadlineKind.WorkingDays => "Số ngày làm việc",
        DeadlineKind.Period => "Theo quý",
        DeadlineKind.Standing => "Thường xuyên",
        DeadlineKind.Periodic => "Định kỳ",
        DeadlineKind.OnRequest => "Khi có yêu cầu",
        DeadlineKind.Conditional => "Trong trường hợp cần thiết",
        DeadlineKind.Immediate => "Khẩn trương",
        DeadlineKind.CalendarDays => "Số ngày",
        _ => Unknown(kind),
    };

    // Of a newer release than this one.
    static string Unknown<T>(T value) => $"Khác ({value})";
}
