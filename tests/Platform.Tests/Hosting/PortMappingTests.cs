using System.Net;
using CanThoGov.Platform.Grpc.Health.V1;
using CanThoGov.Platform.Hosting;
using CanThoGov.Protos.City.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanThoGov.Platform.Tests.Hosting;

/// <summary>One host with two gRPC services and pages, as the Suite is.</summary>
[Trait("Category", "Unit")]
public sealed class PortMappingTests : IAsyncLifetime
{
    readonly HttpClient _http = new();
    TestHost _host = null!;
    int _cityPort;
    int _echoPort;
    int _webPort;

    public async ValueTask InitializeAsync()
    {
        _host = TestHost.Create("suite");
        _host.Builder.Services.AddHealthChecks()
            .AddCheck("city-database", () => HealthCheckResult.Healthy(), ["city"])
            .AddCheck("echo-database", () => HealthCheckResult.Unhealthy("secret text"), ["echo"]);
        _cityPort = _host.Listen("city", HttpProtocols.Http2);
        _echoPort = _host.Listen("echo", HttpProtocols.Http2);
        _webPort = _host.Listen("portal", HttpProtocols.Http1);
        await _host.StartAsync(app =>
        {
            app.MapPort(_cityPort, city =>
            {
                city.MapGrpcService<TestUnitService>();
                city.MapPlatformServices(UnitService.Descriptor);
            });
            app.MapPort(_echoPort, TestHost.MapEcho);
            app.MapPort(_webPort, web => web.MapGet("/{**page}", (HttpContext context) => $"page {context.Request.Path}").AllowAnonymous());
        });
        _host.ExpectsErrors = true;   // the framework logs the failed check
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Rpc_OnItsPort_IsAnsweredAndOnOthersUnknown()
    {
        var request = new GetUnitRequest { Name = "units/31135-2025" };
        var token = _host.Token();

        Assert.Equal(request.Name, (await new UnitService.UnitServiceClient(_host.Channel(_cityPort, token)).GetUnitAsync(request)).Name);
        Assert.Equal("a", (await _host.Echo(_echoPort).UnaryAsync(new EchoRequest { Text = "a" })).Request.Text);

        var foreign = await Assert.ThrowsAsync<RpcException>(async () =>
            await new UnitService.UnitServiceClient(_host.Channel(_echoPort, token)).GetUnitAsync(request));
        Assert.Equal(StatusCode.Unimplemented, foreign.StatusCode);
        var other = await Assert.ThrowsAsync<RpcException>(async () => await _host.Echo(_cityPort).UnaryAsync(new EchoRequest()));
        Assert.Equal(StatusCode.Unimplemented, other.StatusCode);
    }

    [Fact]
    public async Task Rpc_HostHeaderOfAnotherPort_ChangesNothing()
    {
        using var request = Http2(_cityPort, "/canthogov.test.EchoService/Unary");
        request.Headers.Host = $"127.0.0.1:{_echoPort}";
        request.Headers.Authorization = new("Bearer", _host.Token());
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(request)).Status);
    }

    [Fact]
    public async Task Health_EachPort_KnowsItsOwnServices()
    {
        var city = new Health.HealthClient(_host.Channel(_cityPort));
        var echo = new Health.HealthClient(_host.Channel(_echoPort));

        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving,
            (await city.CheckAsync(new HealthCheckRequest { Service = "canthogov.city.v1.UnitService" })).Status);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await echo.CheckAsync(new HealthCheckRequest())).Status);
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await echo.CheckAsync(new HealthCheckRequest { Service = "canthogov.city.v1.UnitService" }));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    [Fact]
    public async Task PlainHealth_EachPort_SaysItsOwnStateWithoutTexts()
    {
        var (status, body) = await GetAsync(Http2(_cityPort, "/health"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"status":"Healthy","checks":{"city-database":"Healthy"}}""", body);

        (status, body) = await GetAsync(Http2(_echoPort, "/health"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("""{"status":"Unhealthy","checks":{"echo-database":"Unhealthy"}}""", body);

        foreach (var port in (int[])[_cityPort, _echoPort])
            Assert.Equal((HttpStatusCode.OK, "alive"), await GetAsync(Http2(port, "/alive")));
        Assert.Equal((HttpStatusCode.OK, "alive"), await GetAsync(Http1("/alive")));
    }

    [Fact]
    public async Task Pages_AreOnTheirPortOnly()
    {
        Assert.Equal((HttpStatusCode.OK, "page /"), await GetAsync(Http1("/")));
        Assert.Equal((HttpStatusCode.OK, "page /a/b"), await GetAsync(Http1("/a/b")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(Http2(_cityPort, "/a/b"))).Status);
    }

    static HttpRequestMessage Http2(int port, string path) => new(HttpMethod.Get, $"http://127.0.0.1:{port}{path}")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    HttpRequestMessage Http1(string path) => new(HttpMethod.Get, $"http://127.0.0.1:{_webPort}{path}");

    async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    sealed class TestUnitService : UnitService.UnitServiceBase
    {
        public override Task<Unit> GetUnit(GetUnitRequest request, ServerCallContext context) =>
            Task.FromResult(new Unit { Name = request.Name });
    }
}
