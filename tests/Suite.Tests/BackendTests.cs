using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Portal.Clients;
using CanThoGov.Portal.SignIn;
using CanThoGov.Protos.City.V1;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Suite.Tests;

/// <summary>The pages behind a form show what it changed: the token that a service answers with goes with the viewer.</summary>
[Trait("Category", "Unit")]
public sealed class BackendTests : IAsyncLifetime
{
    readonly int _port = TestPorts.Free(1)[0];
    readonly StandIn _city = new();
    WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(_port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(_city).AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<StandIn>();
        await _app.StartAsync();
    }

    [Fact]
    public async Task Tokens_GoWithTheNextCalls_AndWithTheNextPage()
    {
        _city.Answers = "city:12";
        var form = Page();
        await form.Backend.AssignmentAsync("1");
        await form.Backend.AssignmentAsync("1");
        Assert.Equal(["", "city:12"], _city.Sent);

        var cookie = Assert.Single(form.Http.Response.Headers.SetCookie)!;
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("max-age=60", cookie, StringComparison.Ordinal);
        _city.Answers = null;
        var next = Page(cookie.Split(';')[0]);
        await next.Backend.AssignmentAsync("1");
        Assert.Equal("city:12", _city.Sent[^1]);
        Assert.Equal(0, next.Http.Response.Headers.SetCookie.Count);
    }

    [Fact]
    public async Task Tokens_OfSeveralServices_AreKeptTogether_TheLastOfEach()
    {
        _city.Answers = "city:12";
        var page = Page("canthogov-read-tokens=" + Uri.EscapeDataString("ward:3,city:5"));
        await page.Backend.AssignmentAsync("1");
        await page.Backend.AssignmentAsync("1");

        Assert.Equal(["ward:3,city:5", "city:12,ward:3"], _city.Sent);
    }

    (Backend Backend, HttpContext Http) Page(string cookie = "")
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = cookie;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Services:city"] = $"http://127.0.0.1:{_port}",
            ["Services:monitoring"] = "http://127.0.0.1:1",
            ["Services:ward"] = "http://127.0.0.1:1",
        }).Build();
        var accessor = new HttpContextAccessor { HttpContext = http };
        var session = new Session(accessor, new PortalAccess(ReadsWithoutSignIn: true));
        return (new(new ServiceChannels(configuration), new ViewerCalls(new AnyToken(), session, accessor), session), http);
    }

    public async ValueTask DisposeAsync() => await _app!.DisposeAsync();

    sealed class AnyToken : ITokenSource
    {
        public ValueTask<string> GetAsync(string role, string? unit, CancellationToken ct) => new("token");
    }

    /// <summary>Answers as a mutation would.</summary>
    sealed class StandIn : AssignmentService.AssignmentServiceBase
    {
        public string? Answers { get; set; }

        public List<string> Sent { get; } = [];

        public override Task<Assignment> GetAssignment(GetAssignmentRequest request, ServerCallContext context)
        {
            Sent.Add(context.RequestHeaders.GetValue(ReadToken.Key) ?? "");
            if (Answers is not null)
            {
                context.ResponseTrailers.Add(ReadToken.Key, Answers);
            }

            return Task.FromResult(new Assignment());
        }
    }
}
