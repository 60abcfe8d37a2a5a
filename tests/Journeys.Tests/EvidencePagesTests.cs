using System.Security.Cryptography;
using System.Text.Json;
using CanThoGov.Platform.Security;
using Microsoft.Playwright;

namespace CanThoGov.Journeys.Tests;

/// <summary>Files that officials bring and take at the pages: evidence, and the list as a file.</summary>
[Trait("Category", "Browser")]
public sealed class EvidencePagesTests(EmptySuite place) : PageJourney(place)
{
    const string Pdf = "Biên bản nghiệm thu kênh Rạch Bần (đợt 1).pdf";

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task Evidence_GoesWithTheResultAndIsDownloadedByWhoMayReadIt(int width)
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        var name = (await IssueAsync()).Name;
        var work = $"/viec/{Ward}/{Id(name)}";
        var ward = await SignedInAsync(width, Roles.Ward, Ward);
        await ward.ComesToSeeAsync(work, "Chưa tiếp nhận");
        await ward.SendAsync("acknowledge");
        await ward.SendAsync("create-work-item", ("work_item.title", "Nạo vét đoạn 1"), ("work_item.official", "Cán bộ Mẫu 04"));
        await ward.SeesAsync("Cán bộ Mẫu 04");
        await AttachAsync(ward, "upload-attachment", Pdf, content);
        await ward.SendAsync("upload-attachment");
        await ward.SeesAsync("Đã lưu tệp minh chứng");
        await ward.SeesAsync("293 KiB", "#minh-chung");
        var items = await Clients.As(Roles.Ward, Ward).WorkItems.ListWorkItemsAsync(new() { Parent = $"units/{Ward}/{name}" });
        var ofItem = $"upload-attachment-{Id(items.WorkItems[0].Name)}";
        await AttachAsync(ward, ofItem, "Ảnh đoạn 1.png", [1, 2, 3]);
        await ward.SendAsync(ofItem);
        await ward.SeesAsync("Ảnh đoạn 1.png", ".work-items");

        await ward.OpenAsync("submit-result");
        await ward.Page.GetByLabel(Pdf).Last.CheckAsync();
        await ward.LookAsync($"minh-chung-{width}");
        await ward.SendAsync("submit-result", ("result", "Đã nghiệm thu"));
        await ward.SeesAsync("Đã lưu để gửi lên thành phố");
        Assert.Equal(content, await DownloadAsync(ward, $"#minh-chung a:has-text('{Pdf}')"));

        var office = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await office.ComesToSeeAsync($"/nhiem-vu/{Id(name)}", "Đã nghiệm thu");
        await office.LookAsync($"minh-chung-thanh-pho-{width}");
        Assert.Equal(content, await DownloadAsync(office, $".entries a:has-text('{Pdf}')"));
        var stored = Assert.Single((await Office.Attachments.ListAttachmentsAsync(new() { Parent = name })).Attachments);
        Assert.Equal(
            (Pdf, "application/pdf", Convert.ToHexStringLower(SHA256.HashData(content))), (stored.FileName, stored.ContentType, stored.Sha256));

        var paths = new[] { await PathAsync(ward, "#minh-chung a"), await PathAsync(ward, ".work-items .files a"), await PathAsync(office, ".entries .files a") };
        var stranger = await SignedInAsync(width, Roles.Ward, OtherWard);
        foreach (var path in paths)
        {
            Assert.Equal(404, await stranger.GoAsync(path));
            await stranger.SeesAsync("Không có trang hay mục nào ở địa chỉ này");
        }

