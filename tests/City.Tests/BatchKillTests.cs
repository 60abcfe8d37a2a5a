using System.Diagnostics;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class BatchKillTests_Sqlite(SqliteDatabase<CityDatabase> database) : BatchKillTests<SqliteDatabase<CityDatabase>>(database);

[Trait("Category", "Postgres")]
public sealed class BatchKillTests_Postgres(PostgresDatabase<CityDatabase> database) : BatchKillTests<PostgresDatabase<CityDatabase>>(database);

/// <summary>The city as a process of its own, killed in the middle of a batch.</summary>
public abstract class BatchKillTests<TDatabase> : CityTests<TDatabase>, IDisposable where TDatabase : TestDatabase<CityDatabase>
{
    const int Items = 1500, Kills = 3;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly TDatabase _database;
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-kill-").FullName;
    readonly string _address = $"http://127.0.0.1:{TestPorts.Free(1)[0]}";

    protected BatchKillTests(TDatabase database)
    {
        Assert.SkipWhen(database.Missing is not null, database.Missing ?? "");
        _database = database;
    }

    string KeyFile => Path.Combine(_folder, "key.pem");

    [Fact]
    public async Task R17_CityKilledInTheMiddle_GoesOnAndIssuesEachItemOnce()
    {
        using var channel = GrpcChannel.ForAddress(_address);
        var request = new Pb.BatchIssueAssignmentsRequest { RequestId = NewId() };
        Pb.Batch? first = null;
        var killedAt = new List<int>();
        for (var run = 0; run <= Kills; run++)
        {
            using var city = Start();
            try
            {
                var office = Office(channel);
                await AnswersAsync(office);
                if (first is null)
                {
                    request.Assignment = Draft((await NewDocumentAsync(office)).Name);
                    request.Assignment.Lead = null;
                    request.Assignment.Coordinators.Clear();
                    var units = (await office.Units.ListUnitsAsync(new() { PageSize = 1000, Kinds = { Pb.Unit.Types.Kind.Ward } })).Units;
                    request.Receivers.Add(Enumerable.Range(0, Items).Select(i =>
                        new Pb.Receiver { Unit = units[i % units.Count].Name, Title = $"Việc {i / units.Count}" }));
                }

                var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
                    await office.Batches.BatchIssueAssignmentsAsync(request))));
                first ??= answers[0];
                Assert.All(answers, answer => Assert.Equal(first, answer));
                var before = killedAt.LastOrDefault();
                var batch = first;
                await Eventually.HoldsAsync(
                    async () => (batch = await office.Batches.GetBatchAsync(new() { Name = first.Name })).IssuedCount > before
                        && (run < Kills || batch.State == Pb.Batch.Types.State.Done),
                    "some more items were issued", Limit);
                killedAt.Add(batch.IssuedCount);
            }
            finally
            {
                city.Kill();
                await city.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"killed after {string.Join(", ", killedAt)} items");
        Assert.True(killedAt[0] < Items, "The first kill came too late: the batch was done.");
        Assert.Equal(
            (Items, Items, Items, Items),
            (await CountAsync("SELECT COUNT(*) FROM assignments"),
                await CountAsync("SELECT COUNT(*) FROM event_log WHERE type LIKE '%.assignment-issued.v1'"),
                await CountAsync("SELECT COUNT(DISTINCT assignment_id) FROM batch_items WHERE state = 'Issued'"),
                await CountAsync("SELECT COUNT(*) FROM assignments WHERE id IN (SELECT assignment_id FROM batch_items)")));
    }

    Task<int> CountAsync(string sql) => _database.Database.ReadAsync(session => session.SingleAsync<int>(sql), CancellationToken.None);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(_folder, recursive: true);
    }

    Process Start()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CityDatabase).Assembly.Location]) { RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["Database__Provider"] = _database.Database.Options.Provider.ToString(),
            ["Database__ConnectionString"] = _database.Database.Options.ConnectionString,
            ["Auth__KeyFile"] = KeyFile,
            ["Endpoints__city"] = _address,
            ["Telemetry__Endpoint"] = "none",
            ["Services__Monitoring"] = "http://127.0.0.1:1",
            ["Services__Ward"] = "http://127.0.0.1:1",
        })
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    CityClient Office(GrpcChannel channel) => new(channel.Intercept(metadata =>
    {
        using var key = SigningKey.Open(KeyFile);
        var token = new TokenIssuer(key, Options.Create(new AuthOptions()))
            .Issue(Roles.CityOffice, "van-phong-01", ["van-phong-ubnd"], TimeSpan.FromMinutes(10));
        metadata.Add("authorization", "Bearer " + token);
        return metadata;
    }));

    static Task AnswersAsync(CityClient office) => Eventually.HoldsAsync(async () =>
    {
        try
        {
            await office.Clock.GetClockAsync(new());
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }, "the city answers", Limit);
}
