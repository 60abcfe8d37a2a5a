using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Data;

public enum DatabaseProvider { Sqlite, Postgres }

/// <summary>Where a service keeps its state. One database (or schema) per service.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>SQLite needs no server and serves one process; PostgreSQL is for production.</summary>
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;

    /// <summary>
    /// <c>Data Source=data/city.db</c>, or Npgsql's form for PostgreSQL. Required.
    /// </summary>
    [Required]
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// Whether the schema is brought up to date at start. By default on SQLite only: on PostgreSQL <c>migrate</c> is a deploy step,
    /// and the service refuses to start on an old schema.
    /// </summary>
    public bool? MigrateOnStart { get; init; }
}
