using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Forms;

/// <summary>How a coordinating unit takes its part on and answers for it.</summary>
static class ContributionForms
{
    const string Acknowledge = "acknowledge", Contribute = "submit-contribution";

    const int MaxText = 2000, MaxName = 200;

    const string Person = "responsible_person";

    /// <summary>While the work is with units.</summary>
    /// <param name="unit"><c>units/{unit}</c>.</param>
    /// <param name="underWay">Rpcs of the city that are on their way.</param>
    public static IEnumerable<ActionForm> For(Assignment assignment, string unit, IReadOnlyCollection<string> underWay)
    {
        Coordinator[] parts = [.. assignment.Coordinators.Where(one => one.Assignee.Unit == unit)];
        if (parts.Length == 0)
        {
            yield break;
        }

        var isAnswered = parts.All(one => one.ContributeTime is not null);
        var named = parts.All(one => one.ResponsiblePerson is not null);
        // A lead that helps with its other organ takes note of both at once.
        if (assignment.Lead.Unit != unit && parts.Any(one => one.AcknowledgeTime is null) && !underWay.Contains("AcknowledgeAssignment") && !underWay.Contains("SubmitContribution"))
        {
            yield return new(Acknowledge, "Tiếp nhận phần phối hợp")
            {
                Hint = Part(parts),
                Fields = [.. PersonFields(named, isNeeded: false), new("note", "Ghi chú", FieldKind.Text) { MaxLength = MaxText }],
            };
        }

        yield return new(Contribute, isAnswered ? "Trả lời lại phần phối hợp" : "Trả lời phần phối hợp")
        {
            Button = "Gửi trả lời",
            Hint = isAnswered ? "Câu trả lời mới thay câu trả lời trước; quá trình vẫn giữ cả hai." : Part(parts),
            Fields = [new("contribution", "Trả lời", FieldKind.Text) { IsRequired = true, MaxLength = MaxText }, .. PersonFields(named, isNeeded: !named)],
        };
    }

    /// <summary>At the city itself, in the name of one of its own units.</summary>
    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendAsync(Backend backend, string name, PostedForm form)
    {
        if (form.Verb != Contribute)
        {
            return false;
        }

        await backend.DoAsync((city, o) => city.SubmitContributionAsync(new()
        {
            Name = name,
            Unit = form.Key,
            Contribution = form["contribution"],
            ResponsiblePerson = PersonOf(form),
            RequestId = form.RequestId,
        }, o));
        return true;
    }

    /// <summary>Into the outgoing queue of a ward.</summary>
    /// <param name="name"><c>units/{unit}/assignments/{assignment}</c>.</param>
    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendToWardAsync(Backend backend, string name, PostedForm form)
    {
        if (form.Verb != Contribute)
        {
            return false;
        }

        await backend.SendAsync((ward, o) => ward.SubmitWardContributionAsync(new()
        {
            Name = name,
            Contribution = form["contribution"],
            ResponsiblePerson = PersonOf(form),
            RequestId = form.RequestId,
        }, o));
        return true;
    }

    /// <summary>Who answers for the part of the unit; null if nobody was put in.</summary>
    public static Person? PersonOf(PostedForm form) => FieldChoices.ReadPerson(form, Person);

    static FormField[] PersonFields(bool named, bool isNeeded) =>
    [
        new($"{Person}.display_name", "Người phụ trách của đơn vị", FieldKind.Line)
        {
            IsExpected = isNeeded,
            MaxLength = MaxName,
            Hint = isNeeded ? "Nêu tên hoặc chức danh" : named ? "Để trống thì giữ người đã nêu" : "",
        },
        new($"{Person}.role", "Chức danh", FieldKind.Line) { IsExpected = isNeeded, MaxLength = MaxName },
    ];

    static string Part(Coordinator[] parts) =>
        string.Join("; ", parts.Select(one => one.Part).Where(part => part.Length > 0)) is { Length: > 0 } part ? $"Phần việc: {Names.Capital(part)}." : "";
}
