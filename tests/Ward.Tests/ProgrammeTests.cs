using CanThoGov.Contracts;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Google.Rpc;
using Grpc.Core;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class ProgrammeTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : ProgrammeTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class ProgrammeTests_Postgres(PostgresDatabase<WardDatabase> fixture) : ProgrammeTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>A unit makes a resolution concrete.</summary>
public abstract class ProgrammeTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    const string NinhKieu = Events.NinhKieu;

    WardHost _ward = null!;
    Pb.ProgrammeService.ProgrammeServiceClient _programmes = null!;

    Metadata Ward => _ward.As(Roles.Ward, NinhKieu);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _ward = await StartWardAsync();
        _programmes = new(_ward.Channel);
    }

    public override async ValueTask DisposeAsync()
    {
        await _ward.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task R17_ProgrammeOfAUnit_IsDraftedChangedAndAdopted_AlsoWithoutTheCity()
    {
        var assignment = await IssueAsync(_ward, NinhKieu);
        await City.DisposeAsync();
        var draft = await CreateAsync(assignment);
        var changed = await _programmes.UpdateProgrammeAsync(new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            Title = draft.Title,
            Items = { Item(assignment), Item(assignment, "Rà soát hộ nghèo") },
            RequestId = NewId(),
        }, Ward);
        var adopted = await AdoptAsync(changed);

        Assert.Equal((Pb.Programme.Types.State.Draft, 0, 1), (draft.State, draft.Edition, draft.Items.Count));
        Assert.Equal((Pb.Programme.Types.State.Adopted, 1), (adopted.State, adopted.Edition));
        Assert.Equal(("2026-01-16", "Ban Thường vụ Đảng ủy phường", "05-CTr/ĐU"), (adopted.Adoption.Date, adopted.Adoption.AdoptedBy, adopted.Adoption.Number));
        Assert.Equal(["Mở lớp dạy nghề", "Rà soát hộ nghèo"], adopted.Items.Select(item => item.Content));
        Assert.Equal(
            (1, "Cán bộ Mẫu 03", "2026-06-30", "Giảm nghèo 30%", $"assignments/{assignment.Assignment}", "giảm 15% hộ nghèo"),
            (adopted.Items[0].Number, adopted.Items[0].Lead.DisplayName, adopted.Items[0].DueDate, adopted.Items[0].CityTarget,
                adopted.Items[0].Assignment, adopted.Items[0].LocalTarget));
        Assert.Equal(adopted, await _programmes.GetProgrammeAsync(new() { Name = draft.Name }, Ward));

        var published = await PublishedAsync(draft);
        Assert.Equal([typeof(ProgrammeDrafted), typeof(ProgrammeDrafted), typeof(ProgrammeAdopted)], published.Select(e => e.Type));
        Assert.Equal([1L, 2L, 3L], published.Select(e => e.Version));
        Assert.Contains("Rà soát hộ nghèo", published[^1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R17_Adoption_IsRefusedWithEveryGapAtOnce()
    {
        var assignment = await IssueAsync(_ward, NinhKieu);
        var empty = await CreateAsync(assignment, []);
        Assert.Equal(["items"], await GapsAsync(empty));

        var half = Item(assignment);
        half.Lead = null;
        half.LocalTarget = "";
        var unlinked = Item(assignment);
        unlinked.Assignment = unlinked.CityTarget = unlinked.DueDate = unlinked.Content = "";
        var changed = await _programmes.UpdateProgrammeAsync(new()
        {
            Name = empty.Name,
            Etag = empty.Etag,
            Title = empty.Title,
            Items = { Item(assignment), half, unlinked },
            RequestId = NewId(),
        }, Ward);

        Assert.Equal(
            ["items[1].lead", "items[1].local_target", "items[2].content", "items[2].due_date", "items[2].city_target"], await GapsAsync(changed));
        Assert.Equal(changed, await _programmes.GetProgrammeAsync(new() { Name = changed.Name }, Ward));
    }

    [Fact]
    public async Task R17_AdoptedProgramme_ChangesByAmendmentOnlyAndKeepsTheOldText()
    {
        var assignment = await IssueAsync(_ward, NinhKieu);
        var adopted = await AdoptAsync(await CreateAsync(assignment));

        var update = await RefusedAsync(_programmes.UpdateProgrammeAsync(
            new() { Name = adopted.Name, Etag = adopted.Etag, Title = "Khác", RequestId = NewId() }, Ward));
        var again = await RefusedAsync(AdoptCall(adopted));
        var incomplete = await RefusedAsync(AmendCall(adopted, []));
        var earlier = await RefusedAsync(AmendCall(adopted, [Item(assignment)], "2026-01-15"));
        var amended = await AmendCall(adopted, [Item(assignment, "Mở hai lớp dạy nghề")]);
        var stale = await RefusedAsync(AmendCall(adopted, [Item(assignment)]));
        var editions = await _programmes.ListProgrammeEditionsAsync(new() { Parent = adopted.Name, PageSize = 1 }, Ward);
        var second = await _programmes.ListProgrammeEditionsAsync(new() { Parent = adopted.Name, PageSize = 1, PageToken = editions.NextPageToken }, Ward);

        Assert.Equal(("PROGRAMME_NOT_DRAFT", "PROGRAMME_NOT_DRAFT", "PROGRAMME_INCOMPLETE"), (update, again, incomplete));
        Assert.Equal((FieldErrors.Reason, "PROGRAMME_CHANGED"), (earlier, stale));
        Assert.Equal((2, "Mở hai lớp dạy nghề", "Điều chỉnh chỉ tiêu"), (amended.Edition, amended.Items.Single().Content, amended.Adoption.Reason));
        Assert.Equal((1, "Mở lớp dạy nghề"), (editions.Editions.Single().Edition, editions.Editions.Single().Items.Single().Content));
        Assert.Equal((2, "Mở hai lớp dạy nghề"), (second.Editions.Single().Edition, second.Editions.Single().Items.Single().Content));
        Assert.Empty(second.NextPageToken);
        Assert.Equal(typeof(ProgrammeAmended), (await PublishedAsync(adopted))[^1].Type);
    }

    [Fact]
    public async Task R17_Draft_OfADocumentWithoutAssignment_CannotBeAmended()
    {
        var document = $"documents/{Guid.NewGuid()}";
        var draft = await _programmes.CreateProgrammeAsync(new()
        {
            Parent = $"units/{NinhKieu}",
            Programme = new() { Document = document, Title = "Chương trình hành động" },
            RequestId = NewId(),
        }, Ward);

        Assert.Equal((document, ""), (draft.Document, draft.Assignment));
        Assert.Equal("PROGRAMME_NOT_ADOPTED", await RefusedAsync(AmendCall(draft, [])));
        Assert.Equal(draft, (await _programmes.ListProgrammesAsync(new() { Parent = "units/-", Document = document }, Ward)).Programmes.Single());
    }

    [Fact]
    public async Task R17_SecondProgrammeForADocument_IsRefusedUnlessItIsTheOtherOrgans()
    {
        var assignment = await IssueAsync(_ward, NinhKieu);
        var request = CreateRequest(assignment, [Item(assignment)]);
        var first = await _programmes.CreateProgrammeAsync(request, Ward);
        var repeated = await _programmes.CreateProgrammeAsync(request, Ward);
        var second = await RefusedAsync(_programmes.CreateProgrammeAsync(CreateRequest(assignment, []), Ward));
        var other = CreateRequest(assignment, []);
        other.Programme.Organ = Protos.City.V1.Unit.Types.Organ.PeoplesCommittee;

        Assert.Equal(first, repeated);
        Assert.Equal("PROGRAMME_EXISTS", second);
        Assert.Equal(first.Document, (await _programmes.CreateProgrammeAsync(other, Ward)).Document);
    }

    [Fact]
    public async Task R17_ForeignUnit_SeesAndDoesNothing()
    {
        var assignment = await IssueAsync(_ward, NinhKieu);
        var programme = await CreateAsync(assignment);
        var foreign = _ward.As(Roles.Ward, Events.CaiKhe);
        var own = CreateRequest(assignment, []);
        own.Parent = $"units/{Events.CaiKhe}";

        Assert.Equal("PROGRAMME_NOT_FOUND", await RefusedAsync(_programmes.GetProgrammeAsync(new() { Name = programme.Name }, foreign)));
        Assert.Equal("PROGRAMME_NOT_FOUND", await RefusedAsync(AdoptCall(programme, foreign)));
        Assert.Equal("PROGRAMME_NOT_FOUND", await RefusedAsync(_programmes.ListProgrammeEditionsAsync(new() { Parent = programme.Name }, foreign)));
        Assert.Equal("UNIT_NOT_FOUND", await RefusedAsync(_programmes.CreateProgrammeAsync(CreateRequest(assignment, []), foreign)));
        Assert.Equal("ASSIGNMENT_NOT_FOUND", await RefusedAsync(_programmes.CreateProgrammeAsync(own, foreign)));
        Assert.Equal("ROLE_NOT_ALLOWED", await RefusedAsync(AdoptCall(programme, _ward.As(Roles.Supervisor))));
        Assert.Empty((await _programmes.ListProgrammesAsync(new() { Parent = "units/-" }, foreign)).Programmes);
    }

    static string NewId() => Guid.NewGuid().ToString("N");

    static Pb.ProgrammeItem Item(AssignmentName assignment, string content = "Mở lớp dạy nghề") => new()
    {
        Content = content,
        Lead = new() { DisplayName = "Cán bộ Mẫu 03", Role = "Phó Chủ tịch UBND phường" },
        DueDate = "2026-06-30",
        CityTarget = "Giảm nghèo 30%",
        Assignment = $"assignments/{assignment.Assignment}",
        LocalTarget = "giảm 15% hộ nghèo",
    };

    static Pb.CreateProgrammeRequest CreateRequest(AssignmentName assignment, IEnumerable<Pb.ProgrammeItem> items) => new()
    {
        Parent = $"units/{assignment.Unit}",
        Programme = new()
        {
            Organ = Protos.City.V1.Unit.Types.Organ.PartyCommittee,
            Assignment = $"assignments/{assignment.Assignment}",
            Title = "Chương trình hành động thực hiện Nghị quyết",
            Items = { items },
            Illustrative = true,
        },
        RequestId = NewId(),
    };

    async Task<Pb.Programme> CreateAsync(AssignmentName assignment, IEnumerable<Pb.ProgrammeItem>? items = null) =>
        await _programmes.CreateProgrammeAsync(CreateRequest(assignment, items ?? [Item(assignment)]), Ward);

    AsyncUnaryCall<Pb.Programme> AdoptCall(Pb.Programme programme, Metadata? caller = null) => _programmes.AdoptProgrammeAsync(new()
    {
        Name = programme.Name,
        Etag = programme.Etag,
        Date = "2026-01-16",
        AdoptedBy = "Ban Thường vụ Đảng ủy phường",
        Number = "05-CTr/ĐU",
        RequestId = NewId(),
    }, caller ?? Ward);

    async Task<Pb.Programme> AdoptAsync(Pb.Programme programme) => await AdoptCall(programme);

    AsyncUnaryCall<Pb.Programme> AmendCall(Pb.Programme programme, IEnumerable<Pb.ProgrammeItem> items, string date = "2026-02-10") =>
        _programmes.AmendProgrammeAsync(new()
        {
            Name = programme.Name,
            Etag = programme.Etag,
            Title = programme.Title,
            Items = { items },
            Date = date,
            AdoptedBy = "Ban Thường vụ Đảng ủy phường",
            Number = "12-CTr/ĐU",
            Reason = "Điều chỉnh chỉ tiêu",
            RequestId = NewId(),
        }, Ward);

    async Task<IEnumerable<string>> GapsAsync(Pb.Programme programme)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await AdoptCall(programme));
        Assert.Equal((StatusCode.FailedPrecondition, "PROGRAMME_INCOMPLETE"), (error.StatusCode, RpcErrors.ReasonOf(error)));
        return RpcErrors.Detail<PreconditionFailure>(error)!.Violations.Select(violation => violation.Subject);
    }

    static async Task<string?> RefusedAsync<T>(AsyncUnaryCall<T> call) =>
        RpcErrors.ReasonOf(await Assert.ThrowsAsync<RpcException>(async () => await call));

    async Task<IReadOnlyList<(Type? Type, long Version, string Body)>> PublishedAsync(Pb.Programme programme) =>
        [.. (await Database.ReadAsync(session => session.ListAsync<(string Type, long Version, string Body)>(
            "SELECT type, sequence, body FROM event_log WHERE subject = @subject ORDER BY position", new { subject = programme.Name }), Ct))
            .Select(e => (EventCatalog.FindType(e.Type), e.Version, e.Body))];
}
