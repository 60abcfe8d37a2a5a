using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Monitoring.Tests;

/// <summary>The service as it is put together, over a database of the tests, without a bus and without its background work.</summary>
sealed class MonitoringReplica : IAsyncDisposable
{
    readonly ServiceProvider _services;

    public MonitoringReplica(DatabaseOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = options.Provider.ToString(),
            ["Database:ConnectionString"] = options.ConnectionString,
        });
        builder.AddMonitoring();
        builder.Services.AddLogging().AddSingleton(TimeProvider.System);
        _services = builder.Services.BuildServiceProvider();
    }

    public MonitoringDatabase Database => Get<MonitoringDatabase>();

    public LadderStore Ladders => Get<LadderStore>();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Takes an event as from the broker or the log.</summary>
    /// <param name="id">Of the event, if it is to be repeated.</param>
    public Task<bool> TakeAsync(IEvent e, Guid? id = null)
    {
        var name = EventCatalog.NameOf(e.GetType());
        var subscription = Get<Subscriptions<MonitoringDatabase>>().Find(name)!;
        return Get<Inbox<MonitoringDatabase>>().HandleAsync(
            id ?? Guid.CreateVersion7(), EventCatalog.ServiceOf(name), subscription, e, Ct);
    }

    public async Task TakeAsync(params IEvent[] events)
    {
        foreach (var e in events)
        {
            await TakeAsync(e);
        }
    }

    public Task<int> FireAsync(DateTimeOffset now) => Ladders.FireAsync(now, Ct);

    /// <summary>The deadline events of an assignment, in the order of the log.</summary>
    public async Task<IReadOnlyList<IDeadlineEvent>> PublishedAsync(Guid assignment)
    {
        var events = await Database.ReadAsync(session => session.ListAsync<LoggedEvent>(
            """
            SELECT position, id, type, subject, sequence, occurred_at, units, traceparent, body FROM event_log
            WHERE subject = @subject ORDER BY position
            """, new { subject = $"deadlines/{assignment}" }), Ct);
        return [.. events.Select(e => (IDeadlineEvent)JsonSerializer.Deserialize(e.Body, EventCatalog.FindType(e.Type)!, ContractJson.Options)!)];
    }

    public async Task<IReadOnlyList<FiredRung>> RungsAsync(Guid assignment) =>
        (await Get<DeadlineStore>().FindAsync(assignment, Ct))!.Rungs;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
