using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using static CanThoGov.Monitoring.Tests.RealCalendar;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Tests;

[Trait("Category", "Sqlite")]
public sealed class UnitProgrammeTests_Sqlite(CityWithAResolution<SqliteDatabase<MonitoringDatabase>> city)
    : UnitProgrammeTests<SqliteDatabase<MonitoringDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class UnitProgrammeTests_Postgres(CityWithAResolution<PostgresDatabase<MonitoringDatabase>> city)
    : UnitProgrammeTests<PostgresDatabase<MonitoringDatabase>>(city);

/// <summary>
/// A resolution was given to five communes, four of them in one batch: the first adopted its programme, the second drafts one, the third has
/// none, the fourth handed the work back, the fifth has a programme of its other organ only.
/// </summary>
public sealed class CityWithAResolution<TDatabase> : IAsyncLifetime where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    public RunningMonitoring<TDatabase> Service { get; } = new();

    public Guid Document { get; } = Guid.CreateVersion7();

    public Guid Batch { get; } = Guid.CreateVersion7();

    internal ProgrammeSnapshot Adopted { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Service.InitializeAsync();
        if (Service.Missing is not null)
        {
            return;
        }

        await using (var replica = new MonitoringReplica(Service.Options))
        {
            await replica.TakeAsync([.. Enumerable.Range(1, 5).Select(i => Some.Unit($"xa-{i}", $"Xã Mẫu {i}"))]);
            for (var i = 1; i <= 5; i++)
            {
                await replica.TakeAsync(new AssignmentIssued(Given($"xa-{i}", i == 5 ? null : Batch, Document), At("2026-01-05"), 1));
            }

            var returned = Given("xa-4", Batch, Document);
            await replica.TakeAsync(
                new AssignmentReturned(returned with { State = AssignmentState.Returned }, At("2026-01-06"), 2),
                new AssignmentIssued(Given("xa-3", null, Guid.CreateVersion7()), At("2026-01-05"), 1));

            var first = Draft("xa-1");
            Adopted = first with
            {
                State = ProgrammeState.Adopted,
                Edition = 1,
                Adoption = new(new DateOnly(2026, 1, 16), "Ban Thường vụ Đảng ủy xã", "05-CTr/ĐU"),
            };
            var second = Draft("xa-2");
            await replica.TakeAsync(
                new ProgrammeAdopted(Adopted, At("2026-01-16"), 3), new ProgrammeDrafted(first, At("2026-01-12"), 1),   // overtaken on its way
                new ProgrammeDrafted(second, At("2026-01-12"), 1),
                new ProgrammeDrafted(Draft("xa-3") with { DocumentId = Guid.CreateVersion7() }, At("2026-01-12"), 1),
                new ProgrammeDrafted(Draft("xa-5") with { Organ = Organ.PeoplesCommittee }, At("2026-01-12"), 1));
            await replica.TakeAsync(new Contracts.Registers.ClockAdvanced(At("2026-03-03", "12:00"), 1));
        }

        await Service.StartCityAsync();
        await Service.StartAsync();
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    // The same id for the same unit and document: its later events are of the same assignment.
    readonly Dictionary<(string, Guid), Guid> _ids = [];

    AssignmentSnapshot Given(string unit, Guid? batch, Guid document)
    {
        if (!_ids.TryGetValue((unit, document), out var id))
        {
            _ids[(unit, document)] = id = Guid.CreateVersion7();
        }

        return Some.Snapshot(unit) with { Id = id, Lead = new(unit, Organ.PartyCommittee), DocumentId = document, BatchId = batch };
    }

    ProgrammeSnapshot Draft(string unit) => new(
        Guid.CreateVersion7(), unit, Organ.PartyCommittee, Document, null, "Chương trình hành động", ProgrammeState.Draft,
        [new(1, "Mở lớp dạy nghề", new("Cán bộ Mẫu 03", ""), new DateOnly(2026, 6, 30), "Giảm nghèo 30%", null, "giảm 15% hộ nghèo")],
        Adoption: null, Edition: 0, Illustrative: true, At("2026-01-12"), At("2026-01-12"));
}

