using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc.Health.V1;
using CanThoGov.Platform.Tests.Hosting;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServingStatus = CanThoGov.Platform.Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace CanThoGov.Platform.Tests.Grpc;

[Trait("Category", "Unit")]
public sealed class HealthServiceTests : IAsyncLifetime
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    volatile bool _databaseIsThere = true;
    TestHost _host = null!;
    Health.HealthClient _health = null!;

    public async ValueTask InitializeAsync()
    {
        (_host, var port) = await TestHost.StartEchoAsync(services: services => services.AddHealthChecks()
            .AddCheck("database", () => _databaseIsThere ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(), ["city"])
            .AddCheck("foreign", () => HealthCheckResult.Unhealthy(), ["ward"]));
        _health = new Health.HealthClient(_host.Channel(port));   // without a token
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("canthogov.test.EchoService")]
    public async Task Check_Served_IsServing(string service) =>
        Assert.Equal(ServingStatus.Serving, (await _health.CheckAsync(new HealthCheckRequest { Service = service })).Status);

    [Fact]
    public async Task Check_Unknown_IsNotFound()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _health.CheckAsync(new HealthCheckRequest { Service = "canthogov.none" }));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.Equal("SERVICE_NOT_FOUND", RpcErrors.ReasonOf(refusal));
    }

    [Fact]
    public async Task Check_DatabaseAway_IsNotServing()
    {
        _host.ExpectsErrors = true;   // the framework logs a failed check
        _databaseIsThere = false;
        Assert.Equal(ServingStatus.NotServing, (await _health.CheckAsync(new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task Watch_DatabaseGoesAndHostStops_TellsEachChange()
    {
        _host.ExpectsErrors = true;
        using var limit = new CancellationTokenSource(Limit);
        using var watch = _health.Watch(new HealthCheckRequest(), cancellationToken: limit.Token);

        Assert.Equal(ServingStatus.Serving, await NextAsync());
        _databaseIsThere = false;
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        _databaseIsThere = true;
        Assert.Equal(ServingStatus.Serving, await NextAsync());

        var stop = _host.App.StopAsync(limit.Token);
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        Assert.False(await watch.ResponseStream.MoveNext(limit.Token));
        await stop;

        async Task<ServingStatus> NextAsync()
        {
            Assert.True(await watch.ResponseStream.MoveNext(limit.Token));
            return watch.ResponseStream.Current.Status;
        }
    }

    [Fact]
    public async Task Watch_Unknown_SaysSo()
    {
        using var watch = _health.Watch(new HealthCheckRequest { Service = "canthogov.none" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }
}
