using System.Collections.Specialized;
using System.Globalization;
using Quartz;
using Quartz.Impl;

namespace CanThoGov.Load.Peers;

/// <summary>How Quartz is set up. Not clustered: its locks are then in the process, which is quicker.</summary>
/// <param name="Threads">Jobs at a time.</param>
/// <param name="Batch">Triggers taken at a time; more than one only under its lock.</param>
sealed record QuartzSettings(int Threads, int Batch)
{
    public override string ToString() => $"{Threads} threads, {Batch} triggers at a time";
}

/// <summary>Quartz.NET with its tables in PostgreSQL: one durable job, and a trigger for each fire. The job writes one row.</summary>
sealed class QuartzPeer : IAsyncDisposable
{
    const string Name = "load", Insert = "INSERT INTO fired";

    readonly MeasuredDatabase _database;

    QuartzPeer(MeasuredDatabase database) => _database = database;

    public static async Task<QuartzPeer> CreateAsync(CancellationToken ct)
    {
        var peer = new QuartzPeer(await Server.CreateDatabaseAsync("quartz", ct));
        using var reader = new StreamReader(typeof(QuartzPeer).Assembly.GetManifestResourceStream("quartz.sql")!);
        await peer._database.ExecuteAsync(await reader.ReadToEndAsync(ct), ct);
        return peer;
    }

    /// <summary>All are due in one instant.</summary>
    public async Task<Measured> FireAsync(int due, QuartzSettings settings, CancellationToken ct)
    {
        await _database.ExecuteAsync("TRUNCATE fired", ct);
        var scheduler = await new StdSchedulerFactory(Properties(settings)).GetScheduler(ct);
        scheduler.JobFactory = new RowJobFactory(_database);
        await ScheduleAsync(scheduler, due, ct);
        await _database.TidyAsync(ct);

        // Storing the triggers takes longer than anybody could say beforehand, so they are given their time when all are there.
        var at = TimeProvider.System.GetUtcNow().AddSeconds(3);
        await _database.ExecuteAsync("UPDATE qrtz_triggers SET start_time = @at, next_fire_time = @at", ct, new { at = at.UtcTicks });
        await _database.StartCountingAsync(ct);
        await scheduler.Start(ct);
        Counts counts;
        try
        {
            // Until the last trigger has gone as well, so that all its statements are counted.
            while (await _database.SingleAsync<bool>($"SELECT {MeasuredDatabase.Mark} EXISTS (SELECT 1 FROM qrtz_triggers)", ct))
            {
                await Task.Delay(200, ct);
            }

            counts = await _database.CountAsync(ct, Insert);
        }
        finally
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
        }

        return await ReadAsync(at, counts, ct);
    }

    static async Task ScheduleAsync(IScheduler scheduler, int due, CancellationToken ct)
    {
        var job = JobBuilder.Create<RowJob>().WithIdentity("row").StoreDurably().Build();
        await scheduler.AddJob(job, replace: true, ct);
        var later = TimeProvider.System.GetUtcNow().AddDays(1);
        foreach (var batch in Enumerable.Range(1, due).Chunk(1000))
        {
            await scheduler.ScheduleJobs(
                new Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>>
                {
                    [job] = [.. batch.Select(i => TriggerBuilder.Create().ForJob(job)
                        .WithIdentity(i.ToString(CultureInfo.InvariantCulture)).StartAt(later).Build())],
                }, replace: true, ct);
        }
    }

    NameValueCollection Properties(QuartzSettings settings) => new()
    {
        ["quartz.scheduler.instanceName"] = Name,
        ["quartz.scheduler.batchTriggerAcquisitionMaxCount"] = settings.Batch.ToString(CultureInfo.InvariantCulture),
        ["quartz.scheduler.batchTriggerAcquisitionFireAheadTimeWindow"] = "1000",
        ["quartz.scheduler.idleWaitTime"] = "1000",
        ["quartz.threadPool.maxConcurrency"] = settings.Threads.ToString(CultureInfo.InvariantCulture),
        ["quartz.jobStore.type"] = "Quartz.Impl.AdoJobStore.JobStoreTX, Quartz",
        ["quartz.jobStore.driverDelegateType"] = "Quartz.Impl.AdoJobStore.PostgreSQLDelegate, Quartz",
        ["quartz.jobStore.tablePrefix"] = "qrtz_",
        ["quartz.jobStore.dataSource"] = Name,
        ["quartz.jobStore.useProperties"] = "true",
        ["quartz.jobStore.misfireThreshold"] = "3600000",
        ["quartz.jobStore.acquireTriggersWithinLock"] = settings.Batch > 1 ? "true" : "false",
        ["quartz.jobStore.clustered"] = "false",
        ["quartz.serializer.type"] = typeof(NoObjects).AssemblyQualifiedName,
        [$"quartz.dataSource.{Name}.provider"] = "Npgsql",
        [$"quartz.dataSource.{Name}.connectionString"] = _database.Settings,
    };

    async Task<Measured> ReadAsync(DateTimeOffset at, Counts counts, CancellationToken ct)
    {
        var fires = await _database.ListAsync<(string Name, DateTime CommittedAt)>(
            "SELECT name, pg_xact_commit_timestamp(xmin) FROM fired", ct);
        return new(
            fires.Count, fires.Count - fires.DistinctBy(fire => fire.Name).Count(),
            (fires.Max(fire => fire.CommittedAt) - at.UtcDateTime).TotalSeconds,
            [.. fires.Select(fire => (fire.CommittedAt - at.UtcDateTime).TotalMilliseconds).Order()], counts);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    sealed class RowJob(MeasuredDatabase database) : IJob
    {
        public async Task Execute(IJobExecutionContext context)
        {
            await using var command = database.CreateCommand(Insert + " (name) VALUES ($1)");
            command.Parameters.AddWithValue(context.Trigger.Key.Name);
            await command.ExecuteNonQueryAsync(context.CancellationToken);
        }
    }

    sealed class RowJobFactory(MeasuredDatabase database) : Quartz.Spi.IJobFactory
    {
        public IJob NewJob(Quartz.Spi.TriggerFiredBundle bundle, IScheduler scheduler) => new RowJob(database);

        public void ReturnJob(IJob job)
        {
        }
    }
}

/// <summary>Quartz insists on a serialiser; with <c>useProperties</c> and without job data it has nothing to do.</summary>
public sealed class NoObjects : Quartz.Spi.IObjectSerializer
{
    public void Initialize()
    {
    }

    public byte[] Serialize<T>(T obj) where T : class => throw new NotSupportedException();

    public T? DeSerialize<T>(byte[] data) where T : class => throw new NotSupportedException();
}
