using CanThoGov.Portal.Clients;
using CanThoGov.Portal.SignIn;
using CanThoGov.Protos.City.V1;
using Organ = CanThoGov.Protos.City.V1.Unit.Types.Organ;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Forms;

/// <summary>How the lead asks to have the work given to another unit, and how the assigner decides.</summary>
static class TransferForms
{
    const string Ask = "request-transfer", Grant = "grant-transfer", Refuse = "refuse-transfer";

    const int MaxNote = 2000, MaxName = 200;

    /// <summary>Of the unit that leads. Without the register of units, while the city is away, there is nobody to choose.</summary>
    public static IEnumerable<ActionForm> OfLead(Assignment assignment, State state, IReadOnlyDictionary<string, Unit> units)
    {
        if (IsTransferable(state) && Pending(assignment) is null && units.Count > 0)
        {
            yield return new(Ask, "Đề nghị chuyển đơn vị khác chủ trì")
            {
                Button = "Gửi đề nghị",
                IsGrave = true,
                Hint = "Cơ quan giao quyết định. Cho đến khi đó, đơn vị vẫn chủ trì và thời hạn giữ nguyên.",
                Fields =
                [
                    new("to.unit", "Đơn vị nên chủ trì", FieldKind.Choice)
                    {
                        IsRequired = true,
                        Choices = [new("", "Chọn đơn vị"), .. FieldChoices.Units(units.Values).Where(one => one.Value != assignment.Lead.Unit)],
                    },
                    new("to.organ", "Cơ quan của đơn vị", FieldKind.Choice) { IsExpected = true, Choices = FieldChoices.Organs },
                    .. FieldChoices.Ground,
                    new("reason", "Lý do", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote },
                ],
            };
        }
    }

    /// <summary>Of the assigner.</summary>
    /// <param name="posted">What was sent before and refused: where the unit is not competent, the reason is asked for.</param>
    public static IEnumerable<ActionForm> For(
        Assignment assignment, Viewer viewer, IReadOnlyDictionary<string, Unit> units, PostedForm? posted)
    {
        if (!viewer.IsCity || !viewer.SpeaksFor(assignment.Assigner) || Pending(assignment) is null || assignment.State is State.Completed or State.Cancelled)
        {
            yield break;
        }

        if (IsTransferable(assignment.State))
        {
            yield return new(Grant, "Đồng ý chuyển")
            {
                Etag = assignment.Etag,
                IsBeside = true,
                Hint = "Đơn vị nhận chủ trì bắt đầu lại từ bước tiếp nhận. Thời hạn giữ nguyên.",
                Fields =
                [
                    new("responsible_person.display_name", "Người thực hiện ở đơn vị nhận", FieldKind.Line) { IsExpected = true, MaxLength = MaxName, Hint = "Nêu tên hoặc chức danh" },
                    new("responsible_person.role", "Chức danh người thực hiện", FieldKind.Line) { IsExpected = true, MaxLength = MaxName },
                    new("accountable_head.display_name", "Người đứng đầu đơn vị nhận", FieldKind.Line) { MaxLength = MaxName },
                    new("accountable_head.role", "Chức danh người đứng đầu", FieldKind.Line) { MaxLength = MaxName },
                    .. CompetenceForm.Reason(posted, Grant, units),
                    new("note", "Ghi chú", FieldKind.Text) { MaxLength = MaxNote },
                ],
            };
        }

        yield return new(Refuse, "Không chuyển")
        {
            Etag = assignment.Etag,
            IsBeside = true,
            Hint = "Đơn vị hiện nay tiếp tục chủ trì.",
            Fields = [new("note", "Lý do không chuyển", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote }],
        };
    }

    public static bool IsDecision(ActionForm form) => form.Verb is Grant or Refuse;

    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendAsync(Backend backend, string name, PostedForm form)
    {
        Task? sent = form.Verb switch
        {
            Ask => backend.DoAsync((city, o) => city.RequestTransferAsync(new()
            {
                Name = name,
                Unit = form.Key,
                To = To(form),
                Ground = FieldChoices.ReadGround(form),
                Reason = form["reason"],
                RequestId = form.RequestId,
            }, o)),
            Grant or Refuse => backend.DoAsync((city, o) => city.DecideTransferAsync(new()
            {
                Name = name,
                Etag = form.Etag,
                Grant = form.Verb == Grant,
                Note = form["note"],
                ResponsiblePerson = FieldChoices.ReadPerson(form, "responsible_person"),
                AccountableHead = FieldChoices.ReadPerson(form, "accountable_head"),
                OutsideCompetenceReason = form[CompetenceForm.Field],
                RequestId = form.RequestId,
            }, o)),
            _ => null,
        };
        if (sent is null)
        {
            return false;
        }

        await sent;
        return true;
    }

    /// <summary>Into the outgoing queue of a ward.</summary>
    /// <param name="name"><c>units/{unit}/assignments/{assignment}</c>.</param>
    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendToWardAsync(Backend backend, string name, PostedForm form)
    {
        if (form.Verb != Ask)
        {
            return false;
        }

        await backend.SendAsync((ward, o) => ward.RequestWardTransferAsync(new()
        {
            Name = name,
            To = To(form),
            Ground = FieldChoices.ReadGround(form),
            Reason = form["reason"],
            RequestId = form.RequestId,
        }, o));
        return true;
    }

    static Assignee To(PostedForm form) => new() { Unit = form["to.unit"], Organ = FieldChoices.Read<Organ>(form["to.organ"]) };

    static bool IsTransferable(State state) => state is State.Issued or State.Acknowledged or State.InProgress;

    static Transfer? Pending(Assignment assignment) => assignment.Transfers is [.., { State: Transfer.Types.State.Requested } last] ? last : null;
}
