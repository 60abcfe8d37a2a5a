using CanThoGov.Platform.Security;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Protos.Monitoring.V1;
using CanThoGov.Protos.Ward.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace CanThoGov.Journeys.Tests;

/// <summary>Where the services listen on loopback.</summary>
public sealed record Ports(int City, int Ward, int Monitoring, int Pages, int Otlp)
{
    public static Ports Free()
    {
        var ports = Testing.TestPorts.Free(5);
        return new(ports[0], ports[1], ports[2], ports[3], ports[4]);
    }

    public static string Address(int port) => $"http://127.0.0.1:{port}";
}

/// <summary>Calls the public APIs of running services, with tokens signed by their key.</summary>
public sealed class Clients(Ports ports, string keyFile) : IDisposable
{
    readonly GrpcChannel _city = GrpcChannel.ForAddress(Ports.Address(ports.City));
    readonly GrpcChannel _ward = GrpcChannel.ForAddress(Ports.Address(ports.Ward));
    readonly GrpcChannel _monitoring = GrpcChannel.ForAddress(Ports.Address(ports.Monitoring));

    /// <summary>The APIs as one caller uses them.</summary>
    public Apis As(string role, params string[] units) => With(Token(role, "journey", units));

    /// <param name="traceparent">Of the caller's own trace.</param>
    public Apis Traced(string traceparent, string role, params string[] units) => With(Token(role, "journey", units), traceparent);

    public Apis With(string token, string? traceparent = null) =>
        new(Signed(_city, token, traceparent), Signed(_ward, token, traceparent), Signed(_monitoring, token, traceparent));

    public string Token(string role, string subject, params string[] units)
    {
        using var key = SigningKey.Open(keyFile);
        return new TokenIssuer(key, Microsoft.Extensions.Options.Options.Create(new AuthOptions()))
            .Issue(role, subject, units, TimeSpan.FromMinutes(30));
    }

    public void Dispose()
    {
        _city.Dispose();
        _ward.Dispose();
        _monitoring.Dispose();
    }

    static CallInvoker Signed(GrpcChannel channel, string token, string? traceparent) => channel.Intercept(metadata =>
    {
        metadata.Add("authorization", "Bearer " + token);
        if (traceparent is not null)
        {
            metadata.Add("traceparent", traceparent);
        }

        return metadata;
    });
}

public sealed class Apis(CallInvoker city, CallInvoker ward, CallInvoker monitoring)
{
    public ClockService.ClockServiceClient Clock { get; } = new(city);

    public DocumentService.DocumentServiceClient Documents { get; } = new(city);

    public UnitService.UnitServiceClient Units { get; } = new(city);

    public AssignmentService.AssignmentServiceClient Assignments { get; } = new(city);

    public OverlapService.OverlapServiceClient Overlaps { get; } = new(city);

    public CompetenceService.CompetenceServiceClient Competences { get; } = new(city);

    public ObstacleService.ObstacleServiceClient Obstacles { get; } = new(city);

    public OfficialService.OfficialServiceClient Officials { get; } = new(city);

    public CampaignService.CampaignServiceClient Campaigns { get; } = new(city);

    public QuarterProgrammeService.QuarterProgrammeServiceClient QuarterProgrammes { get; } = new(city);

    public AttachmentService.AttachmentServiceClient Attachments { get; } = new(city);

    public WorkItemService.WorkItemServiceClient WorkItems { get; } = new(ward);

    public WardAssignmentService.WardAssignmentServiceClient WardAssignments { get; } = new(ward);

    public DeadlineService.DeadlineServiceClient Deadlines { get; } = new(monitoring);

    public TraceService.TraceServiceClient Traces { get; } = new(monitoring);

    public EventLogService.EventLogServiceClient CityEvents { get; } = new(city);

    public IReadOnlyList<EventLogService.EventLogServiceClient> EventLogs { get; } = [new(city), new(ward), new(monitoring)];

    /// <summary>Whether everything was sent, and handled by all who take it.</summary>
    public async Task<bool> HaveCaughtUpAsync()
    {
        foreach (var log in EventLogs)
        {
            var statistics = await log.GetEventStatisticsAsync(new());
            if (statistics.Pending > 0 || statistics.Consumptions.Any(source => source.Missing > 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="name"><c>units/{unit}/assignments/{assignment}</c></param>
    public async Task<bool> HasWardCopyAsync(string name)
    {
        try
        {
            await WardAssignments.GetWardAssignmentAsync(new() { Name = name });
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }
}
