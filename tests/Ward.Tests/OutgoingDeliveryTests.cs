using System.Collections.Concurrent;
using System.Diagnostics;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using City = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Ward.V1;
using State = CanThoGov.Protos.Ward.V1.OutgoingCall.Types.State;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class OutgoingDeliveryTests_Sqlite(SqliteDatabase<WardDatabase> fixture)
    : OutgoingDeliveryTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class OutgoingDeliveryTests_Postgres(PostgresDatabase<WardDatabase> fixture)
    : OutgoingDeliveryTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>The queue against a real server that stands for the city.</summary>
public abstract class OutgoingDeliveryTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture)
    where TFixture : TestDatabase<WardDatabase>
{
    [Fact]
    public async Task Acknowledge_CityAnswers_IsDeliveredInTheUnitsName()
    {
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);

        var call = await ward.Assignments.AcknowledgeWardAssignmentAsync(
            new() { Name = name.ToString(), Note = "Đã nhận", RequestId = "a-1" }, ward.As("nguyen-van-mau", Roles.Ward, [Events.NinhKieu]),
            cancellationToken: Ct);
        await AnsweredAsync(ward, call);

        Assert.Equal(State.Pending, call.State);
        var received = Assert.Single(City.CarriedOut);
        var request = Assert.IsType<City.AcknowledgeAssignmentRequest>(received.Request);
        Assert.Equal(Events.NinhKieu, received.Unit);
        Assert.Equal($"service:ward:{Events.NinhKieu}", received.Subject);
        Assert.Equal($"assignments/{name.Assignment}", request.Name);
        Assert.Equal("Đã nhận", request.Note);
        Assert.Equal(call.CreateTime, request.ClaimedTime);
        Assert.EndsWith(request.RequestId, call.Name, StringComparison.Ordinal);
        var answered = await ReadAsync(ward, call);
        Assert.Equal(State.Delivered, answered.State);
        Assert.Equal("nguyen-van-mau", answered.Actor);
        Assert.Equal(1, answered.AttemptCount);
        Assert.NotNull(answered.AnswerTime);
    }

    [Fact]
    public async Task EveryVerb_CityAnswers_ArrivesAsTheCitysCall()
    {
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var caller = ward.As(Roles.Ward, Events.NinhKieu);
        var target = name.ToString();
        var ground = new Protos.City.V1.Ground { Kind = Protos.City.V1.Ground.Types.Kind.LegalBasis, Document = "Luật số 72/2025/QH15", Article = "Điều 14" };

        Pb.OutgoingCall[] calls =
        [
            await ward.Assignments.AcknowledgeWardAssignmentAsync(new() { Name = target, RequestId = "v-1" }, caller, cancellationToken: Ct),
            await ward.Assignments.SubmitWardContributionAsync(
                new() { Name = target, Contribution = "Đã cử 20 người", ResponsiblePerson = new() { Role = "Phó Chủ tịch" }, RequestId = "v-6" }, caller,
                cancellationToken: Ct),
            await ReportAsync(ward, name, 40),
            await ward.Assignments.RequestWardExtensionAsync(
                new() { Name = target, Reason = "Mưa lớn", ProposedDate = "2026-02-06", RequestId = "v-2" }, caller, cancellationToken: Ct),
            await ward.Assignments.RaiseWardObstacleAsync(
                new() { Name = target, Field = "đất đai", Description = "Chưa có mặt bằng", RequestId = "v-3" }, caller, cancellationToken: Ct),
            await ward.Assignments.ReopenWardObstacleAsync(
                new() { Name = target, Number = 1, Reason = "Vẫn chưa có mặt bằng", RequestId = "v-6" }, caller, cancellationToken: Ct),
            await ward.Assignments.ConfirmWardObstacleAsync(new() { Name = target, Number = 1, RequestId = "v-7" }, caller, cancellationToken: Ct),
            await ward.Assignments.SubmitWardResultAsync(
                new() { Name = target, Result = "Đã nạo vét 2 km", RequestId = "v-4" }, caller, cancellationToken: Ct),
            await ward.Assignments.RequestWardTransferAsync(
                new() { Name = target, To = new() { Unit = $"units/{Events.AnBinh}" }, Ground = ground, Reason = "Thuộc địa bàn khác", RequestId = "v-7" },
                caller, cancellationToken: Ct),
            await ward.Assignments.ReturnWardAssignmentAsync(
                new() { Name = target, Ground = ground, Reason = "Không thuộc địa bàn", RequestId = "v-5" }, caller, cancellationToken: Ct),
        ];
        await AnsweredAsync(ward, calls);

        Assert.Equal(
            [
                "AcknowledgeAssignment", "SubmitContribution", "ReportProgress", "RequestExtension", "RaiseObstacle", "ReopenObstacle", "ConfirmObstacle",
                "SubmitResult", "RequestTransfer", "ReturnAssignment",
            ],
            City.CarriedOut.Select(received => received.Method));
        Assert.Equal("Phó Chủ tịch", City.CarriedOut.Select(received => received.Request).OfType<City.SubmitContributionRequest>().Single().ResponsiblePerson.Role);
        Assert.Equal(ground, City.CarriedOut.Select(received => received.Request).OfType<City.ReturnAssignmentRequest>().Single().Ground);
        Assert.All(
            City.CarriedOut.Where(received => received.Method is "ConfirmObstacle" or "ReopenObstacle"),
            received => Assert.Equal($"assignments/{name.Assignment}/obstacles/1", received.Assignment));
        Assert.Equal(calls.Select(call => call.Method), City.CarriedOut.Select(received => received.Method));
    }

    [Fact]
    public async Task Calls_CityAway_AreKeptAndDeliveredInOrderAfterARestart()
    {
        Pb.OutgoingCall[] calls;
        await City.StopAsync();
        await using (var ward = await StartWardAsync())
        {
            var first = await IssueAsync(ward, Events.NinhKieu);
            var second = await IssueAsync(ward, Events.CaiKhe);
            calls =
            [
                await ReportAsync(ward, first, 10), await ReportAsync(ward, second, 10), await ReportAsync(ward, first, 20),
                await ReportAsync(ward, second, 20), await ReportAsync(ward, first, 30), await ReportAsync(ward, second, 30),
            ];
            await Eventually.HoldsAsync(
                async () => (await ReadAsync(ward, calls[0])).AttemptCount >= 2, "the first call was tried again");
            var copy = await ward.Assignments.GetWardAssignmentAsync(
                new() { Name = first.ToString() }, ward.As(Roles.Ward, Events.NinhKieu), cancellationToken: Ct);
            Assert.Equal(3, copy.PendingCallCount);
            Assert.Equal(0, (await ReadAsync(ward, calls[2])).AttemptCount);
        }

        await City.StartAsync();
        await using var restarted = await StartWardAsync();
        await AnsweredAsync(restarted, calls);

        Assert.Equal([10, 20, 30], PercentsOf(Events.NinhKieu));
        Assert.Equal([10, 20, 30], PercentsOf(Events.CaiKhe));
        Assert.All(calls, call => Assert.Equal(State.Delivered, ReadAsync(restarted, call).Result.State));
    }

    [Fact]
    public async Task Call_AnswerLost_IsRepeatedWithTheSameRequestIdAndCarriedOutOnce()
    {
        var losses = 3;
        City.After = _ => Interlocked.Decrement(ref losses) >= 0 ? throw StandInCity.Away() : Task.CompletedTask;
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);

        Pb.OutgoingCall[] calls = [await ReportAsync(ward, name, 50), await ReportAsync(ward, name, 60)];
        await AnsweredAsync(ward, calls);

        Assert.Equal([50, 60], PercentsOf(Events.NinhKieu));
        Assert.Equal([50, 50, 50, 50, 60], City.Attempts.Select(PercentOf));
        Assert.Single(City.Attempts.Where(one => PercentOf(one) == 50).Select(one => one.RequestId).Distinct());
        Assert.Equal(4, (await ReadAsync(ward, calls[0])).AttemptCount);
    }

    [Fact]
    public async Task Call_DeliveredButNotMarkedBecauseTheProcessDied_IsCarriedOutOnce()
    {
        Pb.OutgoingCall call;
        await using (var ward = await StartWardAsync())
        {
            call = await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), 70);
            await AnsweredAsync(ward, call);
        }

        // As a kill between the city's answer and the mark leaves it: taken, not answered.
        await Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE outgoing_calls SET state = 'Pending', answered_at = NULL, leased_until = @until WHERE id = @id",
            new { id = Guid.Parse(call.Name[^36..]), until = TimeProvider.System.GetUtcNow().AddSeconds(1) }), Ct);

        await using var restarted = await StartWardAsync();
        await AnsweredAsync(restarted, call);

        Assert.Equal(2, City.Attempts.Count);
        Assert.Single(City.CarriedOut);
    }

    [Fact]
    public async Task Call_Refused_IsFinalWithTheCitysReasonAndTheNextOneGoesOn()
    {
        City.Before = (received, _) => PercentOf(received) == 1
            ? throw DomainException.Precondition("ASSIGNMENT_NOT_IN_WORK", "The assignment is Issued.")
            : Task.CompletedTask;
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);

        var refused = await ReportAsync(ward, name, 1);
        var next = await ReportAsync(ward, name, 2);
        await AnsweredAsync(ward, refused, next);

        refused = await ReadAsync(ward, refused);
        Assert.Equal(State.Refused, refused.State);
        Assert.Equal("ASSIGNMENT_NOT_IN_WORK", refused.RefusalReason);
        Assert.Equal("The assignment is Issued.", refused.RefusalMessage);
        Assert.Equal(1, refused.AttemptCount);
        Assert.Equal(State.Delivered, (await ReadAsync(ward, next)).State);
    }

    [Theory]
    [InlineData(TokenErrors.UnitNotAllowed)]
    [InlineData(TokenErrors.RoleNotAllowed)]
    public async Task Call_TurnedAwayBecauseOfTheSignIn_WaitsAndTurnsHealthUntilItIsRight(string reason)
    {
        var isWrong = true;
        City.Before = (_, _) => isWrong
            ? throw new DomainException(StatusCode.PermissionDenied, reason, "The caller may not.")
            : Task.CompletedTask;
        await using var ward = await StartWardAsync();

        var call = await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), 5);
        await Eventually.HoldsAsync(() => Task.FromResult(City.Attempts.Count > 2), "it is tried again and again");
        Assert.Equal(State.Pending, (await ReadAsync(ward, call)).State);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(ward));

        isWrong = false;
        await AnsweredAsync(ward, call);
        Assert.Equal(State.Delivered, (await ReadAsync(ward, call)).State);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(ward));
    }

    static async Task<HealthStatus> HealthAsync(WardHost ward) =>
        (await ward.Get<HealthCheckService>().CheckHealthAsync(check => check.Name == "ward-sign-in", Ct)).Status;

    [Fact]
    public async Task Line_ThatSwallowsEverything_IsAskedByOneCallAtATime()
    {
        const int Calls = 6;
        var (isSilent, underWay, most) = (true, 0, 0);
        City.Before = async (_, ct) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            try
            {
                await Task.Delay(isSilent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, ct);
            }
            finally
            {
                Interlocked.Decrement(ref underWay);
            }
        };
        await using var ward = await StartWardAsync(("Ward:Outgoing:CallTimeout", "00:00:00.500"));
        var calls = new List<Pb.OutgoingCall>();
        for (var i = 0; i < Calls; i++)
        {
            calls.Add(await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), i));
        }

        await Eventually.HoldsAsync(() => Task.FromResult(City.Attempts.Count > Calls), "all were sent, and nothing came back");
        most = 0;
        await Eventually.HoldsAsync(() => Task.FromResult(City.Attempts.Count > Calls + 4), "the city is asked for");
        Assert.InRange(most, 1, 2);   // the server may learn a little later that one has given up

        isSilent = false;
        await AnsweredAsync(ward, [.. calls]);
        Assert.Equal(Calls, City.CarriedOut.Count);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.Internal)]
    public async Task Call_FailedWithoutADecision_IsTriedAgain(StatusCode code)
    {
        var failures = 2;
        City.Before = (_, _) => Interlocked.Decrement(ref failures) >= 0
            ? throw new DomainException(code, "SOMETHING", "Something.")
            : Task.CompletedTask;
        await using var ward = await StartWardAsync();

        var call = await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), 5);
        await AnsweredAsync(ward, call);

        call = await ReadAsync(ward, call);
        Assert.Equal((State.Delivered, 3), (call.State, call.AttemptCount));
    }

    [Fact]
    public async Task Call_CityTooSlow_IsGivenUpAndTriedAgain()
    {
        var slow = 1;
        City.Before = (_, ct) => Interlocked.Decrement(ref slow) >= 0 ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask;
        await using var ward = await StartWardAsync(("Ward:Outgoing:CallTimeout", "00:00:01"));

        var call = await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), 5);
        await AnsweredAsync(ward, call);

        call = await ReadAsync(ward, call);
        Assert.Equal(State.Delivered, call.State);
        Assert.True(call.AttemptCount > 1, "it was tried again");
    }

    [Fact]
    public async Task Backlog_OfOneUnitWhoseCallsHang_DoesNotHoldUpAnother()
    {
        var hung = 0;
        var hungAtTheOthersTurn = 0;
        City.Before = (received, ct) =>
        {
            if (received.Unit == Events.NinhKieu)
            {
                Interlocked.Increment(ref hung);
                return Task.Delay(Timeout.Infinite, ct);
            }

            hungAtTheOthersTurn = hung;
            return Task.CompletedTask;
        };
        await using var ward = await StartWardAsync(
            ("Ward:Outgoing:Parallelism", "4"), ("Ward:Outgoing:CallTimeout", "00:00:01"));
        var backlog = new List<Pb.OutgoingCall>();
        for (var i = 0; i < 20; i++)
        {
            backlog.Add(await ReportAsync(ward, await IssueAsync(ward, Events.NinhKieu), i));
        }

        var name = await IssueAsync(ward, Events.CaiKhe);
        var other = await ReportAsync(ward, name, 99);
        var hungBefore = hung;
        await AnsweredAsync(ward, other);
        City.Before = (_, _) => Task.CompletedTask;
        await AnsweredAsync(ward, [.. backlog]);

        Assert.True(hungAtTheOthersTurn - hungBefore <= 8, $"{hungAtTheOthersTurn - hungBefore} calls of the backlog went before the other unit's");
        Assert.Equal(State.Delivered, (await ReadAsync(ward, other)).State);
    }

    [Fact]
    public async Task Calls_OnOneAssignment_AreNeverUnderWayTogether_OnSeveralTheyAre()
    {
        var underWay = new ConcurrentDictionary<string, int>();
        var most = 0;
        var together = false;
        var queued = new TaskCompletionSource();
        City.Before = async (received, ct) =>
        {
            together |= underWay.AddOrUpdate(received.Assignment, 1, (_, count) => count + 1) > 1;
            most = Math.Max(most, underWay.Values.Sum());
            await queued.Task.WaitAsync(ct);
            await Task.Yield();
            underWay.AddOrUpdate(received.Assignment, 0, (_, count) => count - 1);
        };
        await using var ward = await StartWardAsync();
        var calls = new List<Pb.OutgoingCall>();
        var names = new List<AssignmentName>();
        for (var i = 0; i < 4; i++)
        {
            names.Add(await IssueAsync(ward, i % 2 == 0 ? Events.NinhKieu : Events.CaiKhe));
        }

        for (var percent = 1; percent <= 5; percent++)
        {
            foreach (var name in names)
            {
                calls.Add(await ReportAsync(ward, name, percent));
            }
        }

        queued.SetResult();
        await AnsweredAsync(ward, [.. calls]);

        Assert.False(together);
        Assert.True(most > 1, $"at most {most} calls were under way together");
        Assert.All(names, name => Assert.Equal(
            [1, 2, 3, 4, 5], City.CarriedOut.Where(one => one.Assignment.EndsWith($"{name.Assignment}", StringComparison.Ordinal)).Select(PercentOf)));
    }

    [Fact]
    public async Task Call_Delivered_IsPartOfTheTraceThatTheOfficialBegan()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is PlatformTelemetry.SourceName or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);

        using var official = new Activity("official").SetIdFormat(ActivityIdFormat.W3C).Start();
        var call = await ReportAsync(ward, name, 1);
        official.Stop();
        await AnsweredAsync(ward, call);

        Assert.Contains(official.TraceId.ToHexString(), Assert.Single(City.CarriedOut).Traceparent, StringComparison.Ordinal);
    }

    int[] PercentsOf(string unit) => [.. City.CarriedOut.Where(received => received.Unit == unit).Select(PercentOf)];

    static int PercentOf(Received received) => ((City.ReportProgressRequest)received.Request).Percent;
}
