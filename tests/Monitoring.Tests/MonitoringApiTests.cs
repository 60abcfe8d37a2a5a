using CanThoGov.Contracts.Assignments;
using CanThoGov.Monitoring.Deadlines;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static CanThoGov.Monitoring.Tests.RealCalendar;
using City = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class MonitoringApiTests_Sqlite(CityOnTheThirdOfMarch<SqliteDatabase<MonitoringDatabase>> city)
    : MonitoringApiTests<SqliteDatabase<MonitoringDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class MonitoringApiTests_Postgres(CityOnTheThirdOfMarch<PostgresDatabase<MonitoringDatabase>> city)
    : MonitoringApiTests<PostgresDatabase<MonitoringDatabase>>(city);

/// <summary>On 3 March 2026: the commune has one assignment that is overdue, one on track and one without a date; the ward one completed late.</summary>
public sealed class CityOnTheThirdOfMarch<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    public static readonly DateTimeOffset Now = At("2026-03-03", "12:00");

    public RunningMonitoring<TDatabase> Service { get; } = new();

    internal Some Overdue { get; } = Some.Assignment(At("2026-02-26"));

    internal Some OnTrack { get; } = Some.Assignment(At("2026-04-15"));

    internal Some Standing { get; } = Some.Assignment(null);

    internal Some CompletedLate { get; } = Some.Assignment(At("2026-02-13"), unit: Some.Ward);

    public async ValueTask InitializeAsync()
    {
        await Service.InitializeAsync();
        if (Service.Missing is not null)
        {
            return;
        }

        await using (var replica = new MonitoringReplica(Service.Options))
        {
            await replica.UseShortLadderAsync();
            await replica.TakeAsync(
                Some.Unit(Some.Commune, "Xã Mẫu A"), Some.Unit(Some.Ward, "Phường Mẫu B"), Some.Unit("xa-trong", "Xã Không Việc"),
                Published(), Overdue.Issued(), OnTrack.Issued(), Standing.Issued(), CompletedLate.Issued(),
                CompletedLate.Acknowledged(At("2026-01-06")));
            await replica.FireAsync(At("2026-02-24"));
            await replica.TakeAsync(
                CompletedLate.Submitted(At("2026-02-24")), CompletedLate.Accepted(At("2026-02-25")),
                new Contracts.Registers.ClockAdvanced(Now, 1));
            await replica.FireAsync(Now);
        }

        await Service.StartCityAsync();
        await Service.StartAsync();
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

public abstract class MonitoringApiTests<TDatabase> : IClassFixture<CityOnTheThirdOfMarch<TDatabase>>
    where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly CityOnTheThirdOfMarch<TDatabase> _city;

    protected MonitoringApiTests(CityOnTheThirdOfMarch<TDatabase> city)
    {
        Assert.SkipWhen(city.Service.Missing is not null, city.Service.Missing ?? "");
        _city = city;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Pb.DeadlineService.DeadlineServiceClient Deadlines(string role, params string[] units) => new(_city.Service.As(role, units));

    Pb.ScorecardService.ScorecardServiceClient Scorecards(string role, params string[] units) => new(_city.Service.As(role, units));

    [Fact]
    public async Task GetDeadline_ShowsTheLadder()
    {
        var deadline = await Deadlines(Roles.Supervisor).GetDeadlineAsync(new() { Name = $"deadlines/{_city.Overdue.Id}" }, cancellationToken: Ct);

        var now = CityOnTheThirdOfMarch<TDatabase>.Now.ToTimestamp();
        Assert.Equal(
            new Pb.Deadline
            {
                Name = $"deadlines/{_city.Overdue.Id}",
                Assignment = $"assignments/{_city.Overdue.Id}",
                Title = "Dọn kênh Rạch Bần",
                LeadUnit = $"units/{Some.Commune}",
                LeadUnitDisplayName = "Xã Mẫu A",
                State = City.Assignment.Types.State.Issued,
                Timeliness = City.Assignment.Types.Timeliness.Overdue,
                DueTime = At("2026-02-26").ToTimestamp(),
                OriginalDueTime = At("2026-02-26").ToTimestamp(),
                Revision = 1,
                Rungs =
                {
                    Rung(-3, "2026-02-23", At("2026-02-24").ToTimestamp()),
                    Rung(0, "2026-02-26", now),
                    Rung(3, "2026-03-03", null),
                },
                Illustrative = true,
            },
            deadline);

        static Pb.Rung Rung(int workingDays, string date, Timestamp? fired) => new()
        {
            WorkingDays = workingDays,
            Told = { Pb.Rung.Types.Recipient.HeadOfUnit },
            FireTime = At(date).ToTimestamp(),
            FiredTime = fired,
            Late = fired is not null,
        };
    }

    [Fact]
    public async Task ListDeadlines_FiltersAndPages()
    {
        var deadlines = Deadlines(Roles.CityOffice);
        var all = await deadlines.ListDeadlinesAsync(new(), cancellationToken: Ct);
        Assert.Equal([_city.CompletedLate.Id, _city.Overdue.Id, _city.OnTrack.Id], Ids(all));
        Assert.Equal("", all.NextPageToken);

        var late = await deadlines.ListDeadlinesAsync(
            new() { Timeliness = { City.Assignment.Types.Timeliness.Overdue, City.Assignment.Types.Timeliness.CompletedLate } }, cancellationToken: Ct);
        Assert.Equal([_city.CompletedLate.Id, _city.Overdue.Id], Ids(late));

        var first = await deadlines.ListDeadlinesAsync(new() { LeadUnit = $"units/{Some.Commune}", PageSize = 1 }, cancellationToken: Ct);
        var second = await deadlines.ListDeadlinesAsync(
            new() { LeadUnit = $"units/{Some.Commune}", PageSize = 1, PageToken = first.NextPageToken }, cancellationToken: Ct);
        Assert.Equal([_city.Overdue.Id, _city.OnTrack.Id], Ids(first).Concat(Ids(second)));
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task Ward_SeesItsOwnUnitsOnly()
    {
        var deadlines = Deadlines(Roles.Ward, Some.Ward);
        var scorecards = Scorecards(Roles.Ward, Some.Ward);

        Assert.Equal([_city.CompletedLate.Id], Ids(await deadlines.ListDeadlinesAsync(new(), cancellationToken: Ct)));
        Assert.Empty(Ids(await deadlines.ListDeadlinesAsync(new() { LeadUnit = $"units/{Some.Commune}" }, cancellationToken: Ct)));
        Assert.Equal(_city.CompletedLate.Id.ToString(),
            (await deadlines.GetDeadlineAsync(new() { Name = $"deadlines/{_city.CompletedLate.Id}" }, cancellationToken: Ct)).Name.Split('/')[1]);
        Assert.Equal(["scorecards/" + Some.Ward],
            (await scorecards.ListScorecardsAsync(new(), cancellationToken: Ct)).Scorecards.Select(card => card.Name));
        await RefusedAsync(StatusCode.NotFound, "DEADLINE_NOT_FOUND",
            deadlines.GetDeadlineAsync(new() { Name = $"deadlines/{_city.Overdue.Id}" }, cancellationToken: Ct));
        await RefusedAsync(StatusCode.NotFound, "SCORECARD_NOT_FOUND",
            scorecards.GetScorecardAsync(new() { Name = $"scorecards/{Some.Commune}" }, cancellationToken: Ct));
        await RefusedAsync(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed,
            scorecards.GetCityOverviewAsync(new(), cancellationToken: Ct));
    }

    [Fact]
    public async Task GetScorecard_CountsTheUnitsAssignments() => Assert.Equal(
        new Pb.Scorecard
        {
            Name = $"scorecards/{Some.Commune}",
            Unit = $"units/{Some.Commune}",
            UnitDisplayName = "Xã Mẫu A",
            AssignedCount = 3,
            UnacknowledgedCount = 3,
            OpenCount = 3,
            OverdueCount = 1,
            JudgedCount = 1,
            Illustrative = true,
            IllustrativeCount = 3,
            AsOfTime = CityOnTheThirdOfMarch<TDatabase>.Now.ToTimestamp(),
        },
        await Scorecards(Roles.CityDepartment).GetScorecardAsync(new() { Name = $"scorecards/{Some.Commune}" }, cancellationToken: Ct));

    [Fact]
    public async Task ListScorecards_HasEveryUnit()
    {
        var scorecards = Scorecards(Roles.Operator);
        var first = await scorecards.ListScorecardsAsync(new() { PageSize = 2 }, cancellationToken: Ct);
        var second = await scorecards.ListScorecardsAsync(new() { PageSize = 2, PageToken = first.NextPageToken }, cancellationToken: Ct);

        Assert.Equal(
            [(Some.Ward, 1, 1), (Some.Commune, 1, 0), ("xa-trong", 0, 0)],
            first.Scorecards.Concat(second.Scorecards).Select(card => (card.Name.Split('/')[1], card.JudgedCount, card.CompletedLateCount)));
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task GetCityOverview_CountsStatesTimelinessAndEvents()
    {
        var overview = await Scorecards(Roles.CityOffice).GetCityOverviewAsync(new(), cancellationToken: Ct);

        Assert.Equal(
            [(City.Assignment.Types.State.Issued, 3), (City.Assignment.Types.State.Completed, 1)],
            overview.States.Where(one => one.Count > 0).Select(one => (one.State, one.Count)));
        Assert.Equal(
            [
                (City.Assignment.Types.Timeliness.NoDeadline, 1), (City.Assignment.Types.Timeliness.OnTrack, 1),
                (City.Assignment.Types.Timeliness.Overdue, 1), (City.Assignment.Types.Timeliness.CompletedLate, 1),
            ],
            overview.Timeliness.Where(one => one.Count > 0).Select(one => (one.Timeliness, one.Count)));
        Assert.DoesNotContain(overview.States, one => one.State is City.Assignment.Types.State.Draft or City.Assignment.Types.State.Unspecified);
        Assert.Equal((2, 0), (overview.JudgedCount, overview.OnTimeCount));
        Assert.Equal((2, 2, 0), (overview.DueSoonEventCount, overview.MissedEventCount, overview.EscalatedEventCount));
        Assert.Equal(4, overview.IllustrativeCount);
        Assert.Equal(CityOnTheThirdOfMarch<TDatabase>.Now.ToTimestamp(), overview.AsOfTime);
    }

    [Fact]
    public async Task BadInput_NamesEveryFieldAtOnce()
    {
        var deadlines = Deadlines(Roles.Supervisor);
        var bad = await Assert.ThrowsAsync<RpcException>(() => deadlines.ListDeadlinesAsync(
            new()
            {
                PageSize = -1,
                PageToken = "hỏng",
                LeadUnit = "xa-mau-a",
                Timeliness = { (City.Assignment.Types.Timeliness)99, City.Assignment.Types.Timeliness.Unspecified },
            }, cancellationToken: Ct).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, bad.StatusCode);
        Assert.All(["page_size", "page_token", "lead_unit", "timeliness[0]", "timeliness[1]"],
            field => Assert.Contains(field, bad.Status.Detail, StringComparison.Ordinal));

        var page = await deadlines.ListDeadlinesAsync(new() { PageSize = 1 }, cancellationToken: Ct);
        await RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason, deadlines.ListDeadlinesAsync(
            new() { PageSize = 1, PageToken = page.NextPageToken, LeadUnit = $"units/{Some.Commune}" }, cancellationToken: Ct));
        await RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason,
            deadlines.GetDeadlineAsync(new() { Name = "assignments/1" }, cancellationToken: Ct));
        await RefusedAsync(StatusCode.NotFound, "DEADLINE_NOT_FOUND",
            deadlines.GetDeadlineAsync(new() { Name = "deadlines/khong-co" }, cancellationToken: Ct));
        await RefusedAsync(StatusCode.NotFound, "DEADLINE_NOT_FOUND",
            deadlines.GetDeadlineAsync(new() { Name = $"deadlines/{_city.Standing.Id}" }, cancellationToken: Ct));
        await RefusedAsync(StatusCode.NotFound, "SCORECARD_NOT_FOUND",
            Scorecards(Roles.Supervisor).GetScorecardAsync(new() { Name = "scorecards/khong-co" }, cancellationToken: Ct));
    }

    [Fact]
    public async Task WithoutAToken_NothingIsShown() => await RefusedAsync(StatusCode.Unauthenticated, TokenErrors.Missing,
        new Pb.DeadlineService.DeadlineServiceClient(_city.Service.Anonymous).ListDeadlinesAsync(new(), cancellationToken: Ct));

    static IEnumerable<Guid> Ids(Pb.ListDeadlinesResponse response) =>
        response.Deadlines.Select(deadline => Guid.Parse(deadline.Name.Split('/')[1]));

    static async Task RefusedAsync<T>(StatusCode code, string reason, AsyncUnaryCall<T> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal((code, reason), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
    }
}
