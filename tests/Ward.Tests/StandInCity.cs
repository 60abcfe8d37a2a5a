using System.Collections.Concurrent;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Testing;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using City = CanThoGov.Protos.City.V1;

namespace CanThoGov.Ward.Tests;

/// <summary>A call as it reached the city.</summary>
sealed record Received(string Method, string Assignment, string Unit, string Subject, string RequestId, string Traceparent, IMessage Request);

/// <summary>
/// The foreign side: a real server that speaks city.v1 and the event log, remembers what it carried out, and can be away, slow, or unwilling.
/// </summary>
sealed class StandInCity : IAsyncDisposable
{
    readonly string _keyFile;
    WebApplication? _app;

    public StandInCity(string keyFile) => _keyFile = keyFile;

    public int Port { get; } = TestPorts.Free(1)[0];

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Every attempt, in the order of arrival.</summary>
    public ConcurrentQueue<Received> Attempts { get; } = new();

    /// <summary>What was carried out: each request id once.</summary>
    public ConcurrentQueue<Received> CarriedOut { get; } = new();

    /// <summary>Asked before a call is carried out; throws to refuse it.</summary>
    public Func<Received, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Asked after a call was carried out; throws to lose the answer.</summary>
    public Func<Received, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>What has come of the content of an upload, by its id.</summary>
    public ConcurrentDictionary<string, MemoryStream> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>Asked when a part of an upload has come; throws to cut it there.</summary>
    public Action<AttachmentUpload, long> Received { get; set; } = (_, _) => { };

    public List<string> Wards { get; } = [Events.NinhKieu, Events.CaiKhe, Events.AnBinh];

    /// <summary>The logs of city and monitoring, by service.</summary>
    public ConcurrentDictionary<string, List<Event>> Logs { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> LogReaders { get; } = new();

    /// <summary>The unit to which no log is shown.</summary>
    public string? Unwelcome { get; set; }

    public void Publish(IEvent e)
    {
        var type = EventCatalog.NameOf(e.GetType());
        var log = Logs.GetOrAdd(EventCatalog.ServiceOf(type), _ => []);
        lock (log)
        {
            log.Add(new Event
            {
                Position = log.Count + 1,
                Id = Guid.CreateVersion7().ToString(),
                Source = CloudEvent.SourceOf(EventCatalog.ServiceOf(type)),
                Type = type,
                Subject = e.Subject(),
                Sequence = e.Version,
                Time = Timestamp.FromDateTimeOffset(Events.Monday),
                Units = { e.Units() },
                Data = JsonSerializer.Serialize(e, e.GetType(), ContractJson.Options),
            });
        }
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Auth:KeyFile"] = _keyFile,
            ["Endpoints:city"] = Address,
            ["Telemetry:Endpoint"] = "none",
        });
        builder.AddServiceDefaults("city");
        var port = builder.ListenOn("city", Address, HttpProtocols.Http2);
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapPort(port, endpoints =>
        {
            endpoints.MapGrpcService<Assignments>();
            endpoints.MapGrpcService<Obstacles>();
            endpoints.MapGrpcService<Evidence>();
            endpoints.MapGrpcService<Units>();
            endpoints.MapGrpcService<Log>();
        });
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    async Task<City.Assignment> CarryOutAsync(string name, string unit, string requestId, IMessage request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var received = new Received(
            context.Method[(context.Method.LastIndexOf('/') + 1)..], name, caller.RequireUnit(unit, new FieldErrors(), "unit"), caller.Subject, requestId,
            context.RequestHeaders.GetValue("traceparent") ?? "", request);
        Attempts.Enqueue(received);
        if (!CarriedOut.Any(first => first.RequestId == requestId && first.Subject == caller.Subject))
        {
            await Before(received, context.CancellationToken);
            CarriedOut.Enqueue(received);
        }

        await After(received);
        context.ResponseTrailers.Add(ReadToken.Key, $"city:{CarriedOut.Count}");
        return new City.Assignment { Name = name };
    }

