using CanThoGov.Testing;
using Microsoft.Playwright;

namespace CanThoGov.Journeys.Tests;

/// <summary>The pages with the scenario's data, in a real browser, at the widths of a desk and of a telephone.</summary>
[Trait("Category", "Browser")]
public sealed class PagesTests : IAsyncLifetime
{
    const string Mark = "Số liệu minh họa";

    // Pictures of what was tested, to be looked at.
    static readonly string Pictures = Directory.CreateDirectory(
        Path.Combine(AppContext.BaseDirectory, "../../../../TestResults/pages")).FullName;

    readonly UndisturbedRun _run;
    Suite _suite = null!;
    IPlaywright _playwright = null!;
    IBrowser _browser = null!;

    public PagesTests(UndisturbedRun run)
    {
        var missing = Servers.Missing(Servers.Chromium);
        Assert.SkipWhen(missing is not null, missing ?? "");
        _run = run;
    }

    public async ValueTask InitializeAsync()
    {
        await _run.SummaryAsync();
        _suite = await Suite.StartAsync(_run.Data);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.LaunchAsync();
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(390)]
    public async Task EveryPage_ShowsItsDataWithoutErrorsOrSidewaysScrolling(int width)
    {
        var page = await PageAsync(width);
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => errors.Add($"{page.Url}: {error}");

        foreach (var (name, path, expected) in new[]
        {
            ("tong-quan", "/", Mark),
            ("nhiem-vu", "/nhiem-vu", "Minh họa"),
            ("xa-mau-a", "/don-vi/mau-a-2026", "Xã Mẫu A"),
            ("phuong-ninh-kieu", "/don-vi/31135-2025", "Phường Ninh Kiều"),
            ("van-ban", "/van-ban", "631"),
            ("vet", "/vet", "Vết"),
        })
        {
            await VisitAsync(page, path, expected, $"{name}-{width}");
        }

        await FollowAsync(page, "/nhiem-vu", "a[href^='/nhiem-vu/']", "Toàn bộ quá trình", $"mot-nhiem-vu-{width}");
        await FollowAsync(page, "/nhiem-vu?tien-do=dung-han", "table a[href^='/nhiem-vu/']", "Thời hạn", $"nhiem-vu-dung-han-{width}");
        await FollowAsync(page, new Uri(page.Url).AbsolutePath, "a[href$='/thoi-han']", "Theo lịch làm việc", $"thoi-han-{width}");
        await FollowAsync(page, "/van-ban", "a[href^='/van-ban/']", "Chỉ thị", $"mot-van-ban-{width}");
        await FollowAsync(page, "/vet", "a[href^='/vet/']", "Thành phố", $"mot-vet-{width}");
        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    [Fact]
    public async Task UnknownPage_SaysSoCalmly()
    {
        var page = await PageAsync(1366);
        var response = await page.GotoAsync($"{_suite.PagesAddress}/nhiem-vu/{Guid.NewGuid()}");
        Assert.Equal(404, response!.Status);
        Assert.Contains("Không tìm thấy", await page.InnerTextAsync("body"), StringComparison.OrdinalIgnoreCase);
    }

    async Task<IPage> PageAsync(int width) =>
        await _browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, Locale = "vi-VN" });

    async Task VisitAsync(IPage page, string path, string expected, string picture)
    {
        var response = await page.GotoAsync(_suite.PagesAddress + path);
        Assert.Equal(200, response!.Status);
        await LookAsync(page, expected, picture);
    }

    async Task FollowAsync(IPage page, string from, string link, string expected, string picture)
    {
        await page.GotoAsync(_suite.PagesAddress + from);
        await page.Locator(link).First.ClickAsync();
        await page.WaitForURLAsync(url => !url.EndsWith(from, StringComparison.Ordinal));
        await LookAsync(page, expected, picture);
    }

    static async Task LookAsync(IPage page, string expected, string picture)
    {
        await Assertions.Expect(page.Locator("h1").First).ToBeVisibleAsync();
        Assert.Contains(expected, await page.InnerTextAsync("main"), StringComparison.OrdinalIgnoreCase);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, picture + ".png") });
        var (content, window) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
        Assert.True(content <= window, $"{page.Url} is {content} pixels wide in a window of {window}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }
    }
}
