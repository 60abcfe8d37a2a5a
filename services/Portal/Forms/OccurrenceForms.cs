using CanThoGov.Portal.Clients;
using CanThoGov.Portal.SignIn;
using CanThoGov.Protos.City.V1;
using DeadlineKind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Forms;

/// <summary>How the assigner asks for what a duty without a date of its own gives each time.</summary>
static class OccurrenceForms
{
    const string Request = "request-occurrence";

    /// <summary>What periods bring, or somebody asks for.</summary>
    public static bool HasOccurrences(Assignment assignment) =>
        assignment.Deadline.Kind is DeadlineKind.Periodic or DeadlineKind.OnRequest or DeadlineKind.Conditional;

    public static IEnumerable<ActionForm> For(Assignment assignment, Viewer viewer)
    {
        if (viewer.IsCity && viewer.SpeaksFor(assignment.Assigner) && HasOccurrences(assignment)
            && assignment.State is not (State.Draft or State.Returned or State.Suspended or State.Completed or State.Cancelled))
        {
            yield return new(Request, "Yêu cầu thực hiện một lần")
            {
                Button = "Yêu cầu",
                IsBeside = true,
                Hint = "Một nhiệm vụ có thời hạn được giao ngay cho đúng các đơn vị này.",
                Fields =
                [
                    new("reason", "Yêu cầu điều gì", FieldKind.Text) { IsRequired = true, MaxLength = 2000 },
                    new("due_date", "Ngày hạn", FieldKind.Date) { IsRequired = true, Hint = "Một ngày làm việc, hạn đến 17:00" },
                    new("requester.display_name", "Người yêu cầu", FieldKind.Line) { IsExpected = true, MaxLength = 200, Hint = "Nêu tên hoặc chức danh" },
                    new("requester.role", "Chức danh người yêu cầu", FieldKind.Line) { IsExpected = true, MaxLength = 200 },
                ],
            };
        }
    }

    public static bool IsOne(ActionForm form) => form.Verb == Request;

    /// <returns>False for a verb that is not this one.</returns>
    public static Task<bool> SendAsync(Backend backend, string name, PostedForm form) => PostedForm.WasSentAsync(form.Verb != Request
        ? null
        : backend.RequestOccurrenceAsync(new()
        {
            Name = name,
            DueDate = form["due_date"],
            Requester = FieldChoices.ReadPerson(form, "requester"),
            Reason = form["reason"],
            RequestId = form.RequestId,
        }));
}
