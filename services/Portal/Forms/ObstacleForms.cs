using System.Globalization;
using CanThoGov.Portal.Clients;
using CanThoGov.Portal.SignIn;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using Google.Protobuf.WellKnownTypes;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Forms;

/// <summary>What the city does about an obstacle, and what the unit that raised it says to the answer.</summary>
static class ObstacleForms
{
    const int MaxNote = 2000, MaxAnswer = 4000, MaxName = 200, MaxAddressee = 300, MaxDocument = 500;

    /// <summary>Of the city.</summary>
    public static IEnumerable<ActionForm> For(Assignment assignment, Viewer viewer, IEnumerable<Unit> units, Timestamp now)
    {
        if (!viewer.IsCity)
        {
            return [];
        }

        var choices = FieldChoices.CityUnits(units);
        return assignment.Obstacles.Where(one => one.State is Obstacle.Types.State.Open or Obstacle.Types.State.Accepted)
            .SelectMany(one => OfCity(assignment, one, viewer, choices, now).Select(form => form with { Key = KeyOf(one), Etag = assignment.Etag, IsBeside = true }));
    }

    /// <summary>Of a unit about what it raised.</summary>
    /// <param name="unit"><c>units/{unit}</c>.</param>
    /// <param name="underWay">Rpcs of the city that are on their way.</param>
    public static IEnumerable<ActionForm> OfRaiser(Assignment assignment, string unit, IReadOnlyCollection<string> underWay) =>
        underWay.Contains("ConfirmObstacle") || underWay.Contains("ReopenObstacle")
            ? []
            : assignment.Obstacles.Where(one => one.State == Obstacle.Types.State.Answered && one.Unit == unit)
                .SelectMany(one => OnAnswer(assignment.State).Select(form => form with { Key = KeyOf(one), IsBeside = true }));

    public static bool IsAbout(ActionForm form, Obstacle obstacle) =>
        form.Verb.EndsWith("-obstacle", StringComparison.Ordinal) && form.IsBeside && form.Key == KeyOf(obstacle);

