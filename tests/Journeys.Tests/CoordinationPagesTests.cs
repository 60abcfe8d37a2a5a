using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using Microsoft.Playwright;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Journeys.Tests;

/// <summary>Work that goes to another unit, and the parts of those that help.</summary>
[Trait("Category", "Browser")]
public sealed class CoordinationPagesTests(EmptySuite place) : PageJourney(place)
{
    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Lead_AsksForATransfer_TheAssignerGrantsIt(int width)
    {
        var name = (await IssueAsync()).Name;
        var (work, path) = ($"/viec/{Ward}/{Id(name)}", $"/nhiem-vu/{Id(name)}");
        var ward = await SignedInAsync(width, Roles.Ward, Ward);
        await ward.ComesToSeeAsync(work, "Chưa tiếp nhận");
        await ward.SendAsync("request-transfer",
            ("to.unit", $"units/{OtherWard}"), ("to.organ", "PeoplesCommittee"), ("ground.kind", "LegalBasis"), ("reason", "Kênh thuộc phường An Bình"));
        await ward.SeesAsync("Cần nhập mục này", ".field.wrong");
        Assert.Equal("Kênh thuộc phường An Bình", await ward.Page.InputValueAsync("#request-transfer [name='reason']"));
        Assert.Equal($"units/{OtherWard}", await ward.Page.InputValueAsync("#request-transfer [name='to.unit']"));
        await ward.LookAsync($"chuyen-thieu-{width}");
        await ward.SendAsync("request-transfer", ("ground.document", "Nghị quyết 1668/NQ-UBTVQH15"), ("ground.article", "Điều 1"));
        await ward.SeesAsync("Đã lưu để gửi lên thành phố");
        await ward.ComesToSeeAsync(work, "Phường Ninh Kiều → Ủy ban nhân dân phường An Bình");
        await Assertions.Expect(ward.Page.Locator("#request-transfer")).ToHaveCountAsync(0);

        var office = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await office.GoAsync(path);
        await office.SeesAsync("Điều 1 Nghị quyết 1668/NQ-UBTVQH15: Kênh thuộc phường An Bình", "#chuyen");
        await office.SendAsync("grant-transfer", ("note", "Theo địa giới"));
        await office.SeesAsync("Cần nêu tên hoặc chức danh người thực hiện ở đơn vị nhận việc", ".field.wrong");
        Assert.Equal("Theo địa giới", await office.Page.InputValueAsync("#grant-transfer [name='note']"));
        await office.LookAsync($"chuyen-{width}");
        await office.SendAsync("grant-transfer", ("responsible_person.role", "Trưởng phòng Kinh tế"));
        await office.SeesAsync("Đã chuyển nhiệm vụ cho đơn vị khác");
        await office.SeesAsync("Ủy ban nhân dân phường Ninh Kiều", "#cac-lan-chu-tri");
        await office.SeesAsync("Ủy ban nhân dân phường An Bình", "#cac-lan-chu-tri");
        await office.LookAsync($"chuyen-xong-{width}");

        var given = await Office.Assignments.GetAssignmentAsync(new() { Name = name });
        Assert.Equal((State.Issued, $"units/{OtherWard}", "Trưởng phòng Kinh tế"), (given.State, given.Lead.Unit, given.ResponsiblePerson.Role));
        await ward.ComesToSeeAsync(work, "Các lần chủ trì");
        await Assertions.Expect(ward.Page.Locator("#acknowledge")).ToHaveCountAsync(0);
        ward.MetNoErrors();
        office.MetNoErrors();
    }

