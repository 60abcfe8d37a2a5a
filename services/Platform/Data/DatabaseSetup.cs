using CanThoGov.Platform.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CanThoGov.Platform.Data;

public static class DatabaseSetup
{
    /// <summary>
    /// A service's database and business clock. Configured by <c>{Service}:Database</c> where several services share a process, else by
    /// <c>Database</c>.
    /// </summary>
    public static void AddDatabase<TDatabase>(this IHostApplicationBuilder builder, string service) where TDatabase : Database
    {
        var own = builder.Configuration.GetSection($"{service}:{DatabaseOptions.Section}");
        builder.Services.AddOptions<DatabaseOptions>(service)
            .Bind(own.Exists() ? own : builder.Configuration.GetSection(DatabaseOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TDatabase>(
            provider,
            provider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<DatabaseOptions>>().Get(service),
            TimeProvider.System));
        builder.Services.AddSingleton<BusinessClock<TDatabase>>();
        builder.Services.AddHostedService<DatabaseStart<TDatabase>>();
        var tag = service.ToLowerInvariant();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth<TDatabase>>($"{tag}-database", tags: [tag]);
    }

    /// <summary>The deploy step: brings the schema up to date and ends.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> MigrateAsync<TDatabase>(this IHost host) where TDatabase : Database
    {
        var database = host.Services.GetRequiredService<TDatabase>();
        var applied = await Migrator.MigrateAsync(database, CancellationToken.None);
        Console.WriteLine(applied.Count == 0
            ? $"{database.Service}: the schema is up to date."
            : $"{database.Service}: applied {string.Join(", ", applied)}.");
        return 0;
    }
}
