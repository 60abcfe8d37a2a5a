namespace CanThoGov.Testing;

/// <summary>The servers that some tests need. On a laptop a missing one skips them; in CI it fails them.</summary>
public static class Servers
{
    public const string Postgres = "CANTHOGOV_TEST_POSTGRES", RabbitMq = "CANTHOGOV_TEST_RABBITMQ", Chromium = "CANTHOGOV_TEST_CHROMIUM";

    public static string Value(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"{name} is not set.");

    /// <summary>Why the tests cannot run here; null if they can, and always null in CI, where they then fail instead.</summary>
    public static string? Missing(string name) =>
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable(name) is { Length: > 0 }
            ? null
            : $"{name} is not set; tests/run starts the server and sets it.";
}
