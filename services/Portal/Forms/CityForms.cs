using CanThoGov.Portal.Clients;
using CanThoGov.Portal.SignIn;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Monitoring.V1;
using DeadlineKind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using Recipient = CanThoGov.Protos.Monitoring.V1.Rung.Types.Recipient;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Forms;

/// <summary>What the city decides about an assignment. Offered is what its state and the viewer's role allow; whether it is allowed says the city.</summary>
static class CityForms
{
    const int MaxNote = 2000, MaxName = 200;

    /// <param name="posted">What was sent before and refused: where the unit is not competent, the reason is asked for.</param>
    public static IEnumerable<ActionForm> For(Assignment assignment, Viewer viewer, IReadOnlyDictionary<string, Unit> units, PostedForm? posted) =>
        (viewer.IsCity ? Decisions(assignment, viewer, CompetenceForm.Reason(posted, "issue", units)) : [])
        .Concat(viewer.MayRemind && IsInHands(assignment.State) ? [Remind] : [])
        .Concat(viewer.IsCity ? Endings(assignment, viewer) : [])
        .Select(form => form with { Etag = assignment.Etag });

    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendAsync(Backend backend, string name, PostedForm form)
    {
        var (etag, id) = (form.Etag, form.RequestId);
        Task? sent = form.Verb switch
        {
            "set-working-deadline" => backend.DoAsync((city, o) => city.SetWorkingDeadlineAsync(new()
            {
                Name = name,
                Etag = etag,
                Date = form["date"],
                SetBy = new() { DisplayName = form["set_by.display_name"], Role = form["set_by.role"] },
                Reason = form["reason"],
                RequestId = id,
            }, o)),
            "issue" => backend.DoAsync((city, o) => city.IssueAssignmentAsync(new()
            {
                Name = name,
                Etag = etag,
                Note = form["note"],
                OutsideCompetenceReason = form[CompetenceForm.Field],
                RequestId = id,
            }, o)),
            "accept-result" => backend.DoAsync((city, o) => city.AcceptResultAsync(new() { Name = name, Etag = etag, Note = form["note"], RequestId = id }, o)),
            "send-back-result" => backend.DoAsync((city, o) => city.SendBackResultAsync(new() { Name = name, Etag = etag, Reason = form["reason"], RequestId = id }, o)),
            "suspend" => backend.DoAsync((city, o) => city.SuspendAssignmentAsync(new() { Name = name, Etag = etag, Reason = form["reason"], RequestId = id }, o)),
            "resume" => backend.DoAsync((city, o) => city.ResumeAssignmentAsync(new() { Name = name, Etag = etag, Note = form["note"], RequestId = id }, o)),
            "cancel" => backend.DoAsync((city, o) => city.CancelAssignmentAsync(new() { Name = name, Etag = etag, Reason = form["reason"], RequestId = id }, o)),
            "grant-extension" or "refuse-extension" => backend.DoAsync((city, o) => city.DecideExtensionAsync(new()
            {
                Name = name,
                Etag = etag,
                Grant = form.Verb == "grant-extension",
                Note = form["note"],
                RequestId = id,
            }, o)),
            "remind" => backend.RemindAsync(new()
            {
                Parent = $"deadlines/{Names.Id(name)}",
                Reminder = new() { Text = form["reminder.text"], Told = { Recipients.Where(one => form.Choices("reminder.told").Contains(one.ToString())) } },
                RequestId = id,
            }),
            _ => null,
        };
        return await PostedForm.WasSentAsync(sent);
    }

