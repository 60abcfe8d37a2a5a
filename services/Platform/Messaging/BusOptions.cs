using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Messaging;

public enum BusTransport { InMemory, RabbitMq }

/// <summary>How events travel between the services.</summary>
public sealed class BusOptions
{
    public const string Section = "Bus";

    /// <summary>In memory only if all services share one process.</summary>
    public BusTransport Transport { get; init; } = BusTransport.InMemory;

    public string Host { get; init; } = "127.0.0.1";

    [Range(1, 65535)]
    public ushort Port { get; init; } = 5672;

    public string VirtualHost { get; init; } = "/";

    public string User { get; init; } = "guest";

    public string Password { get; init; } = "guest";

    /// <summary>Messages that the broker hands out ahead, for each queue.</summary>
    [Range(1, 1000)]
    public ushort Prefetch { get; init; } = 32;

    /// <summary>Messages of one queue handled at the same time. On SQLite it is 1: there is one writer.</summary>
    [Range(1, 64)]
    public int Concurrency { get; init; } = 4;
}
