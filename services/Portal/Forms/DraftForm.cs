using System.Globalization;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using Google.Protobuf.WellKnownTypes;
using CriteriaSet = CanThoGov.Protos.City.V1.Assignment.Types.CriteriaSet;
using DeadlineKind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using Organ = CanThoGov.Protos.City.V1.Unit.Types.Organ;

namespace CanThoGov.Portal.Forms;

/// <summary>The form in which the city writes an assignment.</summary>
static class DraftForm
{
    public const string Coordinators = "assignment.coordinators", CoordinatorUnit = "coordinator.unit", CoordinatorPart = "coordinator.part";

    const int Quarters = 6;

    static readonly DeadlineKind[] Kinds =
    [
        DeadlineKind.FixedDate, DeadlineKind.WorkingDays, DeadlineKind.CalendarDays, DeadlineKind.Period, DeadlineKind.Immediate, DeadlineKind.None,
        DeadlineKind.Standing, DeadlineKind.Periodic, DeadlineKind.OnRequest, DeadlineKind.Conditional,
    ];

    /// <param name="from">What it begins with.</param>
    /// <param name="provisions">Of the document that is chosen.</param>
    public static ActionForm Of(
        Assignment from, IEnumerable<Document> documents, IEnumerable<Provision> provisions, IReadOnlyList<FieldChoice> units,
        IReadOnlyList<FieldChoice> assigners, Timestamp now) => new("create", "Soạn nhiệm vụ")
        {
            Button = "Lưu bản dự thảo",
            Fields =
            [
                new("assignment.document", "Văn bản", FieldKind.Choice)
                {
                    IsRequired = true,
                    Value = from.Document,
                    Choices = [new("", "Chọn văn bản"), .. documents.Select(one => new FieldChoice(one.Name, Names.Short(one)))],
                },
                new("assignment.provision", "Điểm của văn bản", FieldKind.Choice)
                {
                    Value = from.Provision,
                    Choices = [new("", "Cả văn bản"), .. provisions.Select(one => new FieldChoice(one.Name, Summary(one)))],
                },
                new("assignment.title", "Tên nhiệm vụ", FieldKind.Line) { IsRequired = true, MaxLength = 500, Value = from.Title },
                new("assignment.content", "Rõ việc: nội dung phải làm", FieldKind.Text) { IsExpected = true, MaxLength = 8000, Value = from.Content },
                new("assignment.expected_result", "Rõ kết quả: sản phẩm phải trình", FieldKind.Text) { IsExpected = true, MaxLength = 2000, Value = from.ExpectedResult },
                new("assignment.lead.unit", "Đơn vị chủ trì", FieldKind.Choice)
                {
                    IsRequired = true,
                    Value = from.Lead?.Unit ?? "",
                    Choices = [new("", "Chọn đơn vị"), .. units],
                },
                new("assignment.lead.organ", "Cơ quan của đơn vị", FieldKind.Choice)
                {
                    IsExpected = true,
                    Value = (from.Lead?.Organ ?? Organ.Unspecified).ToString(),
                    Choices = FieldChoices.Organs,
                },
                new("assignment.responsible_person.display_name", "Rõ người: người thực hiện", FieldKind.Line) { IsExpected = true, MaxLength = 200, Value = from.ResponsiblePerson?.DisplayName ?? "" },
                new("assignment.responsible_person.role", "Chức danh người thực hiện", FieldKind.Line) { IsExpected = true, MaxLength = 200, Value = from.ResponsiblePerson?.Role ?? "" },
                new("assignment.accountable_head.display_name", "Người đứng đầu đơn vị chủ trì", FieldKind.Line) { MaxLength = 200, Value = from.AccountableHead?.DisplayName ?? "" },
                new("assignment.accountable_head.role", "Chức danh người đứng đầu", FieldKind.Line) { MaxLength = 200, Value = from.AccountableHead?.Role ?? "" },
                new("assignment.field", "Lĩnh vực", FieldKind.Choice)
                {
                    Value = from.Field.ToString(),
                    Hint = "Theo lĩnh vực, thẩm quyền của đơn vị chủ trì được đối chiếu khi giao",
                    Choices = [new(FieldOfWork.Unspecified.ToString(), "Không nêu"), .. FieldChoices.Fields],
                },
                new("assignment.responsibility", "Rõ trách nhiệm", FieldKind.Text) { IsExpected = true, MaxLength = 2000, Value = from.Responsibility, Hint = "Đơn vị và người thực hiện chịu trách nhiệm gì, trước ai" },
                new("assignment.criteria_set", "Bộ tiêu chí", FieldKind.Choice)
                {
                    IsRequired = true,
                    Value = (from.CriteriaSet == CriteriaSet.SixClear ? CriteriaSet.SixClear : CriteriaSet.FiveClear).ToString(),
                    Choices = [new(CriteriaSet.FiveClear.ToString(), "5 rõ"), new(CriteriaSet.SixClear.ToString(), "6 rõ, thêm thẩm quyền")],
                },
                new("assignment.authority", "Rõ thẩm quyền", FieldKind.Text) { IsExpected = true, MaxLength = 2000, Value = from.Authority },
                new("assignment.deadline.kind", "Văn bản nêu thời hạn thế nào", FieldKind.Choice)
                {
                    IsRequired = true,
                    Value = (from.Deadline?.Kind ?? DeadlineKind.FixedDate).ToString(),
                    Choices = [.. Kinds.Select(kind => new FieldChoice(kind.ToString(), Labels.Of(kind)))],
                },
                new("assignment.deadline.date", "Ngày hạn", FieldKind.Date) { IsExpected = true, Value = from.Deadline?.Date ?? "", Hint = "Đến 17:00 ngày này" },
                new("assignment.deadline.working_days", "Số ngày làm việc từ khi giao", FieldKind.Number) { IsExpected = true, Value = Some(from.Deadline?.WorkingDays) },
                new("assignment.deadline.calendar_days", "Số ngày từ khi giao, tính cả ngày nghỉ", FieldKind.Number) { IsExpected = true, Value = Some(from.Deadline?.CalendarDays) },
                new("assignment.deadline.period", "Đến hết quý", FieldKind.Choice)
                {
                    IsExpected = true,
                    Value = from.Deadline?.Period ?? "",
                    Choices = [.. Periods(now, from.Deadline?.Period ?? "").Select(one => new FieldChoice(one, Names.Capital(Vietnamese.Period(one))))],
                },
                new("assignment.deadline.words", "Nguyên văn về thời hạn", FieldKind.Line) { MaxLength = 500, Value = from.Deadline?.Words ?? "" },
                .. assigners.Count > 1
                    ? [new FormField("assignment.assigner", "Giao với danh nghĩa", FieldKind.Choice) { IsRequired = true, Value = from.Assigner, Choices = assigners }]
                    : Array.Empty<FormField>(),
                new("assignment.illustrative", "Có giá trị được đặt ra để minh họa", FieldKind.Check) { Value = from.Illustrative ? "true" : "" },
            ],
        };