    static IEnumerable<ActionForm> Decisions(Assignment assignment, Viewer viewer, IEnumerable<FormField> outside)
    {
        if (assignment.State == State.Draft && assignment.Deadline.Kind is (DeadlineKind.None or DeadlineKind.Immediate))
        {
            yield return SetWorkingDeadline(assignment);
        }

        if (assignment.State is State.Draft or State.Returned)
        {
            yield return new("issue", assignment.State == State.Draft ? "Giao nhiệm vụ" : "Giao lại nhiệm vụ")
            {
                Hint = "Đơn vị chủ trì và các đơn vị phối hợp nhận được ngay.",
                Fields = [.. outside, Note],
            };
        }

        if (assignment.State == State.Submitted && !IsOwnWork(assignment, viewer))
        {
            yield return new("accept-result", "Chấp nhận kết quả") { Hint = "Nhiệm vụ hoàn thành và không mở lại được.", Fields = [Note] };
            yield return new("send-back-result", "Yêu cầu thực hiện lại")
            {
                Hint = "Thời hạn giữ nguyên.",
                Fields = [new("reason", "Phải làm lại điều gì", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote }],
            };
        }

        if (assignment.Extensions is [.., { State: Extension.Types.State.Requested } asked] && !IsClosed(assignment.State) && DecidesTime(assignment, viewer))
        {
            yield return new("grant-extension", $"Đồng ý gia hạn đến {Vietnamese.Date(asked.ProposedDate)}") { Button = "Đồng ý gia hạn", Hint = Asked(asked), Fields = [Note] };
            yield return new("refuse-extension", "Không đồng ý gia hạn")
            {
                Hint = "Thời hạn giữ nguyên.",
                Fields = [new("note", "Lý do không đồng ý", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote }],
            };
        }

        if (assignment.State == State.Suspended)
        {
            yield return new("resume", "Tiếp tục thực hiện") { Fields = [Note] };
        }
    }

    static IEnumerable<ActionForm> Endings(Assignment assignment, Viewer viewer)
    {
        var state = assignment.State;
        if (IsOwnWork(assignment, viewer))
        {
            yield break;
        }

        if (IsInHands(state))
        {
            yield return new("suspend", "Tạm hoãn") { IsGrave = true, Hint = "Đơn vị dừng việc cho đến khi được tiếp tục. Thời hạn giữ nguyên.", Fields = [Reason] };
        }

        if (!IsClosed(state))
        {
            yield return new("cancel", state == State.Draft ? "Hủy bản dự thảo" : "Hủy nhiệm vụ")
            {
                IsGrave = true,
                Hint = "Nhiệm vụ kết thúc mà không có kết quả, và không mở lại được.",
                Fields = [Reason],
            };
        }
    }

    static ActionForm SetWorkingDeadline(Assignment assignment) => new("set-working-deadline", "Ấn định thời hạn")
    {
        Hint = "Văn bản không nêu ngày, nên cần một người ấn định và chịu trách nhiệm về thời hạn.",
        Fields =
        [
            new("date", "Ngày", FieldKind.Date) { IsRequired = true, Value = assignment.Deadline.Date, Hint = "Một ngày làm việc, hạn đến 17:00" },
            new("set_by.display_name", "Người ấn định", FieldKind.Line) { MaxLength = MaxName },
            new("set_by.role", "Chức danh", FieldKind.Line) { MaxLength = MaxName },
            Reason,
        ],
    };

    static ActionForm Remind => new("remind", "Đôn đốc")
    {
        Hint = "Lời đôn đốc được ghi vào quá trình của nhiệm vụ.",
        Fields =
        [
            new("reminder.text", "Nội dung", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote },
            new("reminder.told", "Gửi đến", FieldKind.Checks)
            {
                Value = $"{Recipient.ResponsiblePerson},{Recipient.HeadOfUnit}",
                Choices = [.. Recipients.Select(one => new FieldChoice(one.ToString(), Labels.Of(one)))],
            },
        ],
    };

    static Recipient[] Recipients => [Recipient.ResponsiblePerson, Recipient.HeadOfUnit, Recipient.PortfolioLeader, Recipient.CityOffice];

    static FormField Note => new("note", "Ghi chú", FieldKind.Text) { MaxLength = MaxNote };

    static FormField Reason => new("reason", "Lý do", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote };

    static string Asked(Extension asked) => $"Đơn vị đề nghị{(asked.AskedLate ? " sau khi đã quá hạn" : "")}: {asked.Reason}";

    static bool DecidesTime(Assignment assignment, Viewer viewer) =>
        viewer.SpeaksFor(assignment.Assigner) || (!IsOwnWork(assignment, viewer) && assignment.ExtensionDeciders.Any(viewer.SpeaksFor));

    /// <summary>Nobody judges, stops or ends what his own unit leads for another.</summary>
    static bool IsOwnWork(Assignment assignment, Viewer viewer) => viewer.SpeaksFor(assignment.Lead.Unit) && !viewer.SpeaksFor(assignment.Assigner);

    static bool IsClosed(State state) => state is State.Completed or State.Cancelled;

    /// <summary>A unit has to act.</summary>
    static bool IsInHands(State state) => state is State.Issued or State.Acknowledged or State.InProgress or State.Rework;
}
