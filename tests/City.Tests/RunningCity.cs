using CanThoGov.Calendar;
using CanThoGov.Contracts;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

/// <summary>The city service by itself, over real gRPC, on a database of its own, with its reference data loaded.</summary>
public abstract class RunningCity<TTestDatabase> : IAsyncLifetime where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TTestDatabase _database = new();
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-city-").FullName;
    WebApplication? _app;
    long _clockRevision;
    GrpcChannel? _channel;

    public string? Missing => _database.Missing;

    public CityDatabase Database => _database.Database;

    public IServiceProvider Services => _app!.Services;

    public string AttachmentFolder => Path.Combine(_folder, "attachments");

    /// <summary>Host and port of its gRPC.</summary>
    public string Address => _channel!.Target;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        await _database.InitializeAsync();
        var port = TestPorts.Free(1)[0];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = _database.Database.Options.Provider.ToString(),
            ["Database:ConnectionString"] = _database.Database.Options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Attachments:Folder"] = AttachmentFolder,
            ["Endpoints:city"] = $"http://127.0.0.1:{port}",
            ["Telemetry:Endpoint"] = "none",
            ["Services:Monitoring"] = "http://127.0.0.1:1",
            ["Services:Ward"] = "http://127.0.0.1:1",
            ["Logging:LogLevel:CanThoGov"] = "Warning",
        });
        builder.AddServiceDefaults("city");
        builder.ListenOn("city", "", HttpProtocols.Http2);
        builder.AddEventBus(builder.AddCity());
        builder.Logging.ClearProviders().AddSimpleConsole();
        _app = builder.Build();
        _app.MapPort(port, endpoints => endpoints.MapCity());
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
    }

    /// <summary>A caller with this role and these units.</summary>
    public CityClient As(string role, params string[] units)
    {
        var token = Services.GetRequiredService<TokenIssuer>().Issue(role, $"test:{role}:{string.Join('+', units)}", units, TimeSpan.FromMinutes(10));
        return new(_channel!.Intercept(metadata =>
        {
            metadata.Add("authorization", "Bearer " + token);
            return metadata;
        }));
    }

    /// <summary>Puts a business clock that stands still in the place of the system's; it can be put back, which the service itself never does.</summary>
    /// <param name="time">Local.</param>
    public Task ShowAsync(string date, string time) => Database.InTransactionAsync(
        transaction => Services.GetRequiredService<BusinessClock<CityDatabase>>().MoveAsync(
            transaction, LocalTime.At(DateOnly.ParseExact(date, "yyyy-MM-dd"), TimeOnly.Parse(time)), ++_clockRevision), CancellationToken.None);

    /// <summary>Takes an event of another service as from the broker or its log.</summary>
    public Task TakeAsync(IEvent e, Guid id)
    {
        var name = EventCatalog.NameOf(e.GetType());
        var subscription = Services.GetRequiredService<Subscriptions<CityDatabase>>().Find(name)!;
        return Services.GetRequiredService<Inbox<CityDatabase>>().HandleAsync(
            id, EventCatalog.ServiceOf(name), subscription, e, CancellationToken.None);
    }

    /// <summary>A caller without a token.</summary>
    public CityClient Anonymous => new(_channel!.CreateCallInvoker());

    public CityClient Office => As(Roles.CityOffice, "van-phong-ubnd");

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _channel?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class CityOnSqlite : RunningCity<SqliteDatabase<CityDatabase>>;

public sealed class CityOnPostgres : RunningCity<PostgresDatabase<CityDatabase>>;

/// <summary>The city's services as one caller uses them.</summary>
public sealed class CityClient(CallInvoker invoker)
{
    /// <summary>For calls that are made from descriptors.</summary>
    public CallInvoker Invoker => invoker;

    public Pb.UnitService.UnitServiceClient Units { get; } = new(invoker);

    public Pb.CalendarService.CalendarServiceClient Calendars { get; } = new(invoker);

    public Pb.DocumentService.DocumentServiceClient Documents { get; } = new(invoker);

    public Pb.DocumentRelationService.DocumentRelationServiceClient Relations { get; } = new(invoker);

    public Pb.CampaignService.CampaignServiceClient Campaigns { get; } = new(invoker);

    public Pb.OfficialService.OfficialServiceClient Officials { get; } = new(invoker);

    public Pb.PortfolioService.PortfolioServiceClient Portfolios { get; } = new(invoker);

    public Pb.AssignmentService.AssignmentServiceClient Assignments { get; } = new(invoker);

    public Pb.OccurrenceService.OccurrenceServiceClient Occurrences { get; } = new(invoker);

    public Pb.CoordinationDutyService.CoordinationDutyServiceClient CoordinationDuties { get; } = new(invoker);

    public Pb.BatchService.BatchServiceClient Batches { get; } = new(invoker);

    public Pb.CompetenceService.CompetenceServiceClient Competences { get; } = new(invoker);

    public Pb.ObstacleService.ObstacleServiceClient Obstacles { get; } = new(invoker);

    public CanThoGov.Protos.Attachments.V1.AttachmentService.AttachmentServiceClient Attachments { get; } = new(invoker);

    public Pb.QuarterProgrammeService.QuarterProgrammeServiceClient Quarters { get; } = new(invoker);

    public Pb.OverlapService.OverlapServiceClient Overlaps { get; } = new(invoker);

    public Pb.ClockService.ClockServiceClient Clock { get; } = new(invoker);

    public CanThoGov.Protos.Events.V1.EventLogService.EventLogServiceClient Events { get; } = new(invoker);
}