    public static Assignment Read(PostedForm form, string parent)
    {
        var draft = new Assignment
        {
            Document = form["assignment.document"],
            Provision = form["assignment.provision"],
            Parent = parent,
            Title = form["assignment.title"],
            Content = form["assignment.content"],
            ExpectedResult = form["assignment.expected_result"],
            Lead = new() { Unit = form["assignment.lead.unit"], Organ = FieldChoices.Read<Organ>(form["assignment.lead.organ"]) },
            ResponsiblePerson = Person(form, "assignment.responsible_person"),
            AccountableHead = Person(form, "assignment.accountable_head"),
            Field = FieldChoices.Read<FieldOfWork>(form["assignment.field"]),
            Responsibility = form["assignment.responsibility"],
            CriteriaSet = FieldChoices.Read<CriteriaSet>(form["assignment.criteria_set"]),
            Authority = form["assignment.authority"],
            Assigner = form["assignment.assigner"],
            Illustrative = form.Has("assignment.illustrative"),
            Deadline = Deadline(form),
        };
        draft.Coordinators.AddRange(Rows(form).Where(row => row.Unit.Length + row.Part.Length > 0)
            .Select(row => new Coordinator { Assignee = new() { Unit = row.Unit }, Part = row.Part }));
        return draft;
    }

    /// <summary>The coordinating units as they were put in, with the empty rows.</summary>
    public static IEnumerable<(string Unit, string Part)> Rows(PostedForm form) =>
        form.Values(CoordinatorUnit).Zip(form.Values(CoordinatorPart), (unit, part) => (unit.Trim(), part.Trim()));

    // What belongs to another kind is left out: it was put in before the viewer chose this one.
    static Deadline Deadline(PostedForm form)
    {
        var kind = FieldChoices.Read<DeadlineKind>(form["assignment.deadline.kind"]);
        return new()
        {
            Kind = kind,
            Words = form["assignment.deadline.words"],
            Date = kind == DeadlineKind.FixedDate ? form["assignment.deadline.date"] : "",
            WorkingDays = kind == DeadlineKind.WorkingDays ? form.Whole("assignment.deadline.working_days") : 0,
            CalendarDays = kind == DeadlineKind.CalendarDays ? form.Whole("assignment.deadline.calendar_days") : 0,
            Period = kind == DeadlineKind.Period ? form["assignment.deadline.period"] : "",
        };
    }

    static Person Person(PostedForm form, string field) => new() { DisplayName = form[field + ".display_name"], Role = form[field + ".role"] };

    static string Some(int? number) => number is > 0 ? number.Value.ToString(CultureInfo.InvariantCulture) : "";

    static string Summary(Provision provision)
    {
        const int longest = 90;
        var item = provision.Item > 0 ? $", ý {provision.Item}" : "";
        var summary = provision.Summary.Length > longest ? provision.Summary[..longest].TrimEnd() + "…" : provision.Summary;
        return $"{provision.Section}{item}: {summary}";
    }

    static IEnumerable<string> Periods(Timestamp now, string chosen)
    {
        var coming = Enumerable.Range(Vietnamese.QuarterNumber(now), Quarters).Select(Vietnamese.Quarter);
        return chosen.Length > 0 ? coming.Prepend(chosen).Distinct() : coming;
    }
}
