using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Protobuf.Reflection;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class BadInputTests_Sqlite(CityOnTheThirdOfMarch<SqliteDatabase<MonitoringDatabase>> city)
    : BadInputTests<SqliteDatabase<MonitoringDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class BadInputTests_Postgres(CityOnTheThirdOfMarch<PostgresDatabase<MonitoringDatabase>> city)
    : BadInputTests<PostgresDatabase<MonitoringDatabase>>(city);

public abstract class BadInputTests<TDatabase> : IClassFixture<CityOnTheThirdOfMarch<TDatabase>>
    where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    static readonly Dictionary<string, string> Unchecked = new()
    {
        ["PublishLadder.ladder.rungs[0].working_days"] = "-1 is a working day before the due time, and 101 one after it",
        ["PublishLadder.ladder.kinds[0].rungs[0].working_days"] = "as above",
        ["ListEvents.types[0]"] = "a reader of a newer release may ask for types that this one does not have yet",
    };

    readonly CityOnTheThirdOfMarch<TDatabase> _city;

    protected BadInputTests(CityOnTheThirdOfMarch<TDatabase> city)
    {
        Assert.SkipWhen(city.Service.Missing is not null, city.Service.Missing ?? "");
        _city = city;
    }

    public static TheoryData<ServiceDescriptor> Services =>
    [
        Pb.DeadlineService.Descriptor, Pb.LadderService.Descriptor, Pb.ReminderService.Descriptor, Pb.FiringService.Descriptor,
        Pb.ScorecardService.Descriptor, Pb.UnitProgrammeService.Descriptor, Pb.TraceService.Descriptor, Protos.Events.V1.EventLogService.Descriptor,
    ];

    [Theory]
    [MemberData(nameof(Services), DisableDiscoveryEnumeration = true)]
    public Task EveryService_RefusesIt(ServiceDescriptor service) =>
        new BadInput(service, _city.Service.As(Roles.Operator), _city.Service.As(Roles.Supervisor)) { Unchecked = Unchecked }.AssertRefusedAsync();
}