    /// <returns>False for a verb that is none of these.</returns>
    public static async Task<bool> SendAsync(Backend backend, string name, PostedForm form)
    {
        var (etag, id, obstacle) = (form.Etag, form.RequestId, $"{name}/obstacles/{form.Key}");
        Task? sent = form.Verb switch
        {
            "accept-obstacle" => backend.DoAsync((city, o) => city.AcceptObstacleAsync(new()
            {
                Name = name,
                Etag = etag,
                Number = form.Number,
                WaitsFor = form["waits_for"],
                Reason = form["reason"],
                RequestId = id,
            }, o)),
            "answer-obstacle" => backend.DoAsync((city, o) => city.AnswerObstacleAsync(new()
            {
                Name = name,
                Etag = etag,
                Number = form.Number,
                Answer = form["answer"],
                RequestId = id,
            }, o)),
            "reroute-obstacle" => backend.OnObstacleAsync((city, o) => city.RerouteObstacleAsync(
                new() { Name = obstacle, Etag = etag, Unit = form["unit"], Reason = form["reason"], RequestId = id }, o)),
            "escalate-obstacle" => backend.OnObstacleAsync((city, o) => city.EscalateObstacleAsync(
                new() { Name = obstacle, Etag = etag, Reason = form["reason"], RequestId = id }, o)),
            "propose-obstacle" => backend.OnObstacleAsync((city, o) => city.ProposeObstacleAsync(new()
            {
                Name = obstacle,
                Etag = etag,
                Proposal = new()
                {
                    Addressee = form["proposal.addressee"],
                    DocumentText = form["proposal.document_text"],
                    Date = form["proposal.date"],
                },
                Note = form["note"],
                RequestId = id,
            }, o)),
            "confirm-obstacle" or "reopen-obstacle" => SayAsync(backend, name, form),
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
        Task? sent = form.Verb switch
        {
            "confirm-obstacle" => backend.SendAsync((ward, o) => ward.ConfirmWardObstacleAsync(
                new() { Name = name, Number = form.Number, Note = form["note"], RequestId = form.RequestId }, o)),
            "reopen-obstacle" => backend.SendAsync((ward, o) => ward.ReopenWardObstacleAsync(
                new() { Name = name, Number = form.Number, Reason = form["reason"], RequestId = form.RequestId }, o)),
            _ => null,
        };
        if (sent is null)
        {
            return false;
        }

        await sent;
        return true;
    }

    static IEnumerable<ActionForm> OfCity(Assignment assignment, Obstacle obstacle, Viewer viewer, IReadOnlyList<FieldChoice> units, Timestamp now)
    {
        var mayAnswer = viewer.IsCityOffice || viewer.SpeaksFor(obstacle.AnsweringUnit) || viewer.SpeaksFor(assignment.Assigner);
        if (mayAnswer)
        {
            yield return new("answer-obstacle", "Trả lời")
            {
                Hint = "Đơn vị nêu vướng mắc sẽ xác nhận đã được tháo gỡ hay chưa.",
                Fields = [new("answer", "Trả lời", FieldKind.Text) { IsRequired = true, MaxLength = MaxAnswer }],
            };
        }

        if (obstacle.State == Obstacle.Types.State.Open
            && assignment.State is not (State.Completed or State.Cancelled or State.Returned or State.Draft))
        {
            yield return new("accept-obstacle", "Tiếp nhận là vượt thẩm quyền của đơn vị")
            {
                Button = "Tiếp nhận, tạm dừng tính hạn",
                Hint = "Thời hạn tạm dừng cho đến khi vướng mắc được trả lời.",
                Fields =
                [
                    new("waits_for", "Chờ cơ quan nào", FieldKind.Line) { IsRequired = true, MaxLength = MaxName },
                    new("reason", "Vì sao vượt thẩm quyền", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote },
                ],
            };
        }

        if (viewer.IsCityOffice)
        {
            yield return new("reroute-obstacle", "Chuyển cho cơ quan khác trả lời")
            {
                Button = "Chuyển",
                Hint = "Cơ quan nhận có đủ thời gian trả lời, tính từ đầu.",
                Fields =
                [
                    new("unit", "Cơ quan trả lời", FieldKind.Choice) { IsRequired = true, Choices = [new("", "Chọn cơ quan"), .. units.Where(one => one.Value != obstacle.AnsweringUnit)] },
                    new("reason", "Lý do", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote },
                ],
            };
        }

        if (mayAnswer && obstacle.Level == ObstacleLevel.Unit)
        {
            yield return new("escalate-obstacle", "Báo cáo lên thành phố")
            {
                Button = "Báo cáo",
                Hint = "Văn phòng thành phố nhận việc trả lời.",
                Fields = [new("reason", "Vì sao cơ quan này không trả lời được", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote }],
            };
        }

        if (viewer.IsCityOffice && obstacle.Level is ObstacleLevel.City or ObstacleLevel.Centre)
        {
            var today = Vietnamese.Day(now);
            yield return new("propose-obstacle", obstacle.Level == ObstacleLevel.Centre ? "Ghi kiến nghị mới gửi Trung ương" : "Ghi kiến nghị gửi Trung ương")
            {
                Button = "Ghi kiến nghị",
                Hint = "Ghi lại điều đã kiến nghị. Văn phòng thành phố tiếp tục theo dõi cho đến khi có trả lời.",
                Fields =
                [
                    new("proposal.addressee", "Gửi cơ quan nào", FieldKind.Line) { IsRequired = true, MaxLength = MaxAddressee },
                    new("proposal.document_text", "Văn bản kiến nghị", FieldKind.Line) { IsRequired = true, MaxLength = MaxDocument, Hint = "Loại, số, ký hiệu như trên văn bản" },
                    new("proposal.date", "Ngày kiến nghị", FieldKind.Date) { IsRequired = true, Value = today, Max = today },
                    new("note", "Ghi chú", FieldKind.Text) { MaxLength = MaxNote },
                ],
            };
        }
    }

    static IEnumerable<ActionForm> OnAnswer(State state)
    {
        yield return new("confirm-obstacle", "Xác nhận đã được tháo gỡ")
        {
            Button = "Xác nhận",
            Fields = [new("note", "Ghi chú", FieldKind.Text) { MaxLength = MaxNote }],
        };
        if (state is not (State.Completed or State.Cancelled or State.Returned))
        {
            yield return new("reopen-obstacle", "Chưa được tháo gỡ")
            {
                Button = "Nêu lại vướng mắc",
                Hint = "Vướng mắc trở lại cơ quan đã trả lời.",
                Fields = [new("reason", "Còn vướng ở đâu", FieldKind.Text) { IsRequired = true, MaxLength = MaxNote }],
            };
        }
    }

    // The obstacle says who raised it: of several units that the viewer speaks for, it is that one.
    static async Task SayAsync(Backend backend, string name, PostedForm form)
    {
        var raised = (await backend.AssignmentAsync(Names.Id(name))).Obstacles.FirstOrDefault(one => one.Number == form.Number);
        var (obstacle, unit) = ($"{name}/obstacles/{form.Key}", raised?.Unit ?? "");
        await (form.Verb == "confirm-obstacle"
            ? backend.OnObstacleAsync((city, o) => city.ConfirmObstacleAsync(
                new() { Name = obstacle, Unit = unit, Note = form["note"], RequestId = form.RequestId }, o))
            : backend.OnObstacleAsync((city, o) => city.ReopenObstacleAsync(
                new() { Name = obstacle, Unit = unit, Reason = form["reason"], RequestId = form.RequestId }, o)));
    }

    static string KeyOf(Obstacle obstacle) => obstacle.Number.ToString(CultureInfo.InvariantCulture);
}
