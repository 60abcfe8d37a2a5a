using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using Microsoft.Playwright;
using Kind = CanThoGov.Protos.City.V1.Deadline.Types.Kind;
using Recurrence = CanThoGov.Protos.City.V1.Deadline.Types.Recurrence;

namespace CanThoGov.Journeys.Tests;

/// <summary>Duties without a date of their own, and what is asked for each time.</summary>
[Trait("Category", "Browser")]
public sealed class OccurrencePagesTests(EmptySuite place) : PageJourney(place)
{
    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Assigner_AsksForWhatIsDueOnRequest_AndTheUnitsGetIt(int width)
    {
        var draft = await Office.DraftAsync(await Office.RegisterDocumentAsync(), Ward, CityWork.OtherWords(),
            one => one.Deadline = new() { Kind = Kind.OnRequest, Words = "báo cáo khi có yêu cầu" });
        await Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = CityWork.NewId() });
        var due = await NextAsync(DayOfWeek.Wednesday);
        var office = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await office.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await office.SeesAsync("Chưa có lần nào", "#cac-lan");
        await office.SendAsync("request-occurrence", ("reason", "Số liệu phục vụ kỳ họp"), ("due_date", due));
        await office.SeesAsync("Cần nêu tên hoặc chức danh", ".field.wrong");
        Assert.Equal("Số liệu phục vụ kỳ họp", await office.Page.InputValueAsync("#request-occurrence [name='reason']"));
        await office.LookAsync($"yeu-cau-thieu-{width}");

        var answers = await office.SendAgainAndAgainAsync("request-occurrence", ("requester.role", "Chánh Văn phòng"));
        Assert.All(answers, answer => Assert.StartsWith("200 ", answer));
        await office.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await office.SeesAsync("Theo yêu cầu của Chánh Văn phòng", "#cac-lan");
        await office.SeesAsync("Số liệu phục vụ kỳ họp", "#cac-lan");
        await office.LookAsync($"cac-lan-{width}");
        var child = Assert.Single((await Office.Assignments.ListAssignmentsAsync(new() { Parent = draft.Name })).Assignments);
        Assert.Equal((due, "Chánh Văn phòng"), (child.Deadline.Date, child.Occurrence.Requester.Role));
        await office.Page.ClickAsync("#cac-lan a");
        await office.SeesAsync("Theo yêu cầu của Chánh Văn phòng: Số liệu phục vụ kỳ họp");
        await office.LookAsync($"lan-thuc-hien-{width}");

        var ward = await SignedInAsync(width, Roles.Ward, Ward);
        await ward.ComesToSeeAsync($"/viec/{Ward}/{Id(child.Name)}", "Chưa tiếp nhận");
        await ward.SeesAsync("– theo yêu cầu của Chánh Văn phòng", "h1");
        ward.MetNoErrors();
        office.MetNoErrors();
    }

    [Fact]
    public async Task OnlyTheAssigner_IsOfferedToAsk()
    {
        var draft = await Office.DraftAsync(await Office.RegisterDocumentAsync(), Ward, CityWork.OtherWords(),
            one => one.Deadline = new() { Kind = Kind.Conditional, Words = "khi cần thiết" });
        await Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = CityWork.NewId() });
        var department = await SignedInAsync(1366, Roles.CityDepartment, Department);
        await department.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await department.SeesAsync("Chưa có lần nào", "#cac-lan");
        await Assertions.Expect(department.Page.Locator("#request-occurrence")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Office_SaysHowOftenAPeriodicDutyComesRound(int width)
    {
        var document = await Office.RegisterDocumentAsync();
        var office = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await office.GoAsync($"/nhiem-vu/moi?van-ban={Id(document.Name)}");
        await office.Page.FillAsync("[name='assignment.title']", "Báo cáo số liệu dân cư");
        await office.Page.SelectOptionAsync("[name='assignment.lead.unit']", $"units/{Ward}");
        await Assertions.Expect(office.Page.Locator("[name='assignment.deadline.recurrence']")).ToBeHiddenAsync();
        await office.Page.SelectOptionAsync("[name='assignment.deadline.kind']", "Periodic");
        await office.Page.SelectOptionAsync("[name='assignment.deadline.recurrence']", "Monthly");
        await office.Page.FillAsync("[name='assignment.deadline.recurrence_day']", "25");
        await office.LookAsync($"dinh-ky-{width}");
        await office.Page.ClickAsync("text=Lưu bản dự thảo");
        await office.SeesAsync("Định kỳ hằng tháng, hạn ngày 25 của tháng");

        var draft = Assert.Single((await Office.Assignments.ListAssignmentsAsync(new() { Document = document.Name })).Assignments);
        Assert.Equal((Kind.Periodic, Recurrence.Monthly, 25), (draft.Deadline.Kind, draft.Deadline.Recurrence, draft.Deadline.RecurrenceDay));
        office.MetNoErrors();
    }
}