/// <summary>Who has made its programme, and what was found by who checked.</summary>
public abstract class UnitProgrammeTests<TDatabase> : IClassFixture<CityWithAResolution<TDatabase>>
    where TDatabase : TestDatabase<MonitoringDatabase>, new()
{
    readonly CityWithAResolution<TDatabase> _city;

    protected UnitProgrammeTests(CityWithAResolution<TDatabase> city)
    {
        Assert.SkipWhen(city.Service.Missing is not null, city.Service.Missing ?? "");
        _city = city;
    }

    string Document => $"documents/{_city.Document}";

    [Fact]
    public async Task R18_EveryReceivingUnit_IsListedWithTheStateOfItsProgramme()
    {
        var supervisor = As(Roles.Supervisor);
        var all = await supervisor.ListUnitProgrammesAsync(new() { Document = Document });
        var none = await supervisor.ListUnitProgrammesAsync(new() { Document = Document, States = { Pb.UnitProgramme.Types.State.None } });
        var ofBatch = await supervisor.ListUnitProgrammesAsync(new() { Batch = $"batches/{_city.Batch}" });
        var programme = await supervisor.GetReportedProgrammeAsync(new() { Name = all.UnitProgrammes[0].Programme });

        Assert.Equal(["units/xa-1", "units/xa-2", "units/xa-3", "units/xa-5"], all.UnitProgrammes.Select(one => one.Unit));
        Assert.Equal(
            [
                Pb.UnitProgramme.Types.State.Adopted, Pb.UnitProgramme.Types.State.Draft, Pb.UnitProgramme.Types.State.None,
                Pb.UnitProgramme.Types.State.None,
            ],
            all.UnitProgrammes.Select(one => one.State));
        Assert.Equal((2, 1, 1), (all.NoneCount, all.DraftCount, all.AdoptedCount));
        Assert.Equal(("Xã Mẫu 1", "2026-01-16", "05-CTr/ĐU", 1, 1),
            (all.UnitProgrammes[0].UnitDisplayName, all.UnitProgrammes[0].Adoption.Date, all.UnitProgrammes[0].Adoption.Number,
                all.UnitProgrammes[0].Edition, all.UnitProgrammes[0].ItemCount));
        Assert.Equal(At("2026-01-12"), all.UnitProgrammes[1].DraftTime.ToDateTimeOffset());
        Assert.Equal(("", ""), (all.UnitProgrammes[2].Programme, all.UnitProgrammes[2].Title));
        Assert.Equal(["units/xa-3", "units/xa-5"], none.UnitProgrammes.Select(one => one.Unit));
        Assert.Equal((2, 1, 1), (none.NoneCount, none.DraftCount, none.AdoptedCount));
        Assert.Equal(["units/xa-1", "units/xa-2", "units/xa-3"], ofBatch.UnitProgrammes.Select(one => one.Unit));
        Assert.Equal(("giảm 15% hộ nghèo", "3"), (programme.Items.Single().LocalTarget, programme.Etag));
    }

    [Fact]
    public async Task R18_Pages_FollowEachOtherWithoutGap()
    {
        var units = new List<string>();
        var request = new Pb.ListUnitProgrammesRequest { Document = Document, PageSize = 1 };
        do
        {
            var page = await As(Roles.CityOffice).ListUnitProgrammesAsync(request);
            units.AddRange(page.UnitProgrammes.Select(one => one.Unit));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["units/xa-1", "units/xa-2", "units/xa-3", "units/xa-5"], units);
    }

    [Fact]
    public async Task R18_Ward_SeesItsOwnOnly()
    {
        var ward = As(Roles.Ward, "xa-2");
        var listed = await ward.ListUnitProgrammesAsync(new() { Document = Document });

        Assert.Equal("units/xa-2", Assert.Single(listed.UnitProgrammes).Unit);
        Assert.Equal((0, 1, 0), (listed.NoneCount, listed.DraftCount, listed.AdoptedCount));
        Assert.Equal("PROGRAMME_NOT_FOUND", await RefusedAsync(ward.GetReportedProgrammeAsync(new() { Name = _city.Adopted.Name() })));
        Assert.Equal("ROLE_NOT_ALLOWED", await RefusedAsync(ward.CreateProgrammeReviewAsync(Review("xa-2"))));
        Assert.Equal("PROGRAMME_NOT_FOUND",
            await RefusedAsync(As(Roles.Supervisor).GetReportedProgrammeAsync(new() { Name = $"units/xa-1/programmes/{Guid.NewGuid()}" })));
    }

    [Fact]
    public async Task R18_Finding_IsRecordedToldAndCounted_AlsoWhereThereIsNoProgramme()
    {
        var supervisor = As(Roles.Supervisor);
        var request = Review("xa-3");
        var review = await supervisor.CreateProgrammeReviewAsync(request);
        var repeated = await supervisor.CreateProgrammeReviewAsync(request);
        var later = await supervisor.CreateProgrammeReviewAsync(Review("xa-3", "2026-02-20"));

        Assert.Equal(review, repeated);
        Assert.Equal(("Ủy ban Kiểm tra Thành ủy", "Chưa xây dựng chương trình hành động", false),
            (review.CheckedBy.Role, review.Finding, review.Satisfactory));
        Assert.Equal([later, review], (await supervisor.ListProgrammeReviewsAsync(new() { Unit = "units/xa-3", Document = Document })).Reviews);
        Assert.Equal([later, review], (await As(Roles.Ward, "xa-3").ListProgrammeReviewsAsync(new())).Reviews);
        Assert.Empty((await As(Roles.Ward, "xa-2").ListProgrammeReviewsAsync(new() { Unit = "units/xa-3" })).Reviews);
        var listed = (await supervisor.ListUnitProgrammesAsync(new() { Document = Document })).UnitProgrammes[2];
        Assert.Equal((2, "2026-02-20"), (listed.ReviewCount, listed.LastReviewDate));
        var told = (await _city.Service.LogAsync()).Where(e => e.Subject == review.Name).ToArray();
        Assert.Equal("xa-3", Assert.Single(told).Units);
    }

    [Fact]
    public async Task R18_Finding_AboutAUnitThatWasGivenNothing_IsRefused()
    {
        Assert.Equal("UNIT_PROGRAMME_NOT_FOUND", await RefusedAsync(As(Roles.Supervisor).CreateProgrammeReviewAsync(Review("xa-9"))));
        Assert.Equal(FieldErrors.Reason, await RefusedAsync(As(Roles.Supervisor).CreateProgrammeReviewAsync(Review("xa-1", "2026-03-04"))));
    }

    Pb.CreateProgrammeReviewRequest Review(string unit, string date = "2026-02-10") => new()
    {
        ProgrammeReview = new()
        {
            Unit = $"units/{unit}",
            Document = Document,
            CheckedBy = new() { Role = "Ủy ban Kiểm tra Thành ủy" },
            CheckDate = date,
            Finding = "Chưa xây dựng chương trình hành động",
        },
        RequestId = Guid.NewGuid().ToString("N"),
    };

    Pb.UnitProgrammeService.UnitProgrammeServiceClient As(string role, params string[] units) => new(_city.Service.As(role, units));

    static async Task<string?> RefusedAsync<T>(AsyncUnaryCall<T> call) =>
        RpcErrors.ReasonOf(await Assert.ThrowsAsync<RpcException>(async () => await call));
}
