using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class AssignmentRoomTests_Sqlite(CityOnSqlite city) : AssignmentRoomTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class AssignmentRoomTests_Postgres(CityOnPostgres city) : AssignmentRoomTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>How long the texts of an assignment may become: every event carries all of them.</summary>
public abstract class AssignmentRoomTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    static readonly string Note = new('ế', 2000), Description = new('ế', 4000);

    readonly TCity _city;

    protected AssignmentRoomTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Ward => _city.As(Roles.Ward, NinhKieu);

    [Fact]
    public async Task Issue_ThatLeavesNoRoomForTheWork_IsRefused()
    {
        var (error, reason) = await RefusalAsync(IssueCall(await NewDraftAsync(_city.Office, one =>
        {
            Fill(one);
            (one.Responsibility, one.Authority) = (Note, Note);
        })));

        Assert.Equal((StatusCode.ResourceExhausted, "EVENT_TOO_LARGE"), (error.StatusCode, reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AssignmentThatIsFull_IsStillEnded(bool accepted)
    {
        var one = await IssueCall(await NewDraftAsync(_city.Office, Fill));
        await Ward.Assignments.AcknowledgeAssignmentAsync(new() { Name = one.Name, RequestId = NewId() });
        await Ward.Assignments.SubmitResultAsync(new() { Name = one.Name, Result = "Biên bản", RequestId = NewId() });
        string? reason;
        do
        {
            reason = null;
            try
            {
                one = await Ward.Assignments.RaiseObstacleAsync(
                    new() { Name = one.Name, Field = "đất đai", Description = Description, RequestId = NewId() });
            }
            catch (RpcException refusal)
            {
                reason = Platform.Errors.RpcErrors.ReasonOf(refusal);
            }
        }
        while (reason is null);

        var ended = accepted
            ? await _city.Office.Assignments.AcceptResultAsync(new() { Name = one.Name, Etag = one.Etag, Note = Note, RequestId = NewId() })
            : await _city.Office.Assignments.CancelAssignmentAsync(new() { Name = one.Name, Etag = one.Etag, Reason = Note, RequestId = NewId() });

        Assert.Equal(("EVENT_TOO_LARGE", accepted ? State.Completed : State.Cancelled), (reason, ended.State));
    }

    AsyncUnaryCall<Pb.Assignment> IssueCall(Pb.Assignment draft) =>
        _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });

    /// <summary>With 24 KB of texts.</summary>
    static void Fill(Pb.Assignment draft) => draft.Content += ' ' + new string('ế', 7800);
}
