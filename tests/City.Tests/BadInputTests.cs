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
    public Task AssignmentService_RefusesIt() => RefusesAsync(Pb.AssignmentService.Descriptor);

    [Fact]
    public Task OverlapService_RefusesIt() => RefusesAsync(Pb.OverlapService.Descriptor);

    [Fact]
    public Task ClockService_RefusesIt() => RefusesAsync(Pb.ClockService.Descriptor);

    [Fact]
    public Task EventLogService_RefusesIt() => RefusesAsync(Protos.Events.V1.EventLogService.Descriptor);

    Task RefusesAsync(ServiceDescriptor service)
    {
        CityClient[] callers = [_city.As(Roles.Ward, NinhKieu), _city.Office, _city.As(Roles.Operator)];
        return new BadInput(service, [.. callers.Select(caller => caller.Invoker)]) { Unchecked = Unchecked }.AssertRefusedAsync();
    }
}
