using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests.Watching;

[Trait("Category", "Sqlite")]
public sealed class WatchAssignmentsTests_Sqlite(CityOnSqlite city)
    : WatchAssignmentsTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class WatchAssignmentsTests_Postgres(CityOnPostgres city)
    : WatchAssignmentsTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city)
{
    [Fact]
    public async Task OfTwoReplicas_WhileWorkGoesOn_EachGivesTheSameAndTheTokenOfTheOther()
    {
        await using var here = await StartAsync(("Watch:PollInterval", "00:01:00"));
        await using var there = await StartAsync(("Watch:PollInterval", "00:01:00"));
        using var one = await here.Watch().BeginAsync();
        using var other = await there.Watch().BeginAsync();

        var working = WorkAsync(4);
        var first = await one.TakeAsync(4 * ChangesOfOne / 2);
        using var resumed = there.Watch(one.Token);
        var rest = await resumed.TakeAsync((4 * ChangesOfOne) - first.Count);
        await working;

        var all = await other.TakeAsync(4 * ChangesOfOne);
        Assert.Equal(Identities(all), Identities(first.Concat(rest)));
        AssertInOrder(all);
    }
}

/// <summary>
/// A unit's assignments as its system follows them: nothing left out, nothing twice, each in the order of its versions. What holds for every
/// stream is tested with that of monitoring.
/// </summary>
public abstract class WatchAssignmentsTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    protected const int ChangesOfOne = 12;

    const string Foreign = "31147-2025";

    readonly TCity _city;

    protected WatchAssignmentsTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    internal Task<WatchReplica> StartAsync(params (string Key, string Value)[] settings) =>
        WatchReplica.StartAsync(_city.Database.Options, [("Watch:PollInterval", "00:00:00.200"), .. settings]);

    [Fact]
    public async Task EachVerb_ComesOnce_WithTheWholeAssignment()
    {
        await using var replica = await StartAsync();
        using var reader = await replica.Watch(role: Roles.Ward, units: [NinhKieu]).BeginAsync();
        var lead = _city.As(Roles.Ward, NinhKieu);

        var draft = await NewDraftAsync(_city.Office);
        var issued = await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
        await lead.Assignments.AcknowledgeAssignmentAsync(new() { Name = draft.Name, RequestId = NewId() });
        await lead.Assignments.ReportProgressAsync(new() { Name = draft.Name, Percent = 40, Report = "Đã nạo vét 1 km", RequestId = NewId() });
        var submitted = await lead.Assignments.SubmitResultAsync(new() { Name = draft.Name, Result = "Đã nạo vét 2 km", RequestId = NewId() });
        var accepted = await _city.Office.Assignments.AcceptResultAsync(new() { Name = draft.Name, Etag = submitted.Etag, RequestId = NewId() });

        var changes = await reader.TakeAsync(5);
        Assert.Equal(
            [typeof(AssignmentIssued), typeof(AssignmentAcknowledged), typeof(ProgressReported), typeof(ResultSubmitted), typeof(ResultAccepted)],
            changes.Select(change => EventCatalog.FindType(change.Type)));
        Assert.Equal(
            [State.Issued, State.Acknowledged, State.InProgress, State.Submitted, State.Completed],
            changes.Select(change => change.Assignment.State));
        Assert.Equal((issued, accepted), (changes[0].Assignment, changes[^1].Assignment));
        Assert.All(changes, change => Assert.Equal(change.Assignment.Etag, $"{change.Version}"));
        Assert.Equal(accepted.CompleteTime, changes[^1].EventTime);
        AssertInOrder(changes);
    }

    [Fact]
    public async Task AWard_SeesWhatItLeadsOrHelpsWith_AndNothingElse()
    {
        await using var replica = await StartAsync();
        using var helping = await replica.Watch(role: Roles.Ward, units: [CaiKhe]).BeginAsync();
        using var foreign = await replica.Watch(role: Roles.Ward, units: [Foreign]).BeginAsync();
        using var asked = await replica.Watch(unit: $"units/{CaiKhe}").BeginAsync();
        using var notItsOwn = await replica.Watch(role: Roles.Ward, units: [Foreign], unit: $"units/{CaiKhe}").BeginAsync();

        var both = await NewIssuedAsync(_city.Office);
        var other = await IssueToAsync(Foreign);

        Assert.Equal(both.Name, Assert.Single(await helping.TakeAsync(1)).Assignment.Name);
        Assert.Equal(both.Name, Assert.Single(await asked.TakeAsync(1)).Assignment.Name);
        Assert.Equal(other.Name, Assert.Single(await foreign.TakeAsync(1)).Assignment.Name);

        // What is between two of its own is passed over; to the end nothing came to who asked for a unit that is not his.
        var again = await IssueToAsync(Foreign);
        Assert.Equal(again.Name, Assert.Single(await foreign.TakeAsync(1)).Assignment.Name);
        notItsOwn.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(notItsOwn.NextAsync);
    }

    [Fact]
    public async Task CutAgainAndAgain_WhileWorkGoesOn_EachComesOnceInOrder()
    {
        await using var replica = await StartAsync();
        string token;
        using (var first = await replica.Watch().BeginAsync())
        {
            token = first.Token;
        }

        var begin = token;
        var working = WorkAsync(6);
        var changes = new List<Pb.AssignmentChange>();
        for (var cut = 1; changes.Count < 6 * ChangesOfOne; cut++)
        {
            using var reader = replica.Watch(token);
            changes.AddRange(await reader.TakeAsync(Math.Min(cut, (6 * ChangesOfOne) - changes.Count)));
            token = reader.Token;
        }

        await working;
        AssertInOrder(changes);
        Assert.Equal(6, changes.Select(change => change.Assignment.Name).Distinct().Count());
        using var again = replica.Watch(begin);
        Assert.Equal(Identities(changes), Identities(await again.TakeAsync(changes.Count)));
    }

    [Fact]
    public async Task TooSlow_IsEndedWithItsToken_AndGoesOnWithIt()
    {
        await using var replica = await StartAsync(("Watch:WriteLimit", "00:00:02"));
        using var slow = await replica.Watch().BeginAsync();
        using var quick = await replica.Watch().BeginAsync();

        var taking = quick.TakeAsync(100);
        var issued = await IssuedAsync();
        // More than the windows of a connection take, for one that does not read.
        for (var i = 0; i < 99; i++)
        {
            await _city.Database.InTransactionAsync(transaction =>
            {
                transaction.Publish(issued with { Assignment = issued.Assignment with { Content = new string('đ', 10_000) }, Version = 100 + i });
                return Task.CompletedTask;
            }, CancellationToken.None);
        }

        var all = await taking;
        await Eventually.HoldsAsync(() => Task.FromResult(replica.Tail.Watchers == 1), "the slow one is ended");
        var (taken, end) = await slow.DrainAsync();
        Assert.Equal((StatusCode.ResourceExhausted, "READER_TOO_SLOW"), (end.StatusCode, RpcErrors.ReasonOf(end)));
        Assert.InRange(taken.Count, 1, 99);

        using var resumed = replica.Watch(RpcErrors.MetadataOf(end)["resume_token"]);
        Assert.Equal(Identities(all), Identities(taken.Concat(await resumed.TakeAsync(100 - taken.Count))));
    }

    [Fact]
    public async Task BadRequests_NameTheField()
    {
        await using var replica = await StartAsync();
        using var reader = await replica.Watch(unit: $"units/{NinhKieu}").BeginAsync();

        await NamesAsync(replica.Watch("hỏng", "ninh-kieu"), "unit", "resume_token");
        await NamesAsync(replica.Watch(reader.Token), "resume_token");
        using var right = await replica.Watch(reader.Token, $"units/{NinhKieu}").BeginAsync();

        static async Task NamesAsync(WatchReader<Pb.WatchAssignmentsResponse, Pb.AssignmentChange> bad, params string[] fields)
        {
            var (_, refusal) = await bad.DrainAsync();
            bad.Dispose();
            Assert.Equal((StatusCode.InvalidArgument, FieldErrors.Reason), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
            Assert.Equal(fields, RpcErrors.FieldViolationsOf(refusal).Select(violation => violation.Field));
        }
    }

    /// <summary>Assignments on which their units work at the same time, each with so many changes.</summary>
    protected Task WorkAsync(int assignments) => Task.WhenAll(Enumerable.Range(0, assignments).Select(_ => Task.Run(async () =>
    {
        var lead = _city.As(Roles.Ward, NinhKieu);
        var one = await NewIssuedAsync(_city.Office);
        await lead.Assignments.AcknowledgeAssignmentAsync(new() { Name = one.Name, RequestId = NewId() });
        for (var percent = 1; percent <= ChangesOfOne - 2; percent++)
        {
            await lead.Assignments.ReportProgressAsync(new() { Name = one.Name, Percent = percent, Report = "Đang làm", RequestId = NewId() });
        }
    })));

    protected static IEnumerable<(string, long, string)> Identities(IEnumerable<Pb.AssignmentChange> changes) =>
        changes.Select(change => (change.Assignment.Name, change.Version, change.Type));

    protected static void AssertInOrder(IEnumerable<Pb.AssignmentChange> changes) =>
        Assert.All(changes.GroupBy(change => change.Assignment.Name), of =>
            Assert.Equal(of.Select(change => change.Version).Distinct().Order(), of.Select(change => change.Version)));

    async Task<Pb.Assignment> IssueToAsync(string unit)
    {
        var draft = await NewDraftAsync(_city.Office, one =>
        {
            one.Lead.Unit = $"units/{unit}";
            one.Coordinators.Clear();
        });
        return await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    async Task<AssignmentIssued> IssuedAsync()
    {
        await NewIssuedAsync(_city.Office);
        var body = await _city.Database.ReadAsync(session => session.SingleAsync<string>(
            "SELECT body FROM event_log WHERE type = @type ORDER BY position DESC LIMIT 1",
            new { type = EventCatalog.NameOf(typeof(AssignmentIssued)) }), CancellationToken.None);
        return System.Text.Json.JsonSerializer.Deserialize<AssignmentIssued>(body, ContractJson.Options)!;
    }
}