        ward.MetNoErrors();
        office.MetNoErrors();
        stranger.MetNoErrors();
    }

    [Fact]
    public async Task Department_BringsEvidenceAtTheCity_OnceHoweverOftenItIsSent()
    {
        var name = (await IssueAsync(Department)).Name;
        var visitor = await SignedInAsync(1366, Roles.CityDepartment, Department);
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}");
        await AttachAsync(visitor, "upload-attachment", Pdf, RandomNumberGenerator.GetBytes(2_000_000));
        var answers = await visitor.SendAgainAndAgainAsync("upload-attachment");
        Assert.All(answers, answer => Assert.Equal($"200 /nhiem-vu/{Id(name)}?xong=upload-attachment", answer));
        Assert.Single((await Office.Attachments.ListAttachmentsAsync(new() { Parent = name })).Attachments);

        var office = await SignedInAsync(1366, Roles.CityOffice, CityUnit);
        await office.GoAsync($"/nhiem-vu/{Id(name)}");
        await office.SeesAsync(Pdf, "#minh-chung");
        await Assertions.Expect(office.Page.Locator("#minh-chung form")).ToHaveCountAsync(0);
        visitor.MetNoErrors();
    }

    [Fact]
    public async Task Evidence_ThatIsNotTaken_IsRefusedWithWhatToDo()
    {
        var name = (await IssueAsync(Department)).Name;
        var visitor = await SignedInAsync(390, Roles.CityDepartment, Department);
        await visitor.GoAsync($"/nhiem-vu/{Id(name)}");
        await AttachAsync(visitor, "upload-attachment", Pdf, new byte[(10 * 1024 * 1024) + 1]);
        Assert.Contains("nhiều nhất 10 MiB", await visitor.Page.EvaluateAsync<string>(
            "document.querySelector('#upload-attachment input[type=file]').validationMessage"), StringComparison.Ordinal);
        // Without the script it is the city that refuses.
        await visitor.Page.EvaluateAsync("document.getElementById('upload-attachment').submit()");
        await visitor.SeesAsync("Tệp quá lớn: nhiều nhất 10 MiB", ".refusal");
        await visitor.LookAsync("tep-qua-lon-390");

        await AttachAsync(visitor, "upload-attachment", "chương trình.exe", [1]);
        await visitor.SendAsync("upload-attachment");
        await visitor.SeesAsync("Không nhận loại tệp này", ".refusal");
        await AttachAsync(visitor, "upload-attachment", "trống.pdf", []);
        await visitor.SendAsync("upload-attachment");
        await visitor.SeesAsync("Hãy chọn một tệp có nội dung", ".field.wrong");
        Assert.Empty((await Office.Attachments.ListAttachmentsAsync(new() { Parent = name })).Attachments);
        visitor.MetNoErrors();
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task List_IsExportedAsThePageIsFiltered(int width)
    {
        var document = await Office.RegisterDocumentAsync();
        var (own, others) = (await Office.IssueAsync(document, Ward), await Office.IssueAsync(document, OtherWard));
        await IssueAsync();
        var visitor = await SignedInAsync(width, Roles.CityOffice, CityUnit);
        await visitor.GoAsync($"/nhiem-vu?trang-thai=chua-tiep-nhan&van-ban={Id(document.Name)}");
        await visitor.LookAsync($"xuat-{width}");
        var csv = System.Text.Encoding.UTF8.GetString(await DownloadAsync(visitor, ".export a:has-text('CSV')", "nhiem-vu-"));
        Assert.Equal(3, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("\ufeff\"Mã nhiệm vụ\",\"Nhiệm vụ\"", csv, StringComparison.Ordinal);
        Assert.Contains(own.Title, csv, StringComparison.Ordinal);
        Assert.Contains(others.Title, csv, StringComparison.Ordinal);

        await visitor.GoAsync($"/nhiem-vu?don-vi={Ward}&van-ban={Id(document.Name)}");
        using var json = JsonDocument.Parse(await DownloadAsync(visitor, ".export a:has-text('JSON')", "nhiem-vu-"));
        Assert.Equal(own.Name, Assert.Single(json.RootElement.EnumerateArray()).GetProperty("name").GetString());

        // Whoever asks gets what he may read.
        var ward = await SignedInAsync(width, Roles.Ward, OtherWard);
        await ward.GoAsync($"/nhiem-vu?van-ban={Id(document.Name)}");
        using var seen = JsonDocument.Parse(await DownloadAsync(ward, ".export a:has-text('JSON')", "nhiem-vu-"));
        Assert.Equal(others.Name, Assert.Single(seen.RootElement.EnumerateArray()).GetProperty("name").GetString());
        visitor.MetNoErrors();
    }

    static async Task AttachAsync(Visitor visitor, string form, string name, byte[] content) =>
        await (await visitor.OpenAsync(form)).Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = content });

    static async Task<byte[]> DownloadAsync(Visitor visitor, string link, string expectedName = Pdf)
    {
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.Locator(link).First.ClickAsync());
        Assert.StartsWith(expectedName, download.SuggestedFilename, StringComparison.Ordinal);
        await using var stream = await download.CreateReadStreamAsync();
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    static async Task<string> PathAsync(Visitor visitor, string link) => (await visitor.Page.Locator(link).First.GetAttributeAsync("href"))!;
}
