using System.Data.Common;
using CanThoGov.Platform.Data;
using Npgsql;
using Xunit;

namespace CanThoGov.Testing;

/// <summary>A migrated database of its own for each test class. <typeparamref name="TDatabase"/> needs a constructor of options and time.</summary>
public abstract class TestDatabase<TDatabase> : IAsyncLifetime where TDatabase : Database
{
    /// <summary>Why the tests cannot run here; null if they can. Call <c>Assert.SkipWhen</c> with it in the test class's constructor.</summary>
    public abstract string? Missing { get; }

    public TDatabase Database { get; private set; } = null!;

    protected abstract Task<DatabaseOptions> CreateAsync();

    protected abstract Task DropAsync();

    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
        {
            Database = (TDatabase)Activator.CreateInstance(typeof(TDatabase), await CreateAsync(), TimeProvider.System)!;
            await Migrator.MigrateAsync(Database, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Missing is null)
        {
            await Database.DisposeAsync();
            await DropAsync();
        }
    }
}

public sealed class SqliteDatabase<TDatabase> : TestDatabase<TDatabase> where TDatabase : Database
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-test-").FullName;

    public override string? Missing => null;

    protected override Task<DatabaseOptions> CreateAsync() => Task.FromResult(new DatabaseOptions
    {
        Provider = DatabaseProvider.Sqlite,
        ConnectionString = $"Data Source={Path.Combine(_folder, "test.db")}",
    });

    protected override Task DropAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>Needs <c>CANTHOGOV_TEST_POSTGRES</c>: a connection string of a role that may create databases.</summary>
public sealed class PostgresDatabase<TDatabase> : TestDatabase<TDatabase> where TDatabase : Database
{
    readonly string _name = "test_" + Guid.NewGuid().ToString("N");

    public override string? Missing => Servers.Missing(Servers.Postgres);

    protected override async Task<DatabaseOptions> CreateAsync()
    {
        await ExecuteAsync($"CREATE DATABASE {_name}");
        return new DatabaseOptions
        {
            Provider = DatabaseProvider.Postgres,
            ConnectionString = new NpgsqlConnectionStringBuilder(Servers.Value(Servers.Postgres)) { Database = _name }.ConnectionString,
        };
    }

    protected override Task DropAsync() => ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");

    static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Servers.Value(Servers.Postgres));
        await connection.OpenAsync();
        await using DbCommand command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
