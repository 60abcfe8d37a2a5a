using System.Net;
using System.Text.RegularExpressions;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using CanThoGov.Testing;
using Microsoft.Playwright;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Journeys.Tests;

/// <summary>What the city office and a ward do at the pages, in a real browser, at the widths of a desk and of a telephone.</summary>
[Trait("Category", "Browser")]
public sealed class WorkingPagesTests(EmptySuite place) : PageJourney(place)
{
    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task CityOffice_WritesIssuesFollowsAndAccepts(int width)
    {
        var (document, words) = (await Office.RegisterDocumentAsync(), CityWork.OtherWords());
        await Office.Documents.CreateProvisionAsync(new()
        {
            Parent = document.Name,
            Provision = new() { Section = "2.1", Item = 1, Summary = "Nạo vét kênh Rạch Bần " + words, GivesWork = true },
            RequestId = CityWork.NewId(),
        });
        var visitor = await VisitorAsync(width);
        await visitor.GoAsync("/dang-nhap");
        await visitor.LookAsync($"dang-nhap-{width}");
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.SeesAsync("Cán bộ Mẫu 01", ".who");
        await visitor.SeesAsync("Ủy ban nhân dân thành phố Cần Thơ", ".who");
        var page = visitor.Page;

        await visitor.GoAsync($"/van-ban/{Id(document.Name)}");
        await page.ClickAsync("text=Soạn nhiệm vụ từ điểm này");
        await Assertions.Expect(page.Locator("[name='assignment.content']")).ToHaveValueAsync("Nạo vét kênh Rạch Bần " + words);
        await page.FillAsync("[name='assignment.title']", "Dọn kênh Rạch Bần " + words);
        await page.SelectOptionAsync("[name='assignment.lead.unit']", $"units/{Ward}");
        await page.SelectOptionAsync("[name='assignment.deadline.kind']", "Immediate");
        await page.CheckAsync("[name='assignment.illustrative']");
        await page.ClickAsync("text=Thêm đơn vị phối hợp");
        Assert.Equal(4, await page.Locator("[name='coordinator.unit']").CountAsync());
        await page.Locator("[name='coordinator.unit']").Last.SelectOptionAsync("units/so-noi-vu");
        await page.Locator("[name='coordinator.part']").Last.FillAsync("Hướng dẫn hồ sơ");
        await visitor.LookAsync($"soan-{width}");
        await page.ClickAsync("text=Lưu bản dự thảo");

        await visitor.SeesAsync("Đã lưu bản dự thảo");
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("xong="));
        await visitor.SeesAsync("Còn thiếu");
        await visitor.SendAsync("issue");
        await visitor.SeesAsync("Rõ người: nêu tên hoặc chức danh người thực hiện.", ".refusal");
        await visitor.SeesAsync("Rõ tiến độ: văn bản không nêu ngày", ".refusal");
        await Assertions.Expect(page.Locator(".done")).ToHaveCountAsync(0);
        await visitor.LookAsync($"du-thao-thieu-{width}");

        await page.ClickAsync("text=Soạn lại");
        await page.FillAsync("[name='assignment.responsible_person.display_name']", "Cán bộ Mẫu 03");
        await page.FillAsync("[name='assignment.responsibility']", "Chịu trách nhiệm trước Chủ tịch UBND");
        await page.FillAsync("[name='assignment.expected_result']", "Biên bản nghiệm thu");
        Assert.Equal("Hướng dẫn hồ sơ", await page.Locator("[name='coordinator.part']").First.InputValueAsync());
        await page.ClickAsync("text=Lưu bản dự thảo");

        var saturday = await NextAsync(DayOfWeek.Saturday);
        await visitor.SendAsync("set-working-deadline", ("date", saturday), ("set_by.role", "Chánh Văn phòng"), ("reason", "Trước mùa mưa"));
        await visitor.SeesAsync("không phải ngày làm việc", ".field.wrong");
        Assert.Equal("Trước mùa mưa", await page.InputValueAsync("#set-working-deadline [name='reason']"));
        await visitor.SendAsync("set-working-deadline", ("date", await NextAsync(DayOfWeek.Wednesday)));
        await visitor.SeesAsync("Đã đủ rõ để giao");
        await visitor.SendAsync("issue");
        await visitor.SeesAsync("Đã giao nhiệm vụ");
        await visitor.SeesAsync("Chưa tiếp nhận", ".tags");

