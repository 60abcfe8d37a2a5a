using CanThoGov.Contracts.Assignments;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Monitoring.Scorecards;
using CanThoGov.Testing;
using static CanThoGov.Monitoring.Tests.RealCalendar;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class CountingTests_Sqlite(GeneratedCity<SqliteDatabase<MonitoringDatabase>> city)
    : CountingTests<SqliteDatabase<MonitoringDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class CountingTests_Postgres(GeneratedCity<PostgresDatabase<MonitoringDatabase>> city)
    : CountingTests<PostgresDatabase<MonitoringDatabase>>(city);

/// <summary>Some hundred generated assignments of two units, projected.</summary>
public sealed class GeneratedCity<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly TDatabase _database = new();

    public string? Missing => _database.Missing;

    internal IReadOnlyList<AssignmentSnapshot> Assignments { get; } = Generated.Assignments(400, Some.Commune, Some.Ward);

    internal MonitoringReplica Monitoring { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (Missing is not null)
        {
            return;
        }

        Monitoring = new(_database.Database.Options);
        await Monitoring.TakeAsync(
            Some.Unit(Some.Commune, "Xã Mẫu A"), Some.Unit(Some.Ward, "Phường Mẫu B"), Some.Unit("xa-trong", "Xã Không Việc"), Published());
        foreach (var assignment in Assignments)
        {
            await Monitoring.TakeAsync(new AssignmentIssued(assignment, At("2026-01-05"), 1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Missing is null)
        {
            await Monitoring.DisposeAsync();
        }

        await _database.DisposeAsync();
    }
}

public abstract class CountingTests<TDatabase> : IClassFixture<GeneratedCity<TDatabase>>
    where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly GeneratedCity<TDatabase> _city;

    protected CountingTests(GeneratedCity<TDatabase> city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_ByTimeliness_FindsWhatTheRuleSays()
    {
        var deadlines = _city.Monitoring.Get<DeadlineStore>();
        foreach (var now in Generated.Moments)
        {
            foreach (var timeliness in Enum.GetValues<Timeliness>())
            {
                var found = await deadlines.ListAsync(new(null, [timeliness]), null, 1000, now, Ct);

                Assert.Equal(
                    _city.Assignments.Where(one => one.Deadline.DueAt is not null && one.TimelinessAt(now) == timeliness)
                        .Select(one => one.Id).Order(),
                    found.Select(one => one.Assignment.Id).Order());
            }
        }
    }

    [Fact]
    public async Task GetCity_CountsEachAssignmentOnce()
    {
        foreach (var now in Generated.Moments)
        {
            var city = await _city.Monitoring.Get<ScorecardStore>().GetCityAsync(now, Ct);

            Assert.Equal(_city.Assignments.CountBy(one => one.TimelinessAt(now)).OrderBy(pair => pair.Key), city.Timeliness.OrderBy(pair => pair.Key));
            Assert.Equal(_city.Assignments.CountBy(one => one.State).OrderBy(pair => pair.Key), city.States.OrderBy(pair => pair.Key));
            Assert.Equal(_city.Assignments.Count(one => IsJudged(one, now)), city.Judged);
            Assert.Equal(_city.Assignments.Count(one => IsOnTime(one, now)), city.OnTime);
            Assert.Equal(_city.Assignments.Count(one => one.Illustrative), city.Illustrative);
        }
    }

    [Fact]
    public async Task GetCity_NothingThereYet_IsAllZero()
    {
        await using var database = new TDatabase();
        await database.InitializeAsync();

        var city = await new ScorecardStore(database.Database).GetCityAsync(At("2026-01-05"), Ct);

        Assert.Empty(city.States);
        Assert.Equal((0, 0, 0), (city.Judged, city.OnTime, city.Illustrative));
    }

    [Fact]
    public async Task List_Scorecards_CountWhatTheUnitLeads()
    {
        foreach (var now in Generated.Moments)
        {
            var scores = await _city.Monitoring.Get<ScorecardStore>().ListAsync(null, "", 10, now, Ct);

            Assert.Equal([Some.Ward, Some.Commune, "xa-trong"], scores.Select(score => score.Unit.Id));
            Assert.Equal(new UnitTally(), scores[2].Tally);
            Assert.All(scores.Take(2), score => Assert.Equal(Tally(score.Unit.Id, now), score.Tally));
        }
    }

    [Fact]
    public async Task List_Scorecards_OnePageAfterTheOther()
    {
        var scorecards = _city.Monitoring.Get<ScorecardStore>();

        Assert.Equal([Some.Ward], (await scorecards.ListAsync(null, "", 1, At("2026-03-01"), Ct)).Select(score => score.Unit.Id));
        Assert.Equal([Some.Commune, "xa-trong"], (await scorecards.ListAsync(null, Some.Ward, 5, At("2026-03-01"), Ct)).Select(score => score.Unit.Id));
        Assert.Empty(await scorecards.ListAsync([], "", 5, At("2026-03-01"), Ct));
    }

    [Fact]
    public async Task List_Deadlines_ByDueTimeOnePageAfterTheOther()
    {
        var deadlines = _city.Monitoring.Get<DeadlineStore>();
        var all = await deadlines.ListAsync(new(null, []), null, 1000, At("2026-02-01"), Ct);
        var paged = new List<Guid>();
        DeadlineCursor? after = null;
        while (await deadlines.ListAsync(new(null, []), after, 7, At("2026-02-01"), Ct) is { Count: > 0 } page)
        {
            paged.AddRange(page.Select(one => one.Assignment.Id));
            after = DeadlineCursor.TryParse(page[^1].Cursor.ToString());
        }

        Assert.Equal(_city.Assignments.Count(one => one.Deadline.DueAt is not null), all.Count);
        Assert.Equal(all.Select(one => one.Assignment.Id), paged);
    }

    UnitTally Tally(string unit, DateTimeOffset now)
    {
        var own = _city.Assignments.Where(one => one.Lead.Unit == unit).ToArray();
        return new()
        {
            LeadUnit = unit,
            Assigned = own.Length,
            Unacknowledged = own.Count(one => one.State == AssignmentState.Issued),
            Open = own.Count(one => one.State is not (AssignmentState.Completed or AssignmentState.Returned or AssignmentState.Cancelled)),
            Completed = own.Count(one => one.State == AssignmentState.Completed),
            CompletedLate = own.Count(one => one.TimelinessAt(now) == Timeliness.CompletedLate),
            Overdue = own.Count(one => one.TimelinessAt(now) == Timeliness.Overdue),
            DueSoon = own.Count(one => one.TimelinessAt(now) == Timeliness.DueSoon),
            Returns = own.Sum(one => one.Returns.Count),
            Extensions = own.Sum(one => one.Extensions.Count),
            OpenObstacles = own.Sum(one => one.Obstacles.Count(obstacle => obstacle.State is ObstacleState.Open or ObstacleState.Accepted)),
            Judged = own.Count(one => IsJudged(one, now)),
            OnTime = own.Count(one => IsOnTime(one, now)),
            Illustrative = own.Count(one => one.Illustrative),
        };
    }

    static bool IsJudged(AssignmentSnapshot assignment, DateTimeOffset now) =>
        assignment.Deadline.Kind is not (DeadlineKind.Standing or DeadlineKind.OnRequest)
        && assignment.TimelinessAt(now) is (Timeliness.CompletedEarly or Timeliness.CompletedOnTime or Timeliness.CompletedLate
            or Timeliness.Overdue);

    static bool IsOnTime(AssignmentSnapshot assignment, DateTimeOffset now) =>
        IsJudged(assignment, now) && assignment.TimelinessAt(now) is (Timeliness.CompletedEarly or Timeliness.CompletedOnTime);
}
