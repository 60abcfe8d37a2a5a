using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Messaging;

/// <summary>How the relay sends a service's events.</summary>
public sealed class OutboxOptions
{
    public const string Section = "Outbox";

    /// <summary>
    /// Events published in one round, all in flight together. RabbitMQ.Client 7.1 throws at about 128 unconfirmed publishes on a channel.
    /// </summary>
    [Range(1, 100)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Wait when nothing is to be sent and nobody signals. A commit in this process wakes the relay at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a publish may take before it is tried again. While the broker is away a publish neither fails nor returns
    /// (rabbitmq-dotnet-client#1930).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long sent events, the ids and traces of handled ones, and answered requests are kept. Of older events the last state stays.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);
}