        var path = new Uri(page.Url).AbsolutePath;
        await visitor.GoAsync(path + "/thoi-han");
        await Assertions.Expect(page.Locator(".reckoning")).Not.ToContainTextAsync("Ngày giao không tính");
        var name = $"assignments/{Id(path)}";
        var ward = Clients.As(Roles.Ward, Ward);
        await ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = name, RequestId = CityWork.NewId() });
        await ward.Assignments.ReportProgressAsync(new() { Name = name, Percent = 40, Report = "Đã nạo vét 2 km", RequestId = CityWork.NewId() });
        await visitor.ComesToSeeAsync(path, "Đã nạo vét 2 km");
        await visitor.SendAsync("remind", ("reminder.text", "Đề nghị hoàn thành trước Tết"));
        await visitor.SeesAsync("Đã đôn đốc");
        await visitor.ComesToSeeAsync(path, "Đề nghị hoàn thành trước Tết");
        await ward.Assignments.SubmitResultAsync(new() { Name = name, Result = "Đã nghiệm thu", RequestId = CityWork.NewId() });
        await visitor.GoAsync(path);
        await visitor.LookAsync($"cho-xac-nhan-{width}");
        await visitor.SendAsync("accept-result", ("note", "Đạt yêu cầu"));
        await visitor.SeesAsync("Hoàn thành", ".tags");
        await visitor.SeesAsync("Đạt yêu cầu");
        await visitor.LookAsync($"da-chap-nhan-{width}");

        Assert.Equal(State.Completed, (await Office.Assignments.GetAssignmentAsync(new() { Name = name })).State);
        var drafts = await Office.Assignments.ListAssignmentsAsync(new() { Document = document.Name });
        Assert.Equal([State.Completed, State.Cancelled], drafts.Assignments.Select(one => one.State));
        Assert.Equal("units/so-noi-vu", Assert.Single(drafts.Assignments[0].Coordinators).Assignee.Unit);
        visitor.MetNoErrors();
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Ward_ReceivesAllocatesReportsAndHandsIn_TheCityAccepts(int width)
    {
        var name = (await IssueAsync()).Name;
        var visitor = await VisitorAsync(width);
        await visitor.SignInAsync(Clients.Token(Roles.Ward, "Cán bộ Mẫu 02", Ward));
        var work = $"/viec/{Ward}/{Id(name)}";
        await visitor.ComesToSeeAsync("/viec", "Dọn kênh Rạch Bần");
        await visitor.LookAsync($"viec-{width}");
        await visitor.ComesToSeeAsync(work, "Chưa tiếp nhận");

        await visitor.SendAsync("acknowledge", ("note", "Đã nhận"));
        await visitor.SeesAsync("Đã lưu để gửi lên thành phố");
        await visitor.SeesAsync("Đã tiếp nhận", ".tags");
        await visitor.SendAsync("create-work-item", ("work_item.title", "Nạo vét đoạn 1"), ("work_item.official", "Cán bộ Mẫu 04"));
        await visitor.SeesAsync("Đã phân công");
        var item = Assert.Single((await Clients.As(Roles.Ward, Ward).WorkItems.ListWorkItemsAsync(new() { Parent = $"units/{Ward}/{name}" })).WorkItems);
        Assert.True(item.Illustrative);
        await visitor.SendAsync($"report-work-item-{Id(item.Name)}", ("percent", "70"), ("note", "Xong 700 m"));
        await visitor.SeesAsync("Xong 700 m");

        await visitor.SendAsync("report-progress", ("report", "Đang làm đoạn 1"));
        await visitor.SeesAsync("Đang thực hiện", ".tags");
        await visitor.OpenAsync("submit-result");
        await visitor.LookAsync($"mot-viec-{width}");
        await visitor.SendAsync("submit-result", ("result", "Đã nghiệm thu\nBiên bản số 12"));
        await visitor.SeesAsync("Chờ xác nhận", ".tags");
        var handedIn = await Office.Assignments.GetAssignmentAsync(new() { Name = name });
        Assert.Equal((70, "Đã nghiệm thu\nBiên bản số 12"), (handedIn.ProgressPercent, handedIn.Submissions[0].Result));

        var office = await VisitorAsync(width);
        await office.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await office.GoAsync($"/nhiem-vu/{Id(name)}");
        await office.SendAsync("accept-result");
        await office.SeesAsync("Đã chấp nhận kết quả");
        await visitor.ComesToSeeAsync(work, "Hoàn thành");
        Assert.Equal(0, await visitor.Page.Locator("main form").CountAsync());
        visitor.MetNoErrors();
        office.MetNoErrors();
    }

    [Fact]
    public async Task Ward_CallThatTheCityRefuses_IsShownWithItsReason()
    {
        var name = (await IssueAsync()).Name;
        var visitor = await VisitorAsync(390);
        await visitor.SignInAsync(Clients.Token(Roles.Ward, "Cán bộ Mẫu 02", Ward));
        await visitor.ComesToSeeAsync($"/viec/{Ward}/{Id(name)}", "Chưa tiếp nhận");
        await visitor.SendAsync("request-extension", ("proposed_date", await NextAsync(DayOfWeek.Saturday, weeks: 8)), ("reason", "Mưa nhiều"));
        await visitor.SeesAsync("Thành phố không nhận");
        await visitor.SeesAsync("không phải ngày làm việc");
        await visitor.LookAsync("khong-nhan-390");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Ward_WhileTheCityCannotBeReached_WorksOn()
    {
        var name = (await IssueAsync()).Name;
        var token = Clients.Token(Roles.Ward, "Cán bộ Mẫu 02", Ward);
        await Eventually.HoldsAsync(() => Clients.As(Roles.Ward, Ward).HasWardCopyAsync($"units/{Ward}/{name}"), "the copy of the ward");
        var ports = TestPorts.Free(2);
        await using var portal = RunningProgram.Start("Portal", [], new Dictionary<string, string>
        {
            ["Endpoints__portal"] = Ports.Address(ports[0]),
            ["Auth__KeyFile"] = Place.KeyFile,
            ["Services__City"] = Ports.Address(ports[1]),
            ["Services__Monitoring"] = Ports.Address(ports[1]),
            ["Services__Ward"] = Place.Suite.WardAddress,
            ["Telemetry__Endpoint"] = "none",
        });
        await portal.PrintedAsync("Application started", TimeSpan.FromSeconds(60));
        var visitor = await Visitor.ComeAsync(Place.Browser, Ports.Address(ports[0]), 390);
        await visitor.Page.Context.AddCookiesAsync([new() { Name = "canthogov-phien", Value = token, Url = Ports.Address(ports[0]) }]);

        await visitor.GoAsync("/viec");
        await visitor.SeesAsync("Chưa liên lạc được với thành phố");
        await visitor.GoAsync($"/viec/{Ward}/{Id(name)}");
        await visitor.SendAsync("acknowledge");
        await visitor.SeesAsync("Đã lưu để gửi lên thành phố");
        await visitor.SendAsync("create-work-item", ("work_item.title", "Nạo vét đoạn 1"), ("work_item.official", "Cán bộ Mẫu 04"));
        await visitor.SeesAsync("Cán bộ Mẫu 04");
        await visitor.LookAsync("khong-co-thanh-pho-390");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Decisions_OnTimeObstaclesAndWork_AreCarriedOut()
    {
        var name = (await IssueAsync()).Name;
        var ward = Clients.As(Roles.Ward, Ward);
        await ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = name, RequestId = CityWork.NewId() });
        await ward.Assignments.RaiseObstacleAsync(new() { Name = name, Field = "đất đai", Description = "Chưa có mặt bằng", RequestId = CityWork.NewId() });
        var asked = await NextAsync(DayOfWeek.Wednesday, weeks: 8);
        await ward.Assignments.RequestExtensionAsync(new() { Name = name, Reason = "Mưa nhiều", ProposedDate = asked, RequestId = CityWork.NewId() });
        var visitor = await VisitorAsync(390);
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}");
        await visitor.LookAsync("quyet-dinh-390");

        await visitor.SendAsync("grant-extension");
        await visitor.SeesAsync("Đã đồng ý gia hạn");
        await visitor.SendAsync("accept-obstacle-1", ("waits_for", "Sở Nông nghiệp và Môi trường"), ("reason", "Thuộc thẩm quyền của thành phố"));
        await visitor.SeesAsync("Tạm dừng tính hạn");
        await visitor.SendAsync("answer-obstacle-1", ("answer", "Đã giao mặt bằng"));
        await visitor.SeesAsync("Đã trả lời vướng mắc");
        await visitor.SendAsync("suspend", ("reason", "Chờ kinh phí"));
        await visitor.SeesAsync("Tạm hoãn", ".tags");
        await visitor.SendAsync("resume");
        await ward.Assignments.SubmitResultAsync(new() { Name = name, Result = "Đã xong", RequestId = CityWork.NewId() });
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}");
        await visitor.SendAsync("send-back-result", ("reason", "Thiếu biên bản"));
        await visitor.SeesAsync("Yêu cầu thực hiện lại", ".tags");
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}/thoi-han");
        await visitor.SeesAsync("Ngày giao không tính", ".reckoning");

        var after = await Office.Assignments.GetAssignmentAsync(new() { Name = name });
        Assert.Equal(
            (State.Rework, asked, Obstacle.Types.State.Answered, "Thiếu biên bản"),
            (after.State, after.Extensions[0].ProposedDate, after.Obstacles[0].State, after.Submissions[0].JudgementNote));
        Assert.Equal(Extension.Types.State.Granted, after.Extensions[0].State);
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task CityOffice_RegistersADocumentAndItsProvision_WhereThereIsNone()
    {
        var visitor = await VisitorAsync(390);
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.GoAsync("/van-ban");
        await visitor.SendAsync("create-document",
            ("document.kind", "Kết luận"), ("document.number", "73"), ("document.symbol", "KL/TU"), ("document.title", "về chỉnh trang kênh rạch"));
        await visitor.SeesAsync("Kết luận 73-KL/TU", "h1");
        await visitor.SendAsync("create-provision", ("provision.section", "2"), ("provision.summary", "Nạo vét kênh Rạch Bần"));
        await visitor.SeesAsync("Đã thêm điểm");
        await visitor.LookAsync("dang-ky-van-ban-390");
        await visitor.Page.ClickAsync("text=Soạn nhiệm vụ từ điểm này");
        await Assertions.Expect(visitor.Page.Locator("[name='assignment.content']")).ToHaveValueAsync("Nạo vét kênh Rạch Bần");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Department_LeadingWorkItself_DoesItAtTheCity()
    {
        var assignment = await IssueAsync("so-noi-vu");
        var visitor = await VisitorAsync();
        await visitor.SignInAsync(Clients.Token(Roles.CityDepartment, "Cán bộ Mẫu 05", "so-noi-vu"));
        await visitor.GoAsync($"/nhiem-vu/{Id(assignment.Name)}");
        await visitor.SendAsync("acknowledge-units/so-noi-vu");
        await visitor.SeesAsync("Đã tiếp nhận", ".tags");
        Assert.Equal(0, await visitor.Page.Locator("form#grant-extension").CountAsync());
        visitor.MetNoErrors();
    }

    [Theory]
    [InlineData("không phải mã", "Mã không đúng")]
    [InlineData("foreign", "Thành phố không công nhận mã này")]
    [InlineData("expired", "Mã không đúng")]
    public async Task SignIn_WithABadToken_IsRefused(string what, string said)
    {
        var token = what switch
        {
            "foreign" => Forged(),
            "expired" => "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIiwicm9sZSI6IndhcmQiLCJleHAiOjE3MDAwMDAwMDB9.AAAA",
            _ => what,
        };
        var visitor = await VisitorAsync(390);
        await visitor.GoAsync("/dang-nhap");
        await visitor.Page.FillAsync("textarea[name=token]", token);
        await visitor.Page.ClickAsync("#sign-in button");
        await visitor.SeesAsync(said, ".refusal");
        Assert.Equal(token, await visitor.Page.InputValueAsync("textarea[name=token]"));
        Assert.Empty(await visitor.Page.Context.CookiesAsync());
        await visitor.SeesAsync("Đăng nhập", ".who");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task SignIn_IsACookieThatOnlyTheseWebPagesGet_AndSignOutEndsIt()
    {
        var visitor = await VisitorAsync();
        await visitor.GoAsync("/dang-nhap?ve=/van-ban");
        await visitor.Page.FillAsync("textarea[name=token]", Clients.Token(Roles.Supervisor, "Cán bộ Mẫu 06"));
        await visitor.Page.ClickAsync("#sign-in button");
        await visitor.SeesAsync("Văn bản giao nhiệm vụ");

        var cookie = Assert.Single(await visitor.Page.Context.CookiesAsync());
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
        var left = DateTimeOffset.FromUnixTimeSeconds((long)cookie.Expires) - TimeProvider.System.GetUtcNow();
        Assert.InRange(left, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(31));

        await visitor.Page.ClickAsync("text=Đăng xuất");
        await visitor.SeesAsync("Đăng nhập", ".who");
        Assert.Empty(await visitor.Page.Context.CookiesAsync());
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task NotSignedIn_ReadsButIsOfferedNothing()
    {
        var name = (await IssueAsync()).Name;
        var visitor = await VisitorAsync();
        Assert.Equal(200, await visitor.GoAsync($"/nhiem-vu/{Id(name)}"));
        Assert.Equal(0, await visitor.Page.Locator("main form").CountAsync());
        Assert.Equal(403, await visitor.GoAsync("/viec"));
        Assert.Equal(403, await visitor.GoAsync("/nhiem-vu/moi"));
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Form_SentTwice_IsCarriedOutOnce()
    {
        var document = await Office.RegisterDocumentAsync();
        var visitor = await VisitorAsync();
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.GoAsync($"/nhiem-vu/moi?van-ban={Id(document.Name)}");
        await visitor.Page.FillAsync("[name='assignment.title']", "Dọn kênh Rạch Bần");
        await visitor.Page.SelectOptionAsync("[name='assignment.lead.unit']", $"units/{Ward}");
        await visitor.Page.SelectOptionAsync("[name='assignment.deadline.kind']", "Standing");
        var answers = await visitor.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const form = document.querySelector('form.draft');
              const send = () => fetch(location.href, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
              const both = await Promise.all([send(), send()]);
              const later = await send();
              return [...both, later].map(answer => new URL(answer.url).pathname);
            }
            """);
        var draft = Assert.Single((await Office.Assignments.ListAssignmentsAsync(new() { Document = document.Name })).Assignments);
        Assert.All(answers, path => Assert.Equal($"/nhiem-vu/{Id(draft.Name)}", path));

        await visitor.Page.DblClickAsync("text=Lưu bản dự thảo");
        await visitor.SeesAsync("Bản dự thảo");
        Assert.Single((await Office.Assignments.ListAssignmentsAsync(new() { Document = document.Name })).Assignments);
    }

    [Fact]
    public async Task Decision_OnWhatChangedMeanwhile_IsNotTaken()
    {
        var assignment = await IssueAsync();
        var visitor = await VisitorAsync();
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.GoAsync($"/nhiem-vu/{Id(assignment.Name)}");
        await visitor.OpenAsync("cancel");
        await Office.Assignments.SuspendAssignmentAsync(
            new() { Name = assignment.Name, Etag = assignment.Etag, Reason = "Chờ kinh phí", RequestId = CityWork.NewId() });

        await visitor.SendAsync("cancel", ("reason", "Không còn cần"));
        await visitor.SeesAsync("vừa có thay đổi", ".refusal");
        await visitor.SeesAsync("Tạm hoãn", ".tags");
        Assert.Equal("Không còn cần", await visitor.Page.InputValueAsync("#cancel [name='reason']"));
        Assert.Equal(State.Suspended, (await Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name })).State);

        await visitor.SendAsync("cancel");
        await visitor.SeesAsync("Đã hủy nhiệm vụ");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Refreshing_TakesNothingAwayThatWasPutIn()
    {
        var assignment = await IssueAsync();
        var visitor = await VisitorAsync();
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.GoAsync($"/nhiem-vu/{Id(assignment.Name)}");
        await (await visitor.OpenAsync("cancel")).Locator("[name='reason']").FillAsync("Đang viết dở");
        await visitor.Page.Locator("details:has(> form#cancel) > summary").ClickAsync();
        await visitor.Page.EvaluateAsync("document.activeElement.blur()");
        await visitor.Page.RunAndWaitForResponseAsync(
            () => visitor.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))"), one => one.Url == visitor.Page.Url);
        await visitor.Page.EvaluateAsync("new Promise(done => setTimeout(done))");
        Assert.Equal("Đang viết dở", await visitor.Page.InputValueAsync("#cancel [name='reason']"));
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Form_ThatThePageNoLongerOffers_SaysWhatBecameOfIt()
    {
        var assignment = await IssueAsync();
        var visitor = await VisitorAsync();
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        await visitor.GoAsync($"/nhiem-vu/{Id(assignment.Name)}");
        await visitor.OpenAsync("suspend");
        await Office.Assignments.CancelAssignmentAsync(
            new() { Name = assignment.Name, Etag = assignment.Etag, Reason = "Không còn cần", RequestId = CityWork.NewId() });

        await visitor.SendAsync("suspend", ("reason", "Chờ kinh phí năm sau"));
        await visitor.SeesAsync("vừa có thay đổi", ".refusal");
        await visitor.SeesAsync("Chờ kinh phí năm sau", ".refusal");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Session_ThatEndedMeanwhile_KeepsWhatWasPutIn()
    {
        var assignment = await IssueAsync();
        var visitor = await VisitorAsync();
        var token = Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit);
        await visitor.SignInAsync(token);
        await visitor.GoAsync($"/nhiem-vu/{Id(assignment.Name)}");
        await visitor.OpenAsync("cancel");
        var cookies = await visitor.Page.Context.CookiesAsync();
        await visitor.Page.Context.ClearCookiesAsync();
        await visitor.SendAsync("cancel", ("reason", "Không còn cần đến nữa"));
        await visitor.SeesAsync("Không còn cần đến nữa");
        Assert.Equal(State.Issued, (await Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name })).State);

        await visitor.Page.Context.AddCookiesAsync(cookies.Select(one => new Microsoft.Playwright.Cookie
        {
            Name = one.Name,
            Value = one.Value,
            Domain = one.Domain,
            Path = one.Path,
            HttpOnly = true,
            SameSite = SameSiteAttribute.Strict,
        }));
        await visitor.Page.ClickAsync("text=Gửi lại");
        await visitor.SeesAsync("Đã hủy nhiệm vụ");
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Form_OfAForeignSite_IsRefused()
    {
        var assignment = await IssueAsync();
        var visitor = await VisitorAsync();
        await visitor.SignInAsync(Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit));
        var target = $"{Place.Suite.PagesAddress}/nhiem-vu/{Id(assignment.Name)}";
        await visitor.Page.RouteAsync("http://foreign.example/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"""
                <form method="post" action="{target}">
                  <input name="_handler" value="viec"><input name="verb" value="cancel"><input name="reason" value="Lừa">
                  <input name="etag" value='{assignment.Etag}'><input name="request_id" value="{CityWork.NewId()}"><button>Quà</button>
                </form>
                """,
        }));
        await visitor.Page.GotoAsync("http://foreign.example/");
        var answer = await visitor.Page.RunAndWaitForResponseAsync(() => visitor.Page.ClickAsync("button"), one => one.Url == target);
        Assert.Equal(403, answer.Status);
        await visitor.SeesAsync("Biểu mẫu được gửi từ một trang web khác");
        Assert.Equal(State.Issued, (await Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name })).State);
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.Forbidden)]
    [InlineData("http://foreign.example", null, HttpStatusCode.Forbidden)]
    [InlineData("null", null, HttpStatusCode.Forbidden)]
    [InlineData("here", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("here", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("here", "same-origin", HttpStatusCode.Found)]
    public async Task Form_WithTheCookie_IsTakenFromTheseWebPagesOnly(string? origin, string? fetchSite, HttpStatusCode expected)
    {
        var assignment = await IssueAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Place.Suite.PagesAddress}/nhiem-vu/{Id(assignment.Name)}")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "viec",
                ["verb"] = "cancel",
                ["reason"] = "Không còn cần",
                ["etag"] = assignment.Etag,
                ["request_id"] = CityWork.NewId(),
            }),
        };
        request.Headers.Add("Cookie", $"canthogov-phien={Clients.Token(Roles.CityOffice, "Cán bộ Mẫu 01", CityUnit)}");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "here" ? Place.Suite.PagesAddress : origin);
        }

        if (fetchSite is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", fetchSite);
        }

        var answer = await client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        var state = (await Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name })).State;
        Assert.Equal(expected == HttpStatusCode.Found ? State.Cancelled : State.Issued, state);
    }

    /// <summary>Signed with a key of somebody else's.</summary>
    static string Forged()
    {
        using var folder = new TemporaryFolder();
        using var key = SigningKey.Open(Path.Combine(folder.Path, "key.pem"));
        return new TokenIssuer(key, Microsoft.Extensions.Options.Options.Create(new AuthOptions()))
            .Issue(Roles.CityOffice, "Kẻ gian", [CityUnit], TimeSpan.FromMinutes(5));
    }
}
