using CanThoGov.City;
using CanThoGov.Monitoring;
using CanThoGov.Platform.Data;
using CanThoGov.Ward;

namespace CanThoGov.Architecture.Tests;

[Trait("Category", "Architecture")]
public sealed class MigrationTests
{
    [Theory]
    [InlineData(typeof(Database))]
    [InlineData(typeof(CityDatabase))]
    [InlineData(typeof(WardDatabase))]
    [InlineData(typeof(MonitoringDatabase))]
    public void BothDialects_HaveTheSameFiles_EachWithItsReason(Type database)
    {
        var sqlite = Files(database, "Sqlite");
        var postgres = Files(database, "Postgres");
        Assert.NotEmpty(sqlite);
        Assert.Equal(postgres.Keys.Order(StringComparer.Ordinal), sqlite.Keys.Order(StringComparer.Ordinal));
        Assert.All(sqlite.Concat(postgres), file =>
        {
            Assert.Matches("^[0-9]{4}_[a-z]+(_[a-z]+)+[.]sql$", file.Key);
            Assert.StartsWith("-- ", file.Value, StringComparison.Ordinal);
        });
    }

    static Dictionary<string, string> Files(Type database, string dialect)
    {
        var prefix = $"Migrations/{dialect}/";
        return database.Assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name =>
            {
                using var reader = new StreamReader(database.Assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd();
            });
    }
}
