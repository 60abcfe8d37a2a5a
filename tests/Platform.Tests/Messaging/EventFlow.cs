using System.Collections.Concurrent;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;
using Grpc.Core;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CanThoGov.Platform.Tests.Messaging;

public sealed class SourceDatabase(DatabaseOptions options, TimeProvider time) : Database("city", options, time);

public sealed class SinkDatabase(DatabaseOptions options, TimeProvider time) : Database("monitoring", options, time);

/// <summary>Adds up what it is given: a repeat would show.</summary>
public sealed class Recorder : IEventHandler<DocumentRegistered>, IEventHandler<UnitRegistered>
{
    /// <summary>Of the document that it cannot handle.</summary>
    public string? Unwanted { get; set; }

    public Task HandleAsync(DocumentRegistered e, Transaction transaction) => e.Title == Unwanted
        ? throw new InvalidOperationException("It cannot be handled.")
        : transaction.ExecuteAsync("INSERT INTO handled (document) VALUES (@Title)", new { e.Title });

    public Task HandleAsync(UnitRegistered e, Transaction transaction) =>
        transaction.ExecuteAsync("INSERT INTO handled (document) VALUES (@DisplayName)", new { e.DisplayName });
}

/// <summary>Two services in one process, of which one takes what the other publishes. Only the tests catch up.</summary>
public abstract class EventFlow<TSource, TSink> : IAsyncLifetime
    where TSource : TestDatabase<SourceDatabase> where TSink : TestDatabase<SinkDatabase>
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-flow-").FullName;
    readonly BusTransport _transport;
    readonly int[] _ports = TestPorts.Free(2);
    int _logReads;
    WebApplication? _app;

    protected EventFlow(TSource source, TSink sink, BusTransport transport)
    {
        var missing = source.Missing ?? sink.Missing ?? (transport == BusTransport.RabbitMq ? Servers.Missing(Servers.RabbitMq) : null);
        Assert.SkipWhen(missing is not null, missing ?? "");
        (Source, Sink, _transport) = (source.Database, sink.Database, transport);
    }

    protected SourceDatabase Source { get; }

    protected SinkDatabase Sink { get; }

    protected IServiceProvider Services => _app!.Services;

    /// <summary>Where the logs of source and sink are read.</summary>
    protected string SourceAddress => $"http://127.0.0.1:{_ports[0]}";

    protected string SinkAddress => $"http://127.0.0.1:{_ports[1]}";

    /// <summary>How often anybody read the source's log.</summary>
    protected int LogReads => Volatile.Read(ref _logReads);

    /// <summary>What was logged as an error.</summary>
    protected ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>The source's log cannot be read.</summary>
    protected bool IsSourceAway { get; set; }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Sink.InTransactionAsync(
            transaction => transaction.ExecuteAsync("CREATE TABLE IF NOT EXISTS handled (document text NOT NULL)"), Ct);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["City:Database:Provider"] = Source.Options.Provider.ToString(),
            ["City:Database:ConnectionString"] = Source.Options.ConnectionString,
            ["Monitoring:Database:Provider"] = Sink.Options.Provider.ToString(),
            ["Monitoring:Database:ConnectionString"] = Sink.Options.ConnectionString,
            ["Auth:KeyFile"] = Path.Combine(_folder, "key.pem"),
            ["Endpoints:city"] = SourceAddress,
            ["Endpoints:monitoring"] = SinkAddress,
            ["Services:City"] = SourceAddress,
            ["Telemetry:Endpoint"] = "none",
            ["Outbox:PollInterval"] = "00:00:00.100",
            ["CatchUp:RetryInterval"] = "00:00:00.100",
            ["ReadTokens:WaitLimit"] = "00:00:02",
            ["Bus:Transport"] = _transport.ToString(),
        });
        if (_transport == BusTransport.RabbitMq)
        {
            var uri = new Uri(Servers.Value(Servers.RabbitMq));
            builder.Configuration["Bus:Host"] = uri.Host;
            builder.Configuration["Bus:Port"] = $"{uri.Port}";
            builder.Configuration["Bus:User"] = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]);
            builder.Configuration["Bus:Password"] = Uri.UnescapeDataString(uri.UserInfo.Split(':')[1]);
        }

        builder.AddServiceDefaults("flow");
        builder.ListenOn("city", "", HttpProtocols.Http2);
        builder.ListenOn("monitoring", "", HttpProtocols.Http2);
        builder.Logging.ClearProviders().AddProvider(new ErrorLog(Errors));
        builder.AddDatabase<SourceDatabase>("City");
        builder.AddDatabase<SinkDatabase>("Monitoring");
        builder.AddEventBus(
            builder.AddEvents(new Subscriptions<SourceDatabase>("city") { CountRepeatedEffects = "SELECT 0" }),
            builder.AddEvents(new Subscriptions<SinkDatabase>("monitoring") { CountRepeatedEffects = "SELECT 0" }
                .On<DocumentRegistered, Recorder>()));
        // A bus that is stopped while it starts in the background lives on, and takes what is meant for the next test.
        builder.Services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = true);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (context.Connection.LocalPort != _ports[0])
            {
                return next(context);
            }

            Interlocked.Increment(ref _logReads);
            if (IsSourceAway)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }

            return next(context);
        });
        _app.MapPort(_ports[0], endpoints => endpoints.MapGrpcService<EventLogGrpcService<SourceDatabase>>());
        _app.MapPort(_ports[1], endpoints => endpoints.MapGrpcService<EventLogGrpcService<SinkDatabase>>());
        await _app.StartAsync(Ct);

        // From here on only the tests catch up.
        await CatchUp.StopAsync(Ct);
        // It began before the server listened; after a refused connection the channel pauses.
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await CatchUp.CatchUpAsync("city", Ct);
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
        }, "the log can be read");
    }

    protected CatchUp<SinkDatabase> CatchUp => Services.GetRequiredService<CatchUp<SinkDatabase>>();

    protected SourceLogs<SinkDatabase> Logs => Services.GetRequiredService<SourceLogs<SinkDatabase>>();

    protected Task HandledAsync(params string[] titles) => Eventually.HoldsAsync(
        async () => !titles.Except(await HandledTitlesAsync()).Any(), $"{titles.Length} events are handled", TimeSpan.FromSeconds(60));

    protected Task<IReadOnlyList<string>> HandledTitlesAsync() =>
        Sink.ReadAsync(session => session.ListAsync<string>("SELECT document FROM handled"), Ct);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
