using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Forms;
using CanThoGov.Portal.Parts;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Ward.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Components;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Pages;

/// <summary>
/// One assignment in the hands of a ward: its copy, its own allocation of the work, and what it sends to the city. What is on its way counts as
/// done for what comes next, so that a day without the city goes on as any other.
/// </summary>
public sealed partial class WorkDetails
{
    WardAssignment? _work;
    IReadOnlyList<WorkItem> _items = [];
    IReadOnlyList<OutgoingCall> _calls = [];
    IReadOnlyDictionary<string, Unit> _units = new Dictionary<string, Unit>();
    Timestamp? _now;
    IReadOnlyList<ActionForm> _forms = [], _allocate = [], _reports = [], _uploads = [];
    IReadOnlyList<Attachment> _files = [];
    ILookup<string, Attachment> _itemFiles = Array.Empty<Attachment>().ToLookup(one => one.Name);

    IReadOnlyList<Attachment> AllFiles => [.. _files, .. _itemFiles.SelectMany(files => files)];

    static readonly Func<Backend, string, PostedForm, Task<bool>>[] Senders =
    [
        ObstacleForms.SendToWardAsync, TransferForms.SendToWardAsync, ContributionForms.SendToWardAsync, UnitForms.SendToWardAsync,
    ];

    [Parameter]
    public required string Unit { get; set; }

    [Parameter]
    public required string Id { get; set; }

    string Name => WardNames.Of(Unit, Id);

    Assignment Assignment => _work!.Assignment;

    IReadOnlyList<ActionForm> AllForms => [.. _forms, .. _allocate, .. _reports, .. _uploads];

    protected override async Task<string?> ActAsync(PostedForm form)
    {
        switch (form.Verb)
        {
            case "create-work-item":
                var illustrative = (await Backend.WardAssignmentAsync(Name)).Assignment.Illustrative;
                await Backend.WorkAsync((work, o) => work.CreateWorkItemAsync(new()
                {
                    Parent = Name,
                    WorkItem = new()
                    {
                        Title = form["work_item.title"],
                        Official = form["work_item.official"],
                        OfficialRole = form["work_item.official_role"],
                        DueDate = form["work_item.due_date"],
                        Illustrative = illustrative,
                    },
                    RequestId = form.RequestId,
                }, o));
                return Done(form.Verb);
            case "report-work-item":
                await Backend.WorkAsync((work, o) => work.ReportWorkItemProgressAsync(new()
                {
                    Name = $"{Name}/workItems/{form.Key}",
                    Etag = form.Etag,
                    Percent = form.Whole("percent"),
                    Note = form["note"],
                    RequestId = form.RequestId,
                }, o));
                return Done(form.Verb);
            default:
                if (await EvidenceForms.SendAsync(Files, Service.Ward, form.Key.Length == 0 ? Name : $"{Name}/workItems/{form.Key}", form))
                {
                    return Done(form.Verb);
                }

                foreach (var send in Senders)
                {
                    if (await send(Backend, Name, form))
                    {
                        return Done("send");
                    }
                }

                return Http.Request.Path;
        }
    }

    protected override async Task LoadAsync()
    {
        if (Viewer is not { IsWard: true })
        {
            Problem = Viewer is null ? Problem.SignedOut(SignInPath, unsent: null) : Problem.NotForRole;
            return;
        }

        _work = await Backend.WardAssignmentAsync(Name);
        var items = Backend.WorkItemsAsync(Name);
        var calls = Backend.UndeliveredCallsAsync($"units/{Unit}");
        // The unit works on also while the city cannot be reached.
        var units = Backend.IfThereAsync(Backend.UnitsAsync());
        _now = (await Backend.IfThereAsync(Backend.ClockAsync()))?.CurrentTime;
        (_items, _units) = (await items, await units ?? _units);
        _files = await Files.ListAsync(Service.Ward, Name);
        _itemFiles = (await Task.WhenAll(_items.Select(async item => (item.Name, Files: await Files.ListAsync(Service.Ward, item.Name)))))
            .SelectMany(item => item.Files.Select(file => (item.Name, File: file))).ToLookup(one => one.Name, one => one.File);
        _calls = [.. (await calls).Where(call => call.WardAssignment == Name)];
        MakeForms();
    }

    void MakeForms()
    {
        string[] underWay = [.. _calls.Where(call => call.State == OutgoingCall.Types.State.Pending).Select(call => call.Method)];
        var state = underWay.Aggregate(Assignment.State, UnitForms.After);
        _forms =
        [
            .. UnitForms.For(Assignment, state, $"units/{Unit}", underWay, _units).Select(WithRollUp).Select(form => EvidenceForms.With(form, AllFiles)),
            .. ObstacleForms.OfRaiser(Assignment, $"units/{Unit}", underWay),
        ];
        if (state is State.Completed or State.Cancelled or State.Returned)
        {
            return;
        }

        _allocate = [Allocate()];
        _reports = [.. _items.Select(Report)];
        _uploads = [EvidenceForms.Upload(""), .. _items.Select(item => EvidenceForms.Upload(Names.Id(item.Name)))];
    }

    // Without a number the ward service reports what the officials reported.
    ActionForm WithRollUp(ActionForm form) => form.Verb == "report-progress" && _items.Count > 0
        ? form with
        {
            Fields = [.. form.Fields.Select(field => field.Name == "percent"
                ? field with { IsRequired = false, Hint = $"Để trống thì báo cáo theo các phần việc: {_work!.WorkProgressPercent}%" }
                : field)],
        }
        : form;

    ActionForm Allocate() => new("create-work-item", "Phân công cho cán bộ")
    {
        IsBeside = true,
        Button = "Phân công",
        Fields =
        [
            new("work_item.title", "Phần việc", FieldKind.Line) { IsRequired = true, MaxLength = 500 },
            new("work_item.official", "Cán bộ", FieldKind.Line) { IsRequired = true, MaxLength = 200 },
            new("work_item.official_role", "Chức danh", FieldKind.Line) { MaxLength = 200 },
            new("work_item.due_date", "Hạn", FieldKind.Date)
            {
                Hint = Assignment.Deadline.DueTime is { } due
                    ? $"Không sau {Vietnamese.Date(due)}; để trống thì lấy ngày đó"
                    : "",
            },
        ],
    };

    static ActionForm Report(WorkItem item) => new("report-work-item", "Ghi tiến độ")
    {
        Key = Names.Id(item.Name),
        IsBeside = true,
        Etag = item.Etag,
        Fields =
        [
            new("percent", "Tiến độ (%)", FieldKind.Number) { IsRequired = true, Min = "0", Max = "100" },
            new("note", "Ghi chú", FieldKind.Text) { MaxLength = 4000 },
        ],
    };
}
