using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using Microsoft.Playwright;
using ObstacleState = CanThoGov.Protos.City.V1.Obstacle.Types.State;

namespace CanThoGov.Journeys.Tests;

/// <summary>An obstacle on its way from the unit that raised it to whom it concerns, and back.</summary>
[Trait("Category", "Browser")]
public sealed class ObstaclePagesTests(EmptySuite place) : PageJourney(place)
{
    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Obstacle_GoesUpIsAnsweredReopenedAndConfirmed(int width)
    {
        var name = (await IssueAsync()).Name;
        var (work, path) = ($"/viec/{Ward}/{Id(name)}", $"/nhiem-vu/{Id(name)}");
        var ward = await SignedInAsync(width, Roles.Ward, Ward);
        await ward.ComesToSeeAsync(work, "Chưa tiếp nhận");
        await ward.SendAsync("raise-obstacle", ("field_of_work", "Premises"), ("field", "nhà làm việc"), ("description", "Chưa có trụ sở để tiếp công dân"));
        await ward.SeesAsync("Đã lưu để gửi lên thành phố");

        var office = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await office.ComesToSeeAsync(path, "Chưa có trụ sở để tiếp công dân");
        await office.SeesAsync("Trụ sở, trang thiết bị: Nhà làm việc", "#vuong-mac");
        await office.SeesAsync("Ủy ban nhân dân thành phố Cần Thơ trả lời trước", "#vuong-mac");
        await Assertions.Expect(office.Page.Locator("[id='propose-obstacle-1']")).ToHaveCountAsync(0);
        await office.OpenAsync("escalate-obstacle-1");
        await office.LookAsync($"vuong-mac-{width}");
        await office.SendAsync("escalate-obstacle-1", ("reason", "Cần bố trí ngân sách"));
        await office.SeesAsync("Đã báo cáo vướng mắc lên thành phố");
        await office.SeesAsync("Văn phòng Ủy ban nhân dân thành phố trả lời trước", "#vuong-mac");
        await office.SendAsync("propose-obstacle-1", ("proposal.addressee", "Bộ Tài chính"), ("proposal.document_text", "Công văn 12/UBND-TH"));
        await office.SeesAsync("Kiến nghị Bộ Tài chính ngày", "#vuong-mac");
        await office.SendAsync("reroute-obstacle-1", ("unit", $"units/{Department}"), ("reason", "Sở đã được giao trụ sở dôi dư"));
        await office.SeesAsync("Sở Nội vụ trả lời trước", "#vuong-mac");

        var department = await SignedInAsync(width, Roles.CityDepartment, Department);
        await department.GoAsync(path);
        await Assertions.Expect(department.Page.Locator("[id='reroute-obstacle-1'], [id='propose-obstacle-1']")).ToHaveCountAsync(0);
        await department.SendAsync("answer-obstacle-1", ("answer", "Được dùng trụ sở cũ của phường"));
        await department.SeesAsync("Đã trả lời vướng mắc");

        await ward.ComesToSeeAsync(work, "Được dùng trụ sở cũ của phường");
        await ward.OpenAsync("reopen-obstacle-1");
        await ward.LookAsync($"vuong-mac-xa-{width}");
        await ward.SendAsync("reopen-obstacle-1", ("reason", "Trụ sở cũ đang sửa"));
        await ward.SeesAsync("Đã lưu để gửi lên thành phố");
        await department.ComesToSeeAsync(path, "Chờ trả lời");
        await department.SendAsync("answer-obstacle-1", ("answer", "Sửa xong trong tháng này"));
        await ward.ComesToSeeAsync(work, "Sửa xong trong tháng này");
        await ward.SendAsync("confirm-obstacle-1", ("note", "Đã nhận trụ sở"));
        await office.ComesToSeeAsync(path, "Đã tháo gỡ");
        await office.Page.ClickAsync("text=Các bước đã qua (8)");
        await office.SeesAsync("Trụ sở cũ đang sửa", ".steps");
        await office.LookAsync($"vuong-mac-xong-{width}");

        var obstacle = await Office.Obstacles.GetObstacleAsync(new() { Name = $"{name}/obstacles/1" });
        Assert.Equal(
            (ObstacleState.Resolved, FieldOfWork.Premises, 1, "Công văn 12/UBND-TH"),
            (obstacle.State, obstacle.FieldOfWork, obstacle.ReopenCount, obstacle.Proposal.DocumentText));
        ward.MetNoErrors();
        office.MetNoErrors();
        department.MetNoErrors();
    }

    [Fact]
    public async Task Department_ThatRaisedIt_ConfirmsAtTheCity_AndOthersAreOfferedNothing()
    {
        var name = (await IssueAsync(Department)).Name;
        var own = Clients.As(Roles.CityDepartment, Department);
        await own.Assignments.RaiseObstacleAsync(new() { Name = name, Field = "kinh phí", Description = "Chưa có dự toán", RequestId = CityWork.NewId() });
        var other = await SignedInAsync(1366, Roles.CityDepartment, "so-tai-chinh");
        await other.GoAsync($"/nhiem-vu/{Id(name)}");
        await other.SeesAsync("Chưa có dự toán", "#vuong-mac");
        await Assertions.Expect(other.Page.Locator("[id='answer-obstacle-1'], [id='escalate-obstacle-1']")).ToHaveCountAsync(0);
        var raised = await Office.Assignments.GetAssignmentAsync(new() { Name = name });
        await Office.Assignments.AnswerObstacleAsync(new() { Name = name, Etag = raised.Etag, Number = 1, Answer = "Đã cấp", RequestId = CityWork.NewId() });

        var visitor = await SignedInAsync(1366, Roles.CityDepartment, Department);
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}");
        var answers = await visitor.SendAgainAndAgainAsync("confirm-obstacle-1", ("note", "Đã nhận dự toán"));
        Assert.All(answers, answer => Assert.Equal($"200 /nhiem-vu/{Id(name)}?xong=confirm-obstacle", answer));
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}");
        await visitor.SeesAsync("Đã tháo gỡ", "#vuong-mac");
        await Assertions.Expect(visitor.Page.Locator("#vuong-mac form")).ToHaveCountAsync(0);
    }
}
