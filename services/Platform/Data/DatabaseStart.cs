using CanThoGov.Platform.Time;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Data;

/// <summary>Before anything else starts: the schema is brought up to date or found to be, and a simulated clock is taken up again.</summary>
public sealed class DatabaseStart<TDatabase>(TDatabase database, BusinessClock<TDatabase> clock) : IHostedLifecycleService
    where TDatabase : Database
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (database.Options.MigrateOnStart ?? database.Options.Provider == DatabaseProvider.Sqlite)
        {
            await Migrator.MigrateAsync(database, cancellationToken);
        }
        else if (await Migrator.PendingAsync(database, cancellationToken) is { Count: > 0 } pending)
        {
            throw new InvalidOperationException(
                $"The {database.Service} database lacks {pending.Count} migrations, the first is {pending[0]}. " +
                "Run the service once with the argument 'migrate'.");
        }

        await clock.LoadAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
