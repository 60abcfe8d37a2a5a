using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Protobuf.Reflection;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class BadInputTests_Sqlite(CityOnSqlite city) : BadInputTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class BadInputTests_Postgres(CityOnPostgres city) : BadInputTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

public abstract class BadInputTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    static readonly Dictionary<string, string> Unchecked = new()
    {
        ["ListEvents.types[0]"] = "a reader of a newer release may ask for types that this one does not have yet",
    };

    // What is wrong with one receiver is the refusal of its item, and holds up no other: see BatchTests.
    static readonly Dictionary<string, string> OfReceivers = new string[]
    {
        "unit", "organ", "responsible_person.display_name", "responsible_person.role", "accountable_head.display_name", "accountable_head.role",
        "title", "content", "expected_result", "deadline.kind", "deadline.words", "deadline.date", "deadline.working_days", "deadline.period",
        "deadline.calendar_days", "deadline.recurrence", "deadline.recurrence_day",
    }.ToDictionary(field => $"BatchIssueAssignments.receivers[0].{field}", _ => "the item is refused by itself");

    readonly TCity _city;

    protected BadInputTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    [Fact]
    public Task UnitService_RefusesIt() => RefusesAsync(Pb.UnitService.Descriptor);

    [Fact]
    public Task CalendarService_RefusesIt() => RefusesAsync(Pb.CalendarService.Descriptor);

    [Fact]
    public Task DocumentService_RefusesIt() => RefusesAsync(Pb.DocumentService.Descriptor);

    [Fact]
    public Task DocumentRelationService_RefusesIt() => RefusesAsync(Pb.DocumentRelationService.Descriptor);

    [Fact]
    public Task CampaignService_RefusesIt() => RefusesAsync(Pb.CampaignService.Descriptor);

    [Fact]
    public Task OfficialService_RefusesIt() => RefusesAsync(Pb.OfficialService.Descriptor);

    [Fact]
    public Task PortfolioService_RefusesIt() => RefusesAsync(Pb.PortfolioService.Descriptor);

    [Fact]
    public Task AssignmentService_RefusesIt() => RefusesAsync(Pb.AssignmentService.Descriptor);

    [Fact]
    public Task OccurrenceService_RefusesIt() => RefusesAsync(Pb.OccurrenceService.Descriptor);

    [Fact]
    public Task CoordinationDutyService_RefusesIt() => RefusesAsync(Pb.CoordinationDutyService.Descriptor);

    [Fact]
    public Task BatchService_RefusesIt() => RefusesAsync(Pb.BatchService.Descriptor, OfReceivers);

    [Fact]
    public Task CompetenceService_RefusesIt() => RefusesAsync(Pb.CompetenceService.Descriptor);

    [Fact]
    public Task ObstacleService_RefusesIt() => RefusesAsync(Pb.ObstacleService.Descriptor);

    [Fact]
    public Task AttachmentService_RefusesIt() => RefusesAsync(Protos.Attachments.V1.AttachmentService.Descriptor);

    [Fact]
    public Task QuarterProgrammeService_RefusesIt() => RefusesAsync(Pb.QuarterProgrammeService.Descriptor);

    [Fact]
    public Task OverlapService_RefusesIt() => RefusesAsync(Pb.OverlapService.Descriptor);

    [Fact]
    public Task ClockService_RefusesIt() => RefusesAsync(Pb.ClockService.Descriptor);

    [Fact]
    public Task EventLogService_RefusesIt() => RefusesAsync(Protos.Events.V1.EventLogService.Descriptor);

    Task RefusesAsync(ServiceDescriptor service, IReadOnlyDictionary<string, string>? notChecked = null)
    {
        CityClient[] callers = [_city.As(Roles.Ward, NinhKieu), _city.Office, _city.As(Roles.Operator)];
        return new BadInput(service, [.. callers.Select(caller => caller.Invoker)]) { Unchecked = notChecked ?? Unchecked }.AssertRefusedAsync();
    }
}
