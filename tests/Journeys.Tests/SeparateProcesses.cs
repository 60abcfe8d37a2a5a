using CanThoGov.Contracts;
using CanThoGov.Testing;
using Npgsql;
using RabbitMQ.Client;

namespace CanThoGov.Journeys.Tests;

/// <summary>
/// The services as they run in production: processes of their own, each with a PostgreSQL database of its own, over RabbitMQ. Nothing runs
/// until it is started.
/// </summary>
public sealed class SeparateProcesses : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    static readonly string[] Services = ["city", "ward", "monitoring"];

    readonly TemporaryFolder _folder = new();
    readonly string _id = Guid.NewGuid().ToString("N");
    readonly Ports _ports = Ports.Free();
    readonly Dictionary<string, RunningProgram> _running = [];

    SeparateProcesses() => Clients = new(_ports, KeyFile);

    public Clients Clients { get; }

    string KeyFile => Path.Combine(_folder.Path, "signing-key.pem");

    /// <summary>Why the tests cannot run here; null if they can.</summary>
    public static string? Missing => Servers.Missing(Servers.Postgres) ?? Servers.Missing(Servers.RabbitMq);

    /// <summary>Empty databases, and a broker without queues.</summary>
    public static async Task<SeparateProcesses> PrepareAsync()
    {
        var processes = new SeparateProcesses();
        await DeleteQueuesAsync();
        foreach (var service in Services)
        {
            await ExecuteAsync($"CREATE DATABASE {processes.DatabaseOf(service)}");
        }

        return processes;
    }

    /// <summary>Creates the schema, as a deployment does, and starts the service; returns when it has started.</summary>
    /// <param name="service"><c>city</c>, <c>ward</c> or <c>monitoring</c>.</param>
    public async Task<RunningProgram> StartAsync(string service, params KeyValuePair<string, string>[] more)
    {
        var project = char.ToUpperInvariant(service[0]) + service[1..];
        KeyValuePair<string, string>[] settings = [.. Settings(service), .. more];
        await RunningProgram.RunAsync(project, ["migrate"], StartLimit, settings);
        var program = RunningProgram.Start(project, [], settings);
        _running[service] = program;
        await program.PrintedAsync("Application started", StartLimit);
        return program;
    }

    /// <summary>Plays the scenario against the running services.</summary>
    public async Task<Summary> PlayAsync(string scenario) => Summary.Parse(await RunningProgram.RunAsync("Suite",
        [
            "play", "--scenario", scenario, "--json", "--key-file", KeyFile, "--city", Ports.Address(_ports.City),
            "--ward", Ports.Address(_ports.Ward), "--monitoring", Ports.Address(_ports.Monitoring),
        ], Summary.Limit));

    /// <summary>Events that the broker has not confirmed.</summary>
    public async Task<long> UnsentAsync(string service)
    {
        await using var connection = new NpgsqlConnection(Settings(service)["Database__ConnectionString"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM event_log WHERE sent_at IS NULL", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Clients.Dispose();
        foreach (var program in _running.Values)
        {
            await program.DisposeAsync();
        }

        await DeleteQueuesAsync();
        foreach (var service in Services)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {DatabaseOf(service)} WITH (FORCE)");
        }

        _folder.Dispose();
    }

    string DatabaseOf(string service) => $"journey_{_id}_{service}";

    Dictionary<string, string> Settings(string service)
    {
        var broker = new Uri(Servers.Value(Servers.RabbitMq));
        var user = broker.UserInfo.Split(':');
        return new()
        {
            ["Auth__KeyFile"] = KeyFile,
            ["Database__Provider"] = "Postgres",
            ["Database__ConnectionString"] =
                new NpgsqlConnectionStringBuilder(Servers.Value(Servers.Postgres)) { Database = DatabaseOf(service) }.ConnectionString,
            ["Bus__Transport"] = "RabbitMq",
            ["Bus__Host"] = broker.Host,
            ["Bus__Port"] = $"{broker.Port}",
            ["Bus__User"] = Uri.UnescapeDataString(user[0]),
            ["Bus__Password"] = Uri.UnescapeDataString(user[1]),
            ["Endpoints__City"] = Ports.Address(_ports.City),
            ["Endpoints__Ward"] = Ports.Address(_ports.Ward),
            ["Endpoints__Monitoring"] = Ports.Address(_ports.Monitoring),
            ["Endpoints__Otlp"] = Ports.Address(_ports.Otlp),
            ["Services__City"] = Ports.Address(_ports.City),
            ["Services__Ward"] = Ports.Address(_ports.Ward),
            ["Services__Monitoring"] = Ports.Address(_ports.Monitoring),
            ["Telemetry__Endpoint"] = Ports.Address(_ports.Otlp),
            ["Clock__AllowSimulation"] = "true",
        };
    }

    // Queues are named after the services: what an earlier test left in them would reach this one.
    static async Task DeleteQueuesAsync()
    {
        var factory = new ConnectionFactory { Uri = new Uri(Servers.Value(Servers.RabbitMq)) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var events = EventCatalog.All.Select(type => EventCatalog.ShortNameOf(EventCatalog.NameOf(type)));
        foreach (var queue in events.SelectMany(_ => Services, (name, service) => $"{service}-{name}"))
        {
            await channel.QueueDeleteAsync(queue);
            await channel.QueueDeleteAsync(queue + "_error");
            await channel.QueueDeleteAsync(queue + "_skipped");
        }
    }

    static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Servers.Value(Servers.Postgres));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
