using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;

namespace CanThoGov.Journeys.Tests;

/// <summary>What is kept beside the assignments, to be looked up by everybody.</summary>
[Trait("Category", "Browser")]
public sealed class LookUpPagesTests(EmptySuite place) : PageJourney(place)
{
    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task OfficialsCampaignsAndProgrammes_AreFoundFromTheirPage(int width)
    {
        var now = (await Office.Clock.GetClockAsync(new())).CurrentTime.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(7));
        var (today, quarter) = ($"{now:yyyy-MM-dd}", $"{now.Year}-Q{((now.Month - 1) / 3) + 1}");
        var official = await Office.Officials.CreateOfficialAsync(new()
        {
            Official = new() { DisplayName = $"Cán bộ Mẫu {width}", Illustrative = true },
            RequestId = CityWork.NewId(),
        });
        var unit = width == 390 ? OtherWard : Ward;
        await Office.Officials.AppointHeadAsync(new()
        {
            Official = official.Name,
            Unit = $"units/{unit}",
            Organ = Unit.Types.Organ.PeoplesCommittee,
            Role = "Chủ tịch Ủy ban nhân dân phường",
            Date = today,
            RequestId = CityWork.NewId(),
        });
        var assignment = await IssueAsync();
        var campaign = await Office.Campaigns.CreateCampaignAsync(new()
        {
            Campaign = new() { Title = $"Cao điểm chỉnh trang kênh rạch {width}", FromDate = today, ToDate = today, Illustrative = true },
            RequestId = CityWork.NewId(),
        });
        await Office.Campaigns.AddCampaignItemAsync(new() { Parent = campaign.Name, Document = assignment.Document, RequestId = CityWork.NewId() });
        var own = Clients.As(Roles.Ward, unit);
        var programme = await own.QuarterProgrammes.CreateQuarterProgrammeAsync(new()
        {
            Parent = $"units/{unit}",
            Quarter = quarter,
            QuarterProgramme = new() { Title = "Chương trình công tác của phường", Illustrative = true },
            RequestId = CityWork.NewId(),
        });
        await own.QuarterProgrammes.CreateQuarterItemAsync(new()
        {
            Parent = programme.Name,
            QuarterItem = new() { Content = "Sơ kết công tác chỉnh trang", Lead = new() { Role = "Văn phòng" }, DueDate = today },
            RequestId = CityWork.NewId(),
        });

        var visitor = await SignedInAsync(width, Roles.Supervisor, CityUnit);
        await visitor.GoAsync("/tra-cuu");
        await visitor.LookAsync($"tra-cuu-{width}");
        await visitor.Page.ClickAsync("text=Cán bộ >> nth=-1");
        await visitor.SeesAsync($"Cán bộ Mẫu {width}", "table");
        await visitor.SeesAsync("Đứng đầu", "table");
        await visitor.LookAsync($"can-bo-{width}");
        await visitor.GoAsync($"/can-bo?don-vi={Department}");
        await visitor.SeesAsync("Chưa đăng ký cán bộ nào");

        await visitor.GoAsync("/chien-dich");
        await visitor.SeesAsync("Đang diễn ra", "table");
        await visitor.Page.ClickAsync($"text={campaign.Title}");
        await visitor.SeesAsync("Văn bản (1)");
        await visitor.SeesAsync(assignment.Title);
        await visitor.LookAsync($"chien-dich-{width}");

        await visitor.GoAsync("/chuong-trinh");
        await visitor.SeesAsync("0/1", "table");
        await visitor.LookAsync($"chuong-trinh-{width}");
        await visitor.Page.ClickAsync($"a[href='/chuong-trinh/{unit}/{quarter}']");
        await visitor.SeesAsync("1. Sơ kết công tác chỉnh trang", "table");
        await visitor.LookAsync($"mot-chuong-trinh-{width}");
        Assert.Equal(404, await visitor.GoAsync("/chuong-trinh/khong-co/2026-Q1"));
        visitor.MetNoErrors();
    }
}