    [Authorize(Roles = Roles.Units)]
    sealed class Assignments(StandInCity city) : City.AssignmentService.AssignmentServiceBase
    {
        public override Task<City.Assignment> AcknowledgeAssignment(City.AcknowledgeAssignmentRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> SubmitContribution(City.SubmitContributionRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> ReportProgress(City.ReportProgressRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> SubmitResult(City.SubmitResultRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> ReturnAssignment(City.ReturnAssignmentRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> RequestTransfer(City.RequestTransferRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> RequestExtension(City.RequestExtensionRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);

        public override Task<City.Assignment> RaiseObstacle(City.RaiseObstacleRequest r, ServerCallContext context) =>
            city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);
    }

    [Authorize(Roles = Roles.Units)]
    sealed class Obstacles(StandInCity city) : City.ObstacleService.ObstacleServiceBase
    {
        public override async Task<City.Obstacle> ConfirmObstacle(City.ConfirmObstacleRequest r, ServerCallContext context)
        {
            await city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);
            return new City.Obstacle { Name = r.Name };
        }

        public override async Task<City.Obstacle> ReopenObstacle(City.ReopenObstacleRequest r, ServerCallContext context)
        {
            await city.CarryOutAsync(r.Name, r.Unit, r.RequestId, r, context);
            return new City.Obstacle { Name = r.Name };
        }
    }

    /// <summary>Takes evidence in parts, and goes on where it was cut.</summary>
    [Authorize(Roles = Roles.Ward)]
    sealed class Evidence(StandInCity city) : AttachmentService.AttachmentServiceBase
    {
        public override async Task<Attachment> UploadAttachment(IAsyncStreamReader<UploadAttachmentRequest> parts, ServerCallContext context)
        {
            await parts.MoveNext(context.CancellationToken);
            var start = parts.Current.Start;
            var content = city.Uploads.GetOrAdd(start.AttachmentId, _ => new());
            if (content.Length != start.Offset)
            {
                throw DomainException.Precondition("OFFSET_MISMATCH", "Go on.").With("received_bytes", content.Length);
            }

            while (await parts.MoveNext(context.CancellationToken))
            {
                parts.Current.Chunk.WriteTo(content);
                city.Received(start, content.Length);
            }

            await city.CarryOutAsync(start.Parent, "", start.AttachmentId, start, context);
            return new Attachment { Name = $"{start.Parent}/attachments/{start.AttachmentId}" };
        }
    }

    [Authorize]
    sealed class Units(StandInCity city) : City.UnitService.UnitServiceBase
    {
        public override Task<City.ListUnitsResponse> ListUnits(City.ListUnitsRequest request, ServerCallContext context) =>
            Task.FromResult(new City.ListUnitsResponse
            {
                Units = { city.Wards.Select(id => new City.Unit { Name = $"units/{id}", Kind = City.Unit.Types.Kind.Ward }) },
            });
    }

    /// <summary>Shows a ward what concerns its unit. It serves both logs: what is asked for says which.</summary>
    [Authorize(Roles = Roles.Ward)]
    sealed class Log(StandInCity city) : EventLogService.EventLogServiceBase
    {
        public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
        {
            var caller = Caller.Of(context);
            var service = EventCatalog.ServiceOf(request.Types_[0]);
            city.LogReaders.Enqueue($"{service}/{string.Join(',', caller.Units)}");
            if (caller.Units.Any(unit => unit == city.Unwelcome))
            {
                throw new DomainException(StatusCode.PermissionDenied, "UNIT_NOT_ALLOWED", "The unit is not welcome.");
            }

            var log = city.Logs.GetOrAdd(service, _ => []);
            lock (log)
            {
                var response = new ListEventsResponse { HeadPosition = log.Count };
                response.Events.AddRange(log
                    .Where(e => e.Position > request.AfterPosition && request.Types_.Contains(e.Type)
                        && (e.Units.Count == 0 || e.Units.Any(caller.SpeaksFor)))
                    .Take(request.PageSize));
                return Task.FromResult(response);
            }
        }
    }

    public static DomainException Away() => DomainException.Unavailable("DATABASE_UNAVAILABLE", "The database cannot be used just now.");
}
