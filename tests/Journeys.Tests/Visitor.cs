using CanThoGov.Testing;
using Microsoft.Playwright;

namespace CanThoGov.Journeys.Tests;

public static class Browsers
{
    public static Task<IBrowser> LaunchAsync(this IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Servers.Value(Servers.Chromium),
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}

/// <summary>Somebody at the pages, in a browser of his own.</summary>
public sealed class Visitor
{
    // Pictures of what was tested, to be looked at.
    static readonly string Pictures = Directory.CreateDirectory(
        Path.Combine(AppContext.BaseDirectory, "../../../../TestResults/pages")).FullName;

    readonly string _address;
    readonly List<string> _errors = [];

    // The machine is shared.
    static Visitor() => Assertions.SetDefaultExpectTimeout(20_000);

    Visitor(IPage page, string address)
    {
        (Page, _address) = (page, address);
        page.Console += (_, message) =>
        {
            // The browser also tells of a page that was refused with its status.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _errors.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _errors.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public static async Task<Visitor> ComeAsync(IBrowser browser, string address, int width = 1366) => new(
        await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, Locale = "vi-VN" }), address);

    public async Task SignInAsync(string token)
    {
        await GoAsync("/dang-nhap");
        await Page.FillAsync("textarea[name=token]", token);
        await Page.ClickAsync("#sign-in button");
        await Assertions.Expect(Page.Locator(".who")).ToContainTextAsync("Đăng xuất");
    }

    /// <returns>The status.</returns>
    public async Task<int> GoAsync(string path) => (await Page.GotoAsync(_address + path))!.Status;

    /// <summary>Unfolds a form, if it is folded.</summary>
    public async Task<ILocator> OpenAsync(string form)
    {
        var fold = Page.Locator($"details:has(> form[id='{form}'])");
        if (await fold.GetAttributeAsync("open") is null)
        {
            await fold.Locator("> summary").ClickAsync();
        }

        return Page.Locator($"form[id='{form}']");
    }

    /// <summary>Fills a form and sends it.</summary>
    public async Task SendAsync(string form, params (string Field, string Value)[] fields) =>
        await (await FillAsync(form, fields)).Locator("> button").ClickAsync();

    public async Task<ILocator> FillAsync(string form, params (string Field, string Value)[] fields)
    {
        var opened = await OpenAsync(form);
        foreach (var (field, value) in fields)
        {
            var input = opened.Locator($"[name='{field}']");
            await (await input.EvaluateAsync<bool>("one => one.matches('select')") ? input.SelectOptionAsync(value) : input.FillAsync(value));
        }

        return opened;
    }

    /// <summary>Fills a form and sends it twice at once, as an impatient hand does, and later once more.</summary>
    /// <returns>Where each ended.</returns>
    public async Task<string[]> SendAgainAndAgainAsync(string form, params (string Field, string Value)[] fields)
    {
        await FillAsync(form, fields);
        return await Page.EvaluateAsync<string[]>(
            """
            async id => {
              const form = document.getElementById(id);
              const data = () => form.enctype === 'multipart/form-data' ? new FormData(form) : new URLSearchParams(new FormData(form));
              const send = () => fetch(location.href, { method: 'POST', body: data() });
              const both = await Promise.all([send(), send()]);
              const later = await send();
              return [...both, later].map(answer => answer.status + ' ' + new URL(answer.url).pathname + new URL(answer.url).search);
            }
            """, form);
    }

    public Task SeesAsync(string text, string where = "main") => Assertions.Expect(Page.Locator(where).First).ToContainTextAsync(text);

    /// <summary>Reads the page anew until it shows this.</summary>
    public Task ComesToSeeAsync(string path, string text) => Eventually.HoldsAsync(async () =>
    {
        await GoAsync(path);
        return (await Page.InnerTextAsync("main")).Contains(text, StringComparison.Ordinal);
    }, $"'{text}' at {path}", TimeSpan.FromSeconds(60));

    /// <summary>Takes a picture, and finds what a person would stumble over.</summary>
    public async Task LookAsync(string picture)
    {
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, picture + ".png"), FullPage = true });
        var (content, window) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("innerWidth"));
        Assert.True(content <= window, $"{Page.Url} is {content} pixels wide in a window of {window}.");
        var unnamed = await Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('main :is(input:not([type=hidden]), textarea, select)')]
              .filter(one => one.labels.length === 0 && !one.ariaLabel).map(one => one.name)
            """);
        Assert.Empty(unnamed);
        var small = await Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('main :is(form button, details > summary, form input, form select, form textarea, label.check)')]
              .filter(one => one.checkVisibility() && !one.matches('.unseen, [type=hidden], [type=checkbox]') && one.offsetHeight < 40)
              .map(one => `${one.name || one.textContent.trim()}: ${one.offsetHeight}`)
            """);
        Assert.Empty(small);
    }

    public void MetNoErrors() => Assert.True(_errors.Count == 0, string.Join('\n', _errors));
}