    [Fact]
    public async Task Transfer_IsRefusedByTheAssignerOnly()
    {
        var name = (await IssueAsync()).Name;
        await Clients.As(Roles.Ward, Ward).Assignments.RequestTransferAsync(new()
        {
            Name = name,
            To = new() { Unit = $"units/{OtherWard}" },
            Ground = new() { Kind = Ground.Types.Kind.WrongCompetence },
            Reason = "Không thuộc địa bàn",
            RequestId = CityWork.NewId(),
        });
        var department = await SignedInAsync(1366, Roles.CityDepartment, Department);
        await department.GoAsync($"/nhiem-vu/{Id(name)}");
        await department.SeesAsync("Không thuộc địa bàn", "#chuyen");
        await Assertions.Expect(department.Page.Locator("#chuyen form")).ToHaveCountAsync(0);

        var office = await SignedInAsync(1366, Roles.CityOffice, CityUnit);
        await office.GoAsync($"/nhiem-vu/{Id(name)}");
        await office.SendAsync("refuse-transfer", ("note", "Kênh nằm trên địa bàn phường"));
        await office.SeesAsync("Đã ghi nhận việc không chuyển");
        await office.SeesAsync("Kênh nằm trên địa bàn phường", "#chuyen");
        office.MetNoErrors();
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task CoordinatingUnits_AcknowledgeAndAnswer_TheLeadSeesWhoHasNot(int width)
    {
        var draft = await Office.DraftAsync(await Office.RegisterDocumentAsync(), Ward, CityWork.OtherWords(), one => one.Coordinators.Add(
        [
            new Coordinator { Assignee = new() { Unit = $"units/{OtherWard}" }, Part = "Cung cấp bản đồ kênh" },
            new Coordinator { Assignee = new() { Unit = $"units/{Department}" }, Part = "Hướng dẫn hồ sơ" },
        ]));
        await Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = CityWork.NewId() });
        var path = $"/nhiem-vu/{Id(draft.Name)}";

        var other = await SignedInAsync(width, Roles.Ward, OtherWard);
        var part = $"/viec/{OtherWard}/{Id(draft.Name)}";
        await other.ComesToSeeAsync(part, "Chưa tiếp nhận");
        await other.SeesAsync("Chưa trả lời (2/2)", "#phoi-hop");
        await other.SendAsync("acknowledge", ("responsible_person.display_name", "Cán bộ Mẫu 07"));
        await other.SeesAsync("Đã lưu để gửi lên thành phố");
        await other.ComesToSeeAsync(part, "phụ trách: Cán bộ Mẫu 07");
        await other.SendAsync("submit-contribution", ("contribution", "Đã gửi bản đồ 12 tuyến kênh"));
        await other.ComesToSeeAsync(part, "Đã gửi bản đồ 12 tuyến kênh");
        await other.LookAsync($"phoi-hop-{width}");

        var department = await SignedInAsync(width, Roles.CityDepartment, Department);
        await department.GoAsync(path);
        var contribute = $"submit-contribution-units/{Department}";
        await department.SendAsync(contribute, ("contribution", "Đã ban hành mẫu hồ sơ"));
        await department.SeesAsync("Hãy nêu tên hoặc chức danh người phụ trách", ".refusal");

        var lead = await SignedInAsync(width, Roles.Ward, Ward);
        await lead.ComesToSeeAsync($"/viec/{Ward}/{Id(draft.Name)}", "Chưa trả lời (1/2): Sở Nội vụ.");
        await lead.LookAsync($"phoi-hop-chu-tri-{width}");

        var answers = await department.SendAgainAndAgainAsync(contribute, ("responsible_person.role", "Trưởng phòng Nghiệp vụ"));
        Assert.All(answers, answer => Assert.Equal($"200 {path}?xong=submit-contribution", answer));
        await lead.ComesToSeeAsync($"/viec/{Ward}/{Id(draft.Name)}", "Các đơn vị phối hợp đều đã trả lời");
        await lead.SeesAsync("Đã ban hành mẫu hồ sơ", "#phoi-hop");
        await Assertions.Expect(lead.Page.Locator("[id^='submit-contribution']")).ToHaveCountAsync(0);
        var history = await Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = draft.Name });
        Assert.Equal(2, history.Entries.Count(entry => entry.Verb == "submit-contribution"));
        other.MetNoErrors();
        lead.MetNoErrors();
    }
}
