using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Grpc.Core;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class ReadTokenTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : ReadTokenTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class ReadTokenTests_Postgres(PostgresDatabase<WardDatabase> fixture) : ReadTokenTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>The ward reads the city's log in the names of its units: a token waits for those of who asks. No broker brings anything.</summary>
public abstract class ReadTokenTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    [Fact]
    public async Task ReadingTheCopy_WithTheCitysToken_ShowsWhatTheCityDid()
    {
        await using var ward = await StartWardAsync();
        var assignment = Events.Issued(Events.NinhKieu);
        var name = new AssignmentName(Events.NinhKieu, assignment.Id);
        City.Publish(Events.Issued(Events.AnBinh).IssuedEvent());
        City.Publish(assignment.IssuedEvent());

        await ReadAsync(ward, name, "city:2", Roles.Ward, Events.NinhKieu);
        City.Publish(assignment.IssuedEvent(2));
        Assert.Equal(2, await ReadAsync(ward, name, "city:3", Roles.Supervisor));
    }

    [Fact]
    public async Task AUnitThatIsNotServed_IsNotWaitedFor()
    {
        await using var ward = await StartWardAsync();
        var assignment = Events.Issued(Events.AnBinh);
        City.Publish(assignment.IssuedEvent());

        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => ReadAsync(ward, new(Events.AnBinh, assignment.Id), "city:1", Roles.Ward, Events.AnBinh));

        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.DoesNotContain($"city/{Events.AnBinh}", City.LogReaders);
    }

    [Fact]
    public async Task AUnitWhoseLogIsNotShown_HoldsUpItsOwnReadsOnly()
    {
        City.Unwelcome = Events.CaiKhe;
        await using var ward = await StartWardAsync(("ReadTokens:WaitLimit", "00:00:03"));
        var (assignment, other) = (Events.Issued(Events.NinhKieu), Events.Issued(Events.CaiKhe));
        City.Publish(other.IssuedEvent());
        City.Publish(assignment.IssuedEvent());

        Assert.Equal(1, await ReadAsync(ward, new(Events.NinhKieu, assignment.Id), "city:2", Roles.Supervisor));
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => ReadAsync(ward, new(Events.CaiKhe, other.Id), "city:2", Roles.Ward, Events.CaiKhe));
        Assert.Equal((StatusCode.Unavailable, "READ_TOKEN_NOT_REACHED"), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
    }

    [Fact]
    public async Task ACall_Delivered_HandsTheCitysTokenOn()
    {
        await using var ward = await StartWardAsync();
        var call = await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), 30);
        Assert.Empty(call.ReadToken);
        await AnsweredAsync(ward, call);

        Assert.Equal("city:1", (await ReadAsync(ward, call)).ReadToken);
    }

    static async Task<long> ReadAsync(WardHost ward, AssignmentName name, string token, string role, params string[] units)
    {
        var headers = ward.As(role, units);
        headers.Add(ReadToken.Key, token);
        return (await ward.Assignments.GetWardAssignmentAsync(
            new() { Name = name.ToString() }, headers, CallDeadline.In(TimeSpan.FromSeconds(30)), Ct)).CityVersion;
    }
}
