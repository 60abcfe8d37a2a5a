using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Forms;

/// <summary>
/// What a unit does with an assignment that it leads or helps with: a ward through its own ward system, a department of the city at the city
/// itself. The forms are the same.
/// </summary>
static class UnitForms
{
    const int MaxNote = 2000, MaxReport = 4000, MaxResult = 8000, MaxField = 200;

    /// <param name="state">Where it stands once everything that the unit sent has arrived.</param>
    /// <param name="unit"><c>units/{unit}</c>.</param>
    /// <param name="underWay">Rpcs of the city that are on their way.</param>
    /// <param name="units">By name; none while the city is away.</param>
    public static IEnumerable<ActionForm> For(
        Assignment assignment, State state, string unit, IReadOnlyCollection<string> underWay, IReadOnlyDictionary<string, Unit> units)
    {
        var leads = assignment.Lead.Unit == unit;
        var isInWork = state is State.Acknowledged or State.InProgress or State.Rework;
        var isWithUnits = isInWork || state is State.Issued or State.Submitted or State.Suspended;
        if (leads && state == State.Issued && !underWay.Contains("AcknowledgeAssignment"))
        {
            yield return new("acknowledge", "Tiếp nhận") { Fields = [Note] };
        }

        if (leads && isInWork)
        {
            yield return new("report-progress", "Báo cáo tiến độ")
            {
                Fields =
                [
                    new("percent", "Tiến độ (%)", FieldKind.Number) { IsRequired = true, Min = "0", Max = "100" },
                    new("report", "Đã làm được gì", FieldKind.Text) { IsRequired = true, MaxLength = MaxReport },
                ],
            };
            yield return new("submit-result", "Trình kết quả")
            {
                Hint = $"Thành phố yêu cầu: {(assignment.ExpectedResult.Length > 0 ? assignment.ExpectedResult : "không nêu")}.",
                Fields = [new("result", "Kết quả", FieldKind.Text) { IsRequired = true, MaxLength = MaxResult }],
            };
        }

        foreach (var form in isWithUnits ? ContributionForms.For(assignment, unit, underWay) : [])
        {
            yield return form;
        }

        if (isWithUnits)
        {
            yield return new("raise-obstacle", "Nêu vướng mắc")
            {
                Fields =
                [
                    new("field_of_work", "Lĩnh vực", FieldKind.Choice)
                    {
                        Choices = [new("", "Không nêu"), .. FieldChoices.Fields],
                        Hint = "Theo lĩnh vực, vướng mắc đến thẳng cơ quan có thẩm quyền",
                    },
                    new("field", "Vướng về điều gì", FieldKind.Line) { IsRequired = true, MaxLength = MaxField, Hint = "Ví dụ: giá đất bồi thường, kinh phí, thẩm quyền" },
                    new("description", "Vướng ở đâu, cần ai gỡ", FieldKind.Text) { IsRequired = true, MaxLength = MaxReport },
                ],
            };
        }

        if (leads && (isInWork || state == State.Issued) && assignment.Deadline.DueTime is not null && !AsksForTime(assignment)
            && !underWay.Contains("RequestExtension"))
        {
            yield return new("request-extension", "Đề nghị gia hạn")
            {
                Fields =
                [
                    new("proposed_date", "Gia hạn đến ngày", FieldKind.Date) { IsRequired = true, Hint = "Một ngày làm việc sau thời hạn hiện nay" },
                    new("reason", "Lý do", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote },
                ],
            };
        }

        if (leads && state is (State.Issued or State.Acknowledged or State.InProgress))
        {
            yield return new("return", "Trả lại nhiệm vụ")
            {
                IsGrave = true,
                Hint = "Nhiệm vụ trở về cơ quan giao, kèm lý do.",
                Fields =
                [
                    .. FieldChoices.Ground,
                    new("reason", "Lý do", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote },
                ],
            };
        }

        foreach (var form in leads && !underWay.Contains("RequestTransfer") ? TransferForms.OfLead(assignment, state, units) : [])
        {
            yield return form;
        }
    }

    /// <summary>Where it will stand when what is on its way has arrived.</summary>
    public static State After(State state, string method) => method switch
    {
        "AcknowledgeAssignment" when state == State.Issued => State.Acknowledged,
        "ReportProgress" when state == State.Acknowledged => State.InProgress,
        "SubmitResult" => State.Submitted,
        "ReturnAssignment" => State.Returned,
        _ => state,
    };

