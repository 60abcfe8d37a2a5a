using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using Microsoft.Playwright;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Journeys.Tests;

/// <summary>What stands in the way of issuing: work that was given already, and a lead unit that is not competent.</summary>
[Trait("Category", "Browser")]
public sealed class OverlapPagesTests(EmptySuite place) : PageJourney(place)
{
    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Overlap_IsShownRuledAndIssued(int width)
    {
        var (given, draft) = await CollidingAsync();
        var visitor = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await visitor.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await visitor.SeesAsync("Trùng nội dung", "#trung-lap");
        await visitor.SeesAsync("Chủ trì: Ủy ban nhân dân phường Ninh Kiều", "#trung-lap");
        await visitor.SeesAsync("hạn ", "#trung-lap");
        await Assertions.Expect(visitor.Page.Locator("#trung-lap")).Not.ToContainTextAsync(Ward);
        await Assertions.Expect(visitor.Page.Locator($"#trung-lap a[href='/nhiem-vu/{Id(given.Name)}']")).ToHaveCountAsync(1);

        await visitor.SendAsync("issue", ("note", "Giao theo kế hoạch quý"));
        await visitor.SeesAsync("Hãy quyết định về từng trường hợp", ".refusal");
        Assert.Equal("Giao theo kế hoạch quý", await visitor.Page.InputValueAsync("#issue [name='note']"));
        var rule = $"rule-overlap-{Id(given.Name)}";
        await visitor.OpenAsync(rule);
        await visitor.LookAsync($"trung-{width}");
        await visitor.SendAsync(rule, ("ruling", "KeepBoth"), ("reason", "Hai tuyến kênh khác nhau"));
        await visitor.SeesAsync("Đã ghi quyết định");
        await visitor.SeesAsync("Giữ cả hai: Hai tuyến kênh khác nhau", "#trung-lap");
        await visitor.SendAsync("issue");
        await visitor.SeesAsync("Đã giao nhiệm vụ");
        await visitor.SeesAsync("Giữ cả hai: Hai tuyến kênh khác nhau", "#trung-lap");
        await visitor.LookAsync($"trung-da-giao-{width}");

        // The other one tells of it too, with the title of this one.
        await visitor.GoAsync($"/nhiem-vu/{Id(given.Name)}");
        await visitor.SeesAsync("Giữ cả hai: Hai tuyến kênh khác nhau", "#trung-lap");
        await Assertions.Expect(visitor.Page.Locator($"#trung-lap a[href='/nhiem-vu/{Id(draft.Name)}']")).ToHaveCountAsync(1);
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Overlap_RuledThatOneGoesOn_SaysWhatIsLeftToDo()
    {
        var (given, draft) = await CollidingAsync();
        var visitor = await SignedInAsync(1366, Roles.CityOffice, CityUnit);
        await visitor.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        var rule = $"rule-overlap-{Id(given.Name)}";
        await visitor.SendAsync(rule, ("ruling", "CancelOne-other"), ("reason", "Việc kia đã làm được nửa"));
        await visitor.SeesAsync("nhiệm vụ đang xem không giao được nữa", "#trung-lap");
        await visitor.SendAsync("issue");
        await visitor.SeesAsync("một nhiệm vụ khác được giữ thay", ".refusal");

        await visitor.SendAsync(rule, ("ruling", "CancelOne"), ("reason", "Việc này rộng hơn"));
        await visitor.SeesAsync("Nhiệm vụ kia chưa được hủy", "#trung-lap");
        await visitor.SendAsync("issue");
        await visitor.SeesAsync("Đã giao nhiệm vụ");
        var rulings = (await Office.Overlaps.ListOverlapsAsync(new() { Parent = draft.Name })).Overlaps;
        Assert.Equal([draft.Name, given.Name], rulings.Select(one => one.Kept));
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Ruling_SentTwice_IsRecordedOnce_AndOnlyTheAssignerIsOfferedIt()
    {
        var (given, draft) = await CollidingAsync();
        var department = await SignedInAsync(1366, Roles.CityDepartment, Department);
        await department.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await department.SeesAsync("Chưa quyết định", "#trung-lap");
        await Assertions.Expect(department.Page.Locator("#trung-lap form")).ToHaveCountAsync(0);

        var visitor = await SignedInAsync(1366, Roles.CityOffice, CityUnit);
        await visitor.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        var answers = await visitor.SendAgainAndAgainAsync(
            $"rule-overlap-{Id(given.Name)}", ("ruling", "Merge"), ("reason", "Cùng một tuyến kênh"));
        Assert.All(answers, answer => Assert.Equal($"200 /nhiem-vu/{Id(draft.Name)}?xong=rule-overlap", answer));
        await visitor.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await visitor.SeesAsync("Gộp vào nhiệm vụ này: Cùng một tuyến kênh", "#trung-lap");
        var ruled = Assert.Single((await Office.Overlaps.ListOverlapsAsync(new() { Parent = draft.Name })).Overlaps);
        Assert.Equal((Overlap.Types.Ruling.Merge, draft.Name), (ruled.Ruling, ruled.Kept));
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task WorkOutsideTheLeadUnitsCompetence_IsIssuedWithAReason(int width)
    {
        await Office.Competences.CreateCompetenceAsync(new()
        {
            Competence = new()
            {
                Unit = $"units/{Department}",
                Field = FieldOfWork.Auction,
                Power = "Phê duyệt phương án đấu giá",
                Level = Competence.Types.Level.City,
                Basis = Competence.Types.Basis.Law,
                DocumentText = "Văn bản mẫu",
                ValidFrom = "2026-01-01",
            },
            RequestId = CityWork.NewId(),
        });
        var draft = await Office.DraftAsync(
            await Office.RegisterDocumentAsync(), Ward, CityWork.OtherWords(), one => one.Field = FieldOfWork.Auction);
        var visitor = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await visitor.GoAsync($"/nhiem-vu/{Id(draft.Name)}");
        await Assertions.Expect(visitor.Page.Locator("[name='outside_competence_reason']")).ToHaveCountAsync(0);
        await visitor.SendAsync("issue", ("note", "Giao gấp"));
        await visitor.SeesAsync("thuộc thẩm quyền của cơ quan khác", ".refusal");
        await visitor.SeesAsync("Theo đăng ký, thẩm quyền thuộc: Sở Nội vụ", "#issue");
        Assert.Equal("Giao gấp", await visitor.Page.InputValueAsync("#issue [name='note']"));
        await visitor.LookAsync($"ngoai-tham-quyen-{width}");

        await visitor.SendAsync("issue", ("outside_competence_reason", "Theo chỉ đạo của Chủ tịch UBND"));
        await visitor.SeesAsync("Đã giao nhiệm vụ");
        await visitor.SeesAsync("Ngoài thẩm quyền: Theo chỉ đạo của Chủ tịch UBND");
        var issued = await Office.Assignments.GetAssignmentAsync(new() { Name = draft.Name });
        Assert.Equal((State.Issued, "Theo chỉ đạo của Chủ tịch UBND"), (issued.State, issued.CompetenceCheck.Reason));
        visitor.MetNoErrors();
    }

    /// <summary>Work that was issued, and a draft that says the same for another unit.</summary>
    async Task<(Assignment Given, Assignment Draft)> CollidingAsync()
    {
        var words = CityWork.OtherWords();
        var given = await Office.DraftAsync(await Office.RegisterDocumentAsync(), Ward, words);
        given = await Office.Assignments.IssueAssignmentAsync(new() { Name = given.Name, Etag = given.Etag, RequestId = CityWork.NewId() });
        return (given, await Office.DraftAsync(await Office.RegisterDocumentAsync(), OtherWard, words));
    }
}
