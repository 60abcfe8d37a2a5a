using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Kind = CanThoGov.Protos.City.V1.CoordinationDuty.Types.CounterpartKind;
using Organ = CanThoGov.Protos.City.V1.Unit.Types.Organ;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class CoordinationDutyTests_Sqlite(CityOnSqlite city) : CoordinationDutyTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class CoordinationDutyTests_Postgres(CityOnPostgres city) : CoordinationDutyTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

public abstract class CoordinationDutyTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TCity _city;

    protected CoordinationDutyTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    Pb.CoordinationDutyService.CoordinationDutyServiceClient Ward => _city.As(Roles.Ward, NinhKieu).CoordinationDuties;

    Pb.CoordinationDutyService.CoordinationDutyServiceClient Department => _city.As(Roles.CityDepartment, "so-noi-vu").CoordinationDuties;

    [Fact]
    public async Task R32_WithAMinistry_KeepsTheLogOfWhatWasExchanged()
    {
        var duty = await CreateAsync(Department, duty => (duty.CounterpartKind, duty.Counterpart) = (Kind.Ministry, "Bộ Nội vụ"));
        Assert.Equal(("units/so-noi-vu", 0, ""), (duty.Unit, duty.ExchangeCount, duty.LastExchangeDate));

        await RecordAsync(Department, duty, Pb.Exchange.Types.Kind.Sent, "2026-01-20", "Xin ý kiến về phương án bố trí cán bộ", "215/SNV-CCVC");
        var answer = await RecordAsync(Department, duty, Pb.Exchange.Types.Kind.Received, "2026-01-12", "Bộ hướng dẫn từ trước", "88/BNV-CCVC");
        Assert.Equal((2, "88/BNV-CCVC", "2026-01-12"), (answer.Number, answer.PrintedNumber, answer.Date));

        var after = await Department.GetCoordinationDutyAsync(new() { Name = duty.Name });
        Assert.Equal((2, "2026-01-20"), (after.ExchangeCount, after.LastExchangeDate));
        var first = await Department.ListExchangesAsync(new() { Parent = duty.Name, PageSize = 1 });
        var second = await Department.ListExchangesAsync(new() { Parent = duty.Name, PageSize = 1, PageToken = first.NextPageToken });
        Assert.Equal(["215/SNV-CCVC", "88/BNV-CCVC"], first.Exchanges.Concat(second.Exchanges).Select(exchange => exchange.PrintedNumber));
        Assert.Empty(second.NextPageToken);

        var closed = await Department.CloseCoordinationDutyAsync(
            new() { Name = duty.Name, Etag = after.Etag, Outcome = "Bộ đã thống nhất phương án", RequestId = NewId() });
        Assert.Equal(("Bộ đã thống nhất phương án", true), (closed.Outcome, closed.CloseTime is not null));
        var (_, reason) = await RefusalAsync(Department.RecordExchangeAsync(Exchange(duty, Pb.Exchange.Types.Kind.Meeting, "2026-01-21", "Họp thêm")));
        Assert.Equal("COORDINATION_DUTY_CLOSED", reason);
    }

    [Fact]
    public async Task R32_WithinAWard_TheCounterpartIsTheOtherOrganOfTheSameUnit()
    {
        var duty = await CreateAsync(Ward, duty => (duty.Organ, duty.CounterpartKind) = (Organ.PeoplesCommittee, Kind.PartyCommittee));
        Assert.Equal((Organ.PeoplesCommittee, Kind.PartyCommittee, ""), (duty.Organ, duty.CounterpartKind, duty.Counterpart));

        foreach (var (organ, kind, field) in new[]
        {
            (Organ.PartyCommittee, Kind.PartyCommittee, "coordination_duty.counterpart_kind"),
            (Organ.Unspecified, Kind.PartyCommittee, "coordination_duty.organ"),
            (Organ.PeoplesCommittee, Kind.FatherlandFront, "coordination_duty.counterpart"),
        })
        {
            var (error, _) = await RefusalAsync(Ward.CreateCoordinationDutyAsync(Request(duty => (duty.Organ, duty.CounterpartKind) = (organ, kind))));
            Assert.Equal((StatusCode.InvalidArgument, field), (error.StatusCode, Assert.Single(FieldViolations(error)).Field));
        }
    }

    [Fact]
    public async Task R32_OfAnotherUnit_IsSeenByTheCityAndKeptByItsUnitAlone()
    {
        var duty = await CreateAsync(Ward, duty => (duty.CounterpartKind, duty.Counterpart) = (Kind.FatherlandFront, "Ủy ban MTTQ phường Ninh Kiều"));

        Assert.Equal(duty, await Department.GetCoordinationDutyAsync(new() { Name = duty.Name }));
        var (_, denied) = await RefusalAsync(Department.RecordExchangeAsync(Exchange(duty, Pb.Exchange.Types.Kind.Sent, "2026-01-12", "Không phải việc của sở")));
        Assert.Equal("UNIT_NOT_ALLOWED", denied);
        var foreign = _city.As(Roles.Ward, CaiKhe).CoordinationDuties;
        foreach (var (_, reason) in new[]
        {
            await RefusalAsync(foreign.GetCoordinationDutyAsync(new() { Name = duty.Name })),
            await RefusalAsync(foreign.ListExchangesAsync(new() { Parent = duty.Name })),
            await RefusalAsync(foreign.RecordExchangeAsync(Exchange(duty, Pb.Exchange.Types.Kind.Sent, "2026-01-12", "Của người khác"))),
        })
        {
            Assert.Equal("COORDINATION_DUTY_NOT_FOUND", reason);
        }

        Assert.DoesNotContain(duty, (await foreign.ListCoordinationDutiesAsync(new() { PageSize = 1000 })).CoordinationDuties);
        var (_, other) = await RefusalAsync(foreign.CreateCoordinationDutyAsync(Request(duty => duty.Unit = $"units/{NinhKieu}")));
        Assert.Equal("UNIT_NOT_ALLOWED", other);
    }

    [Fact]
    public async Task ListCoordinationDuties_ByUnitKindAssignmentAndState_NewestFirst()
    {
        var assignment = await NewIssuedAsync(_city.Office);
        var settled = await CreateAsync(Ward, duty => (duty.CounterpartKind, duty.Counterpart, duty.Assignment) = (Kind.Ministry, "Bộ Xây dựng", assignment.Name));
        var lasting = await CreateAsync(Ward, duty => (duty.CounterpartKind, duty.Counterpart, duty.Assignment) = (Kind.Other, "Hội Nông dân", assignment.Name));
        await Ward.CloseCoordinationDutyAsync(new() { Name = settled.Name, Etag = settled.Etag, Outcome = "Xong", RequestId = NewId() });

        Assert.Equal([lasting.Name, settled.Name], await NamesAsync(new() { Assignment = assignment.Name }));
        Assert.Equal([lasting.Name], await NamesAsync(new() { Assignment = assignment.Name, OpenOnly = true }));
        Assert.Equal([settled.Name], await NamesAsync(new() { Assignment = assignment.Name, CounterpartKinds = { Kind.Ministry } }));
        Assert.Empty(await NamesAsync(new() { Assignment = assignment.Name, Unit = $"units/{CaiKhe}" }));
        var (error, _) = await RefusalAsync(Ward.CreateCoordinationDutyAsync(Request(duty => duty.Assignment = $"assignments/{Guid.NewGuid()}")));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task RecordExchange_ManyAtOnceAndRepeated_NumbersEachOnce()
    {
        var duty = await CreateAsync(Ward, duty => (duty.CounterpartKind, duty.Counterpart) = (Kind.Other, "Hội Nông dân"));
        var requests = Enumerable.Range(0, 8).Select(i => Exchange(duty, Pb.Exchange.Types.Kind.Sent, "2026-01-12", $"Thư {i}")).ToArray();
        await Task.WhenAll(requests.Concat(requests).Select(request => Ward.RecordExchangeAsync(request).ResponseAsync));

        var log = (await Ward.ListExchangesAsync(new() { Parent = duty.Name })).Exchanges;
        Assert.Equal(Enumerable.Range(1, 8), log.Select(exchange => exchange.Number));
        Assert.Equal(requests.Select(request => request.Exchange.Summary).Order(), log.Select(exchange => exchange.Summary).Order());
        var (error, reason) = await RefusalAsync(Ward.CloseCoordinationDutyAsync(
            new() { Name = duty.Name, Etag = duty.Etag, Outcome = "Xong", RequestId = NewId() }));
        Assert.Equal((StatusCode.Aborted, "COORDINATION_DUTY_CHANGED"), (error.StatusCode, reason));
    }

    static Pb.CreateCoordinationDutyRequest Request(Action<Pb.CoordinationDuty> change)
    {
        var duty = new Pb.CoordinationDuty
        {
            CounterpartKind = Kind.Other,
            Matter = "Thống nhất phương án dọn kênh Rạch Bần",
            Illustrative = true,
        };
        change(duty);
        return new() { CoordinationDuty = duty, RequestId = NewId() };
    }

    static async Task<Pb.CoordinationDuty> CreateAsync(
        Pb.CoordinationDutyService.CoordinationDutyServiceClient caller, Action<Pb.CoordinationDuty> change) =>
        await caller.CreateCoordinationDutyAsync(Request(change));

    static Pb.RecordExchangeRequest Exchange(Pb.CoordinationDuty duty, Pb.Exchange.Types.Kind kind, string date, string summary, string number = "") => new()
    {
        Parent = duty.Name,
        Exchange = new() { Kind = kind, Date = date, Summary = summary, PrintedNumber = number },
        RequestId = NewId(),
    };

    static async Task<Pb.Exchange> RecordAsync(
        Pb.CoordinationDutyService.CoordinationDutyServiceClient caller, Pb.CoordinationDuty duty, Pb.Exchange.Types.Kind kind, string date,
        string summary, string number) =>
        await caller.RecordExchangeAsync(Exchange(duty, kind, date, summary, number));

    async Task<IEnumerable<string>> NamesAsync(Pb.ListCoordinationDutiesRequest request) =>
        (await Ward.ListCoordinationDutiesAsync(request)).CoordinationDuties.Select(duty => duty.Name);
}