    /// <summary>At the city itself, in the name of one of its own units.</summary>
    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendToCityAsync(Backend backend, string name, PostedForm form)
    {
        var (unit, id) = (form.Key, form.RequestId);
        Task? sent = form.Verb switch
        {
            "acknowledge" => backend.DoAsync((city, o) => city.AcknowledgeAssignmentAsync(new()
            {
                Name = name,
                Unit = unit,
                Note = form["note"],
                ResponsiblePerson = ContributionForms.PersonOf(form),
                RequestId = id,
            }, o)),
            "report-progress" => backend.DoAsync((city, o) => city.ReportProgressAsync(new()
            {
                Name = name,
                Unit = unit,
                Percent = form.Whole("percent"),
                Report = form["report"],
                Attachments = { form.Choices(EvidenceForms.Named) },
                RequestId = id,
            }, o)),
            "submit-result" => backend.DoAsync((city, o) => city.SubmitResultAsync(new()
            {
                Name = name,
                Unit = unit,
                Result = form["result"],
                Attachments = { form.Choices(EvidenceForms.Named) },
                RequestId = id,
            }, o)),
            "return" => backend.DoAsync((city, o) => city.ReturnAssignmentAsync(new()
            {
                Name = name,
                Unit = unit,
                Ground = FieldChoices.ReadGround(form),
                Reason = form["reason"],
                RequestId = id,
            }, o)),
            "request-extension" => backend.DoAsync((city, o) => city.RequestExtensionAsync(new()
            {
                Name = name,
                Unit = unit,
                Reason = form["reason"],
                ProposedDate = form["proposed_date"],
                RequestId = id,
            }, o)),
            "raise-obstacle" => backend.DoAsync((city, o) => city.RaiseObstacleAsync(new()
            {
                Name = name,
                Unit = unit,
                FieldOfWork = FieldChoices.Read<FieldOfWork>(form["field_of_work"]),
                Field = form["field"],
                Description = form["description"],
                RequestId = id,
            }, o)),
            _ => null,
        };
        return await PostedForm.WasSentAsync(sent);
    }

    /// <summary>Into the outgoing queue of a ward.</summary>
    /// <param name="name"><c>units/{unit}/assignments/{assignment}</c>.</param>
    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendToWardAsync(Backend backend, string name, PostedForm form)
    {
        var id = form.RequestId;
        Task? sent = form.Verb switch
        {
            "acknowledge" => backend.SendAsync((ward, o) => ward.AcknowledgeWardAssignmentAsync(new()
            {
                Name = name,
                Note = form["note"],
                ResponsiblePerson = ContributionForms.PersonOf(form),
                RequestId = id,
            }, o)),
            "report-progress" => backend.SendAsync((ward, o) => ward.ReportWardProgressAsync(Progress(name, form), o)),
            "submit-result" => backend.SendAsync((ward, o) => ward.SubmitWardResultAsync(new()
            {
                Name = name,
                Result = form["result"],
                Attachments = { form.Choices(EvidenceForms.Named) },
                RequestId = id,
            }, o)),
            "return" => backend.SendAsync((ward, o) => ward.ReturnWardAssignmentAsync(new()
            {
                Name = name,
                Ground = FieldChoices.ReadGround(form),
                Reason = form["reason"],
                RequestId = id,
            }, o)),
            "request-extension" => backend.SendAsync((ward, o) => ward.RequestWardExtensionAsync(new()
            {
                Name = name,
                Reason = form["reason"],
                ProposedDate = form["proposed_date"],
                RequestId = id,
            }, o)),
            "raise-obstacle" => backend.SendAsync((ward, o) => ward.RaiseWardObstacleAsync(new()
            {
                Name = name,
                FieldOfWork = FieldChoices.Read<FieldOfWork>(form["field_of_work"]),
                Field = form["field"],
                Description = form["description"],
                RequestId = id,
            }, o)),
            _ => null,
        };
        return await PostedForm.WasSentAsync(sent);
    }

    static Protos.Ward.V1.ReportWardProgressRequest Progress(string name, PostedForm form)
    {
        var request = new Protos.Ward.V1.ReportWardProgressRequest
        {
            Name = name,
            Report = form["report"],
            Attachments = { form.Choices(EvidenceForms.Named) },
            RequestId = form.RequestId,
        };
        if (form["percent"].Length > 0)
        {
            request.Percent = form.Whole("percent");
        }

        return request;
    }

    static FormField Note => new("note", "Ghi chú", FieldKind.Text) { MaxLength = MaxNote };

    static bool AsksForTime(Assignment assignment) => assignment.Extensions is [.., { State: Extension.Types.State.Requested }];
}
