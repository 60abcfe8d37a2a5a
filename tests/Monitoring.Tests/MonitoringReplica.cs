using System.Globalization;
using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Monitoring.Ladders;
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

    public MonitoringReplica(DatabaseOptions options, TimeProvider? time = null, int batchSize = 1000)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = options.Provider.ToString(),
            ["Database:ConnectionString"] = options.ConnectionString,
            ["Deadlines:BatchSize"] = batchSize.ToString(CultureInfo.InvariantCulture),
        });
        builder.AddMonitoring();
        builder.Services.AddLogging().AddSingleton(time ?? TimeProvider.System);
        _services = builder.Services.BuildServiceProvider();
    }

    public MonitoringDatabase Database => Get<MonitoringDatabase>();

    public LadderStore Watches => Get<LadderStore>();

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

    /// <summary>
    /// Puts three rungs in force: three working days before the due time, at it, and three after it. Once for each database.
    /// </summary>
    public Task UseShortLadderAsync() => Database.InTransactionAsync(async transaction =>
    {
        if ((await Get<PlanStore>().GetLaddersAsync(transaction, null)).Number == 1)
        {
            await Get<PlanStore>().PublishLaddersAsync(transaction, Ladder(-3, 0, 3), "test");
        }
    }, Ct);

    /// <summary>One ladder for all kinds, of which the head of the unit is told.</summary>
    public static Ladders.Ladders Ladder(params int[] workingDays) =>
        new([.. workingDays.Select(days => new LadderRung(days, [Recipient.HeadOfUnit]))]);

    public Task<int> FireAsync(DateTimeOffset now) => Watches.FireAsync(now, Ct);

    /// <summary>The deadline events of an assignment, in the order of the log.</summary>
    public async Task<IReadOnlyList<IDeadlineEvent>> PublishedAsync(Guid assignment)
    {
        var events = await Database.ReadAsync(session => session.ListAsync<LoggedEvent>(
            """
            SELECT position, id, type, subject, sequence, occurred_at, units, traceparent, body FROM event_log
            WHERE subject = @subject ORDER BY position
            """, new { subject = $"deadlines/{assignment}" }), Ct);
        return [.. events.Where(e => e.Type != EventCatalog.NameOf(typeof(ReminderIssued))).Select(e => (IDeadlineEvent)JsonSerializer.Deserialize(e.Body, EventCatalog.FindType(e.Type)!, ContractJson.Options)!)];
    }

    public async Task<IReadOnlyList<ShownRung>> RungsAsync(Guid assignment) =>
        (await Get<DeadlineStore>().FindAsync(assignment, Ct))!.Rungs;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
