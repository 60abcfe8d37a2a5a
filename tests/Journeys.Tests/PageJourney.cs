using System.Globalization;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.City.V1;
using CanThoGov.Testing;
using Microsoft.Playwright;

namespace CanThoGov.Journeys.Tests;

/// <summary>The embedded default with nothing in it, and a browser.</summary>
public sealed class EmptySuite : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly SemaphoreSlim _one = new(1, 1);
    IPlaywright? _playwright;

    public Suite Suite { get; private set; } = null!;

    public string KeyFile => Path.Combine(_folder.Path, "signing-key.pem");

    public IBrowser Browser { get; private set; } = null!;

    public async Task StartAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_playwright is null)
            {
                Suite = await Suite.StartAsync(_folder.Path);
                _playwright = await Playwright.CreateAsync();
                Browser = await _playwright.LaunchAsync();
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (Suite is not null)
        {
            await Suite.DisposeAsync();
        }

        _one.Dispose();
        _folder.Dispose();
    }
}

/// <summary>What officials do at the pages, in a real browser, where nothing was done before.</summary>
public abstract class PageJourney : IClassFixture<EmptySuite>, IAsyncLifetime
{
    protected const string Ward = "31135-2025", OtherWard = "31150-2025", CityUnit = "ubnd-thanh-pho", Department = "so-noi-vu";

    protected PageJourney(EmptySuite place)
    {
        var missing = Servers.Missing(Servers.Chromium);
        Assert.SkipWhen(missing is not null, missing ?? "");
        Place = place;
    }

    protected EmptySuite Place { get; }

    protected Clients Clients => Place.Suite.Clients;

    protected Apis Office => Clients.As(Roles.CityOffice, CityUnit);

    public async ValueTask InitializeAsync() => await Place.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected Task<Visitor> VisitorAsync(int width = 1366) => Visitor.ComeAsync(Place.Browser, Place.Suite.PagesAddress, width);

    protected async Task<Visitor> SignedInAsync(int width, string role, string unit)
    {
        var visitor = await VisitorAsync(width);
        await visitor.SignInAsync(Clients.Token(role, "Cán bộ Mẫu 01", unit));
        return visitor;
    }

    protected async Task<Assignment> IssueAsync(string unit = Ward) => await Office.IssueAsync(await Office.RegisterDocumentAsync(), unit);

    /// <summary>The date, by the city's clock, of a day some weeks from now.</summary>
    protected async Task<string> NextAsync(DayOfWeek day, int weeks = 2)
    {
        var now = (await Office.Clock.GetClockAsync(new())).CurrentTime.ToDateTimeOffset().AddDays(7 * weeks);
        return now.AddDays(((int)day - (int)now.DayOfWeek + 7) % 7).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    protected static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];
}
