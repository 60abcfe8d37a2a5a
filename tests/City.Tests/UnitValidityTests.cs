using CanThoGov.Testing;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class UnitValidityTests_Sqlite(CityOnSqlite city) : UnitValidityTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class UnitValidityTests_Postgres(CityOnPostgres city) : UnitValidityTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>With a clock of its own.</summary>
public abstract class UnitValidityTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TCity _city;

    protected UnitValidityTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R33_DraftForAUnitThatHasEndedMeanwhile_IsNotIssued(bool leads)
    {
        await _city.ShowAsync("2026-03-02", "08:00");
        var unit = await _city.Office.Units.CreateUnitAsync(new()
        {
            UnitId = "mau-" + NewId()[..12],
            Unit = new() { DisplayName = "Xã Mẫu", Kind = Pb.Unit.Types.Kind.Commune, ValidFrom = "2025-07-01", ValidTo = "2026-03-03", Illustrative = true },
            RequestId = NewId(),
        });
        var draft = await NewDraftAsync(_city.Office, one => (leads ? one.Lead : one.Coordinators[0].Assignee).Unit = unit.Name);
        await _city.ShowAsync("2026-03-03", "08:00");

        var (error, reason) = await RefusalAsync(
            _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() }));
        Assert.Equal((Grpc.Core.StatusCode.FailedPrecondition, "UNIT_NOT_IN_FORCE"), (error.StatusCode, reason));
    }
}
