using System.Diagnostics.Metrics;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using static CanThoGov.Monitoring.Tests.RealCalendar;
using Pb = CanThoGov.Protos.Monitoring.V1;
using Recipient = CanThoGov.Protos.Monitoring.V1.Rung.Types.Recipient;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class FiringApiTests_Sqlite : FiringApiTests<SqliteDatabase<MonitoringDatabase>>;

[Trait("Category", "Postgres")]
public sealed class FiringApiTests_Postgres : FiringApiTests<PostgresDatabase<MonitoringDatabase>>;

/// <summary>Ladders, reminders and the firing as officers and operators use them; each test with a new service.</summary>
public abstract class FiringApiTests<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly RunningMonitoring<TDatabase> _service = new();

    protected FiringApiTests() => Assert.SkipWhen(_service.Missing is not null, _service.Missing ?? "");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Pb.LadderService.LadderServiceClient Ladders(string role) => new(_service.As(role));

    Pb.ReminderService.ReminderServiceClient Reminders(string role, params string[] units) => new(_service.As(role, units));

    Pb.FiringService.FiringServiceClient Firing(string role) => new(_service.As(role));

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _service.DisposeAsync();
    }

    [Fact]
    public async Task Ladder_PublishedByASupervisor_IsInForceForWhatHasNotFired()
    {
        await StartAsync();
        var assignment = Some.Assignment(At("2026-04-10"));
        await _service.PublishAsync(Published(), assignment.Issued(), new ClockAdvanced(At("2026-04-07"), 1));
        await _service.FollowedAsync(1);
        var ladders = Ladders(Roles.Supervisor);
        var shipped = await ladders.GetLadderAsync(new() { Name = "ladders/-" }, cancellationToken: Ct);
        Assert.Equal(("ladders/1", true, ""), (shipped.Name, shipped.InForce, shipped.PublishedBy));

        var request = new Pb.PublishLadderRequest
        {
            Ladder = new()
            {
                Rungs = { Rung(-2, Recipient.ResponsiblePerson), Rung(2, Recipient.CityOffice) },
                Kinds = { new Pb.KindLadder { Kind = Protos.City.V1.Deadline.Types.Kind.Period, Rungs = { Rung(0, Recipient.HeadOfUnit) } } },
            },
            RequestId = "bac-thang-02",
        };
        var published = await ladders.PublishLadderAsync(request, cancellationToken: Ct);
        Assert.Equal(published, await ladders.PublishLadderAsync(request, cancellationToken: Ct));

        Assert.Equal(("ladders/2", true, "test:supervisor"), (published.Name, published.InForce, published.PublishedBy));
        Assert.Equal((request.Ladder.Rungs, request.Ladder.Kinds), (published.Rungs, published.Kinds));
        Assert.False((await ladders.GetLadderAsync(new() { Name = "ladders/1" }, cancellationToken: Ct)).InForce);
        Assert.Equal(["ladders/2", "ladders/1"], (await ladders.ListLaddersAsync(new(), cancellationToken: Ct)).Ladders.Select(one => one.Name));
        await _service.PublishAsync(new ClockAdvanced(At("2026-12-01"), 2));
        await _service.FollowedAsync(2);
        var deadline = await new Pb.DeadlineService.DeadlineServiceClient(_service.As(Roles.CityOffice))
            .GetDeadlineAsync(new() { Name = $"deadlines/{assignment.Id}" }, cancellationToken: Ct);
        Assert.Equal([-14, -7, -3, -2, 2], deadline.Rungs.Select(rung => rung.WorkingDays));
        Assert.All(deadline.Rungs, rung => Assert.NotNull(rung.FiredTime));
    }

    [Fact]
    public async Task Ladder_OutOfOrder_NamesEachFaultAndWritesNothing()
    {
        await StartAsync();
        var ladders = Ladders(Roles.Operator);

        var refusal = await RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason, ladders.PublishLadderAsync(new()
        {
            Ladder = new()
            {
                Rungs = { Rung(-3, Recipient.HeadOfUnit), Rung(-7, Recipient.HeadOfUnit), Rung(0), Rung(251, Recipient.CityOffice, Recipient.CityOffice) },
                Kinds =
                {
                    new Pb.KindLadder { Kind = Protos.City.V1.Deadline.Types.Kind.Period, Rungs = { Rung(0, Recipient.HeadOfUnit) } },
                    new Pb.KindLadder { Kind = Protos.City.V1.Deadline.Types.Kind.Period },
                },
            },
            RequestId = "sai",
        }));

        Assert.All(
            [
                "ladder.rungs[1].working_days", "ladder.rungs[2].told", "ladder.rungs[3].working_days", "ladder.rungs[3].told",
                "ladder.kinds[1].kind", "ladder.kinds[1].rungs",
            ],
            field => Assert.Contains(field, refusal.Status.Detail, StringComparison.Ordinal));
        Assert.Single((await ladders.ListLaddersAsync(new(), cancellationToken: Ct)).Ladders);
        await RefusedAsync(StatusCode.NotFound, "LADDER_NOT_FOUND", ladders.GetLadderAsync(new() { Name = "ladders/2" }));
        await RefusedAsync(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed, Ladders(Roles.CityOffice).PublishLadderAsync(new()));
    }

    [Fact]
    public async Task Reminder_ByAnOfficer_StandsBetweenTheRungsAndIsPublishedToTheUnit()
    {
        await StartAsync();
        var assignment = Some.Assignment(At("2026-04-10"));
        await _service.PublishAsync(Published(), assignment.Issued(), new ClockAdvanced(At("2026-04-02"), 1));
        await _service.FollowedAsync(1);
        var parent = $"deadlines/{assignment.Id}";
        var request = new Pb.CreateReminderRequest
        {
            Parent = parent,
            Reminder = new() { Text = "Đề nghị Ủy ban nhân dân xã báo cáo tiến độ trước 10 giờ.", Told = { Recipient.HeadOfUnit } },
            RequestId = "don-doc-01",
        };

        var issued = await Reminders(Roles.CityOffice).CreateReminderAsync(request, cancellationToken: Ct);
        Assert.Equal(issued, await Reminders(Roles.CityOffice).CreateReminderAsync(request, cancellationToken: Ct));
        await _service.PublishAsync(new ClockAdvanced(At("2026-04-07"), 2));
        await _service.FollowedAsync(2);

        Assert.Equal(($"{parent}/reminders/3", "test:city-office", request.Reminder.Text), (issued.Name, issued.IssuedBy, issued.Text));
        Assert.False(issued.HasWorkingDays);
        var all = await Reminders(Roles.Ward, Some.Commune).ListRemindersAsync(new() { Parent = parent }, cancellationToken: Ct);
        Assert.Equal(
            [(-14, ""), (-7, ""), (0, "test:city-office"), (-3, "")], all.Reminders.Select(one => (one.WorkingDays, one.IssuedBy)));
        Assert.Equal("Còn 3 ngày làm việc đến hạn (17:00 ngày 10/04/2026). Đề nghị đơn vị khẩn trương hoàn thành và trình kết quả.", all.Reminders[3].Text);
        var first = await Reminders(Roles.Supervisor).ListRemindersAsync(new() { Parent = parent, PageSize = 3 }, cancellationToken: Ct);
        Assert.Equal(all.Reminders[3], Assert.Single((await Reminders(Roles.Supervisor).ListRemindersAsync(
            new() { Parent = parent, PageSize = 3, PageToken = first.NextPageToken }, cancellationToken: Ct)).Reminders));
        var published = Assert.Single(await _service.LogAsync(), e => e.Type.EndsWith("reminder-issued.v1", StringComparison.Ordinal));
        Assert.Equal((parent, 3L, Some.Commune), (published.Subject, published.Sequence, published.Units));

        await RefusedAsync(StatusCode.NotFound, "DEADLINE_NOT_FOUND", Reminders(Roles.Ward, Some.Ward).ListRemindersAsync(new() { Parent = parent }));
        await RefusedAsync(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed, Reminders(Roles.Ward, Some.Commune).CreateReminderAsync(request));
    }

    [Fact]
    public async Task Reminder_ToNobodyOrAboutEndedWork_IsRefused()
    {
        await StartAsync();
        var assignment = Some.Assignment(At("2026-04-10"));
        await _service.PublishAsync(
            Published(), assignment.Issued(), assignment.Cancelled(At("2026-02-02")), new ClockAdvanced(At("2026-02-03"), 1));
        await _service.FollowedAsync(1);
        var request = new Pb.CreateReminderRequest
        {
            Parent = $"deadlines/{assignment.Id}",
            Reminder = new() { Text = "Đề nghị báo cáo.", Told = { Recipient.HeadOfUnit } },
            RequestId = "don-doc-02",
        };

        await RefusedAsync(StatusCode.FailedPrecondition, "ASSIGNMENT_CLOSED", Reminders(Roles.Supervisor).CreateReminderAsync(request));
        request.Reminder.Told.Clear();
        Assert.Contains("reminder.told", (await RefusedAsync(
            StatusCode.InvalidArgument, FieldErrors.Reason, Reminders(Roles.Supervisor).CreateReminderAsync(request))).Status.Detail, StringComparison.Ordinal);
        request.Parent = $"deadlines/{Guid.NewGuid()}";
        request.Reminder.Told.Add(Recipient.CityOffice);
        await RefusedAsync(StatusCode.NotFound, "DEADLINE_NOT_FOUND", Reminders(Roles.Supervisor).CreateReminderAsync(request));

        Assert.Empty((await Reminders(Roles.Supervisor).ListRemindersAsync(
            new() { Parent = $"deadlines/{assignment.Id}" }, cancellationToken: Ct)).Reminders);
    }

    [Fact]
    public async Task Firing_AfterTheClockJumpedAhead_StandsUntilAnOperatorResumesIt()
    {
        var time = new TwoClocks();
        await _service.StartCityAsync();
        await _service.StartAsync(time);
        await Eventually.HoldsAsync(
            async () => (await Firing(Roles.Supervisor).GetFiringAsync(new(), cancellationToken: Ct)).CanaryFireTime is not null, "the first sweep");
        time.Wall += TimeSpan.FromMinutes(30);
        var due = time.Wall.AddMinutes(-1);
        await _service.PublishAsync(
            new CalendarPublished("now", due.Year - 1, due.Year + 1, [], due, 1), Some.Assignment(due, issued: due.AddMinutes(-1)).Issued());

        await Eventually.HoldsAsync(
            async () => (await Firing(Roles.Supervisor).GetFiringAsync(new(), cancellationToken: Ct)) is { StopTime: not null, PendingCount: 1 },
            "the firing is stopped, with one rung waiting");
        Assert.Empty(await _service.LogAsync());
        await Eventually.HoldsAsync(() => Task.FromResult(Read(DeadlineMetrics.OldestPending).Any(seconds => seconds is >= 60 and < 180)), "it is measured");

        await RefusedAsync(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed, Firing(Roles.Supervisor).ResumeFiringAsync(new()));
        var request = new Pb.ResumeFiringRequest { RequestId = "dong-ho-dung" };
        var resumed = await Firing(Roles.Operator).ResumeFiringAsync(request, cancellationToken: Ct);
        Assert.Equal(resumed, await Firing(Roles.Operator).ResumeFiringAsync(request, cancellationToken: Ct));

        Assert.Equal((null, "test:operator"), (resumed.StopTime, resumed.ConfirmedBy));
        await Eventually.HoldsAsync(async () => (await _service.LogAsync()).Count == 1, "it fires");
        Assert.EndsWith("deadline-missed.v1", (await _service.LogAsync())[0].Type, StringComparison.Ordinal);
        await RefusedAsync(
            StatusCode.FailedPrecondition, "FIRING_NOT_STOPPED", Firing(Roles.Operator).ResumeFiringAsync(new() { RequestId = "lan-hai" }));
    }

    async Task StartAsync()
    {
        await _service.StartCityAsync();
        await _service.StartAsync();
    }

    /// <summary>A gauge of every service that runs now; those of other tests too.</summary>
    static List<double> Read(string gauge)
    {
        var read = new List<double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name == gauge)
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => read.Add(value));
        listener.Start();
        listener.RecordObservableInstruments();
        return read;
    }

    static Pb.LadderRung Rung(int workingDays, params Recipient[] told) => new() { WorkingDays = workingDays, Told = { told } };

    static async Task<RpcException> RefusedAsync<T>(StatusCode code, string reason, AsyncUnaryCall<T> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal((code, reason), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
        return refusal;
    }
}
