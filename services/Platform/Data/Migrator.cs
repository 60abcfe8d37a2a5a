using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace CanThoGov.Platform.Data;

/// <summary>
/// Brings a database's schema up to date: the platform's own files first, then the service's, in the order of their names, each in a
/// transaction of its own. Forward only; an applied file that has changed since stops it.
/// </summary>
public static class Migrator
{
    sealed record Applied(string Name, string Checksum);

    sealed record Migration(string Name, string Sql, string Checksum);

    /// <returns>Names of the files applied now.</returns>
    public static async Task<IReadOnlyList<string>> MigrateAsync(Database database, CancellationToken ct)
    {
        if (database.Dialect.Provider == DatabaseProvider.Sqlite)
        {
            await using var session = await database.OpenAsync(ct);
            await session.ExecuteAsync("PRAGMA journal_mode = WAL");
        }

        var names = new List<string>();
        foreach (var migration in Files(database))
        {
            await database.InTransactionAsync(async transaction =>
            {
                await LockAsync(transaction);
                var applied = await transaction.FindAsync<Applied>(
                    "SELECT name, checksum FROM schema_migrations WHERE name = @Name", migration);
                if (applied is null)
                {
                    await transaction.ExecuteAsync(migration.Sql);
                    await transaction.ExecuteAsync(
                        "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (@Name, @Checksum, @now)",
                        new { migration.Name, migration.Checksum, now = database.RealNow.ToString("O") });
                    names.Add(migration.Name);
                }
                else if (applied.Checksum != migration.Checksum)
                {
                    throw new InvalidOperationException(
                        $"Migration {migration.Name} was changed after it was applied to the {database.Service} database. " +
                        "Restore the file and put the change into a new one.");
                }
            }, ct);
        }

        return names;
    }

    /// <summary>Names of the files that are not applied yet.</summary>
    public static async Task<IReadOnlyList<string>> PendingAsync(Database database, CancellationToken ct)
    {
        await using var session = await database.OpenAsync(ct);
        await session.ExecuteAsync(CreateTable);
        var applied = await session.ListAsync<string>("SELECT name FROM schema_migrations");
        return [.. Files(database).Select(file => file.Name).Except(applied)];
    }

    const string CreateTable =
        "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at text NOT NULL)";

    // Several replicas may migrate at once: one does it, the others find it done.
    static async Task LockAsync(Transaction transaction)
    {
        if (transaction.Dialect.Provider == DatabaseProvider.Postgres)
        {
            await transaction.ExecuteAsync("SELECT pg_advisory_xact_lock(716180041)");
        }

        await transaction.ExecuteAsync(CreateTable);
    }

    static IEnumerable<Migration> Files(Database database) =>
        Files(typeof(Migrator).Assembly, database.Dialect, "platform/").Concat(Files(database.Migrations, database.Dialect, ""));

    static IEnumerable<Migration> Files(Assembly assembly, SqlDialect dialect, string prefix)
    {
        var folder = $"Migrations/{dialect.Name}/";
        foreach (var resource in assembly.GetManifestResourceNames().Where(IsInFolder).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            yield return new(prefix + resource[folder.Length..], sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }

        bool IsInFolder(string resource) => resource.StartsWith(folder, StringComparison.Ordinal);
    }
}
