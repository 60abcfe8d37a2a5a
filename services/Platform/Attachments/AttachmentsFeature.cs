using CanThoGov.Platform.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Platform.Attachments;

public static class AttachmentsFeature
{
    /// <summary>Lets a service keep evidence. Its migrations make the tables <c>attachments</c> and <c>attachment_files</c>.</summary>
    public static void AddAttachments<TDatabase, TParents>(this IHostApplicationBuilder builder, string service)
        where TDatabase : Database where TParents : class, IAttachmentParents<TDatabase>
    {
        var own = builder.Configuration.GetSection($"{service}:{AttachmentOptions.Section}");
        var name = service.ToLowerInvariant();
        builder.Services.AddOptions<AttachmentOptions>(name)
            .Bind(own.Exists() ? own : builder.Configuration.GetSection(AttachmentOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton<AttachmentStore>();
        builder.Services.AddSingleton<IAttachmentParents<TDatabase>, TParents>();
        builder.Services.AddSingleton(provider => AttachmentFiles<TDatabase>.Of(
            provider.GetRequiredService<IOptionsMonitor<AttachmentOptions>>().Get(name), provider.GetRequiredService<TDatabase>()));
        builder.Services.AddSingleton<AttachmentSweep<TDatabase>>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<AttachmentSweep<TDatabase>>());
    }
}

/// <summary>Removes what a crash or a refusal left: uploads that nobody went on with, and files that belong to nothing.</summary>
public sealed partial class AttachmentSweep<TDatabase>(
    TDatabase database, AttachmentStore attachments, AttachmentFiles<TDatabase> files, IOptionsMonitor<AttachmentOptions> options,
    TimeProvider time, ILogger<AttachmentSweep<TDatabase>> logger) : BackgroundService where TDatabase : Database
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RemoveAsync(time.GetUtcNow() - options.Get(database.Service).KeepUnfinished, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, database.Service, e);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What has not been touched since then.</summary>
    public Task RemoveAsync(DateTimeOffset before, CancellationToken ct)
    {
        files.RemoveUnfinished(before);
        return database.InTransactionAsync(async transaction =>
        {
            foreach (var sha256 in await attachments.TakeForgottenFilesAsync(transaction, before))
            {
                files.Remove(sha256);
            }
        }, ct);
    }

    static partial class Log
    {
        [LoggerMessage(2401, LogLevel.Error, "Files of the {Service} service that belong to nothing could not be removed; it is tried again.")]
        public static partial void Failed(ILogger logger, string service, Exception exception);
    }
}
