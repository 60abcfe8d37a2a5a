using CanThoGov.City.Assignments;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Kind = CanThoGov.Protos.City.V1.Overlap.Types.Kind;
using Pb = CanThoGov.Protos.City.V1;
using Ruling = CanThoGov.Protos.City.V1.Overlap.Types.Ruling;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class OverlapTests_Sqlite(CityOnSqlite city) : OverlapTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class OverlapTests_Postgres(CityOnPostgres city) : OverlapTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>R31: the same work is not given twice without somebody having decided so.</summary>
public abstract class OverlapTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    readonly TCity _city;

    protected OverlapTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Office => _city.Office;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Each test speaks of something else, so that none sees the work of another.
    static string Own(string text) => text + " " + string.Join(' ', Enumerable.Range(0, 4).Select(_ => Guid.NewGuid().ToString("N")[..6]));

    [Theory]
    [InlineData("Rà soát chức năng, nhiệm vụ của các đơn vị", "Rà soát lại chức năng, nhiệm vụ các đơn vị")]
    [InlineData("Sắp xếp mạng lưới trường, lớp ở xã đảo", "SAP XEP MANG LUOI TRUONG LOP O XA DAO")]
    [InlineData("Hoà giải ở cơ sở tại khu phố", "Hòa giải ở cơ sở tại khu phố")]
    public async Task R31_SimilarWorkForAnotherLead_IsRefusedUntilItIsRuled(string given, string again)
    {
        var mark = Own("");
        var first = await IssueAsync(await DraftAsync($"{given} {mark}", "so-noi-vu"));
        var second = await DraftAsync($"{again} {mark}", "ubnd-thanh-pho");

        var (error, reason) = await RefusalAsync(IssuingAsync(second));
        Assert.Equal((StatusCode.FailedPrecondition, "OVERLAP_UNRULED"), (error.StatusCode, reason));
        var violation = Assert.Single(RpcErrors.Detail<PreconditionFailure>(error)!.Violations);
        Assert.Equal(first.Name, violation.Subject);
        Assert.Contains("so-noi-vu", violation.Description);
        Assert.Equal(State.Draft, (await Office.Assignments.GetAssignmentAsync(new() { Name = second.Name })).State);

        var found = Assert.Single((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = second.Name })).Overlaps);
        Assert.Equal((first.Name, "units/so-noi-vu", Ruling.Unspecified, 1), (found.Other, found.OtherLead, found.Ruling, found.OtherCount));
        Assert.Equal(Kind.SameSubject, Assert.Single(found.Findings).Kind);
        Assert.InRange(found.Similarity, 0.4, 1);

        await RuleAsync(second, first, Ruling.KeepBoth, "", "Hai địa bàn khác nhau");
        Assert.Equal(State.Issued, (await IssueAsync(second)).State);

        foreach (var one in new[] { first, second })
        {
            var kept = Assert.Single((await Office.Overlaps.ListOverlapsAsync(new() { Parent = one.Name })).Overlaps);
            Assert.Equal((Ruling.KeepBoth, "Hai địa bàn khác nhau", second.Name, first.Name), (kept.Ruling, kept.Reason, kept.Assignment, kept.Other));
            Assert.Equal("test:city-office:van-phong-ubnd", kept.RuledBy);
            Assert.NotNull(kept.RuleTime);
            Assert.Equal(found.Findings, kept.Findings);
        }
    }

    [Fact]
    public async Task R31_WhatABatchGives_IsNotComparedWithinIt_UnlessSomebodyElseGaveItToo()
    {
        var (store, check) = (_city.Services.GetRequiredService<AssignmentStore>(), _city.Services.GetRequiredService<OverlapCheck>());
        var words = Own("Sửa chữa đường liên ấp, cầu dân sinh");
        var issued = await IssueAsync(await DraftAsync(words, "so-noi-vu"));
        await Office.Assignments.CancelAssignmentAsync(new() { Name = issued.Name, Etag = issued.Etag, Reason = "Chỉ để lấy mẫu", RequestId = NewId() });
        var (batch, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var given = (await _city.Database.ReadAsync(session => store.FindAsync(session, Guid.Parse(issued.Name.Split('/')[1])), Cancelled))!.Snapshot with
        {
            Id = Guid.CreateVersion7(),
            State = AssignmentState.Issued,
            Title = words + " năm 2026",
            BatchId = batch,
        };
        var next = given with { Id = Guid.CreateVersion7(), Title = words + " năm nay", Lead = new("ubnd-thanh-pho", Organ.Unspecified) };
        await AddAsync(given);
        Assert.Empty(await FindAsync(next));
        Assert.Equal(given.Id, Assert.Single(await FindAsync(next with { BatchId = null })).Other.Id);
        Assert.Equal(given.Id, Assert.Single(await FindAsync(next with { BatchId = other })).Other.Id);

        var outside = given with { Id = Guid.CreateVersion7(), BatchId = null };
        await AddAsync(outside);
        Assert.Equal(outside.Id, Assert.Single(await FindAsync(next)).Other.Id);

        Task AddAsync(AssignmentSnapshot assignment) => _city.Database.InTransactionAsync(
            transaction => store.AddAsync(transaction, new(assignment, 1), new() { Verb = "create", Actor = "test", At = assignment.CreatedAt }), Cancelled);

        Task<IReadOnlyList<Overlap>> FindAsync(AssignmentSnapshot assignment) =>
            _city.Database.ReadAsync(session => check.FindAsync(session, assignment), Cancelled);
    }

    [Fact]
    public async Task R31_OneWorkForManyUnits_OverlapsNeitherWithItselfNorWithItsCascade_AndIsRuledOnce()
    {
        var title = Own("Dọn dẹp kênh rạch trên địa bàn");
        var document = (await NewDocumentAsync(Office)).Name;
        Pb.Assignment[] copies =
        [
            await IssueAsync(await DraftAsync(title, "so-noi-vu", document)), await IssueAsync(await DraftAsync(title, "ubnd-thanh-pho", document)),
            await IssueAsync(await DraftAsync(title, NinhKieu, document)),
        ];
        var part = await DraftAsync(title + " phần của phường", CaiKhe, change: draft => draft.Parent = copies[2].Name);
        Assert.Equal(State.Issued, (await IssueAsync(part)).State);

        var elsewhere = (await NewDocumentAsync(Office)).Name;
        Pb.Assignment[] again = [await DraftAsync(title, CaiKhe, elsewhere), await DraftAsync(title, "thanh-uy", elsewhere)];
        var found = (await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = again[0].Name })).Overlaps;
        var ofCopies = Assert.Single(found, overlap => copies.Any(copy => copy.Name == overlap.Other));
        Assert.Equal(3, ofCopies.OtherCount);
        await RuleAsync(again[0], copies[0], Ruling.KeepBoth, "", "Đợt hai");
        foreach (var other in found.Where(overlap => overlap != ofCopies))
        {
            await RuleAsync(again[0], await Office.Assignments.GetAssignmentAsync(new() { Name = other.Other }), Ruling.KeepBoth, "", "Đợt hai");
        }

        await IssueAsync(again[0]);
        var ofSecond = (await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = again[1].Name })).Overlaps;
        Assert.Equal(Ruling.KeepBoth, Assert.Single(ofSecond, overlap => copies.Any(copy => copy.Name == overlap.Other)).Ruling);
    }

    [Theory]
    [InlineData(Ruling.Merge)]
    [InlineData(Ruling.CancelOne)]
    public async Task R31_WhatWasRuledNotToGoOn_IsNotIssued(Ruling ruling)
    {
        var title = Own("Lập quy hoạch phân khu ven sông");
        var first = await IssueAsync(await DraftAsync(title, "so-noi-vu"));
        var second = await DraftAsync(title, "ubnd-thanh-pho");

        await RuleAsync(second, first, ruling, first.Name, "Đã giao");
        var (error, reason) = await RefusalAsync(IssuingAsync(second));
        Assert.Equal((StatusCode.FailedPrecondition, "OVERLAP_NOT_KEPT"), (error.StatusCode, reason));

        await RuleAsync(second, first, ruling, second.Name, "Giao lại cho đúng đơn vị");
        Assert.Equal(State.Issued, (await IssueAsync(second)).State);
        Assert.Equal(
            [second.Name, first.Name], (await Office.Overlaps.ListOverlapsAsync(new() { Parent = first.Name })).Overlaps.Select(one => one.Kept));
    }

    [Fact]
    public async Task R31_TheSameUnitAskedForTheSameFiguresTwiceInAQuarter_IsFound_ButNotForOtherWork()
    {
        var title = Own("Báo cáo số liệu hộ nghèo");
        await _city.ShowAsync("2026-04-06", "08:00");
        await IssueAsync(await DraftAsync(title, "so-noi-vu", change: draft => draft.ExpectedResult = "Báo cáo"));
        var again = await DraftAsync(title, "so-noi-vu", change: draft => draft.ExpectedResult = "Biểu mẫu, số liệu");
        var found = Assert.Single((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = again.Name })).Overlaps);
        Assert.Equal(Kind.SameData, Assert.Single(found.Findings).Kind);

        var next = await DraftAsync(title, "so-noi-vu", change: draft => draft.Deadline.WorkingDays = 100);
        Assert.Empty((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = next.Name })).Overlaps);
        var work = Own("Dọn vệ sinh kênh rạch");
        await IssueAsync(await DraftAsync(work, "so-noi-vu"));
        Assert.Empty((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = (await DraftAsync(work, "so-noi-vu")).Name })).Overlaps);
    }

    [Fact]
    public async Task R31_DatesThatContradict_AreFound()
    {
        var document = (await NewDocumentAsync(Office)).Name;
        var provision = (await Office.Documents.CreateProvisionAsync(new Pb.CreateProvisionRequest
        {
            Parent = document,
            Provision = new() { Section = "1", Summary = "Việc", GivesWork = true },
            RequestId = NewId(),
        })).Name;
        var first = await IssueAsync(await DraftAsync(Own("Việc thứ nhất"), "so-noi-vu", document, draft => draft.Provision = provision));

        var part = await DraftAsync(Own("Phần việc"), CaiKhe, change: draft => (draft.Parent, draft.Deadline.WorkingDays) = (first.Name, 30));
        var late = Assert.Single((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = part.Name })).Overlaps);
        Assert.Equal((first.Name, Kind.DueAfterParent), (late.Other, Assert.Single(late.Findings).Kind));

        var other = await DraftAsync(Own("Việc khác hẳn"), "ubnd-thanh-pho", document, draft =>
        {
            (draft.Provision, draft.Deadline.WorkingDays) = (provision, 30);
            draft.Content = Own("Không giống");
        });
        var found = Assert.Single((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = other.Name })).Overlaps);
        Assert.Equal(first.Name, found.Other);
        Assert.Equal([Kind.SameProvision, Kind.TwoDueDates], found.Findings.Select(finding => finding.Kind));

        var copy = await DraftAsync(first.Title, CaiKhe, document, draft => (draft.Provision, draft.Content) = (provision, first.Content));
        Assert.Empty((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = copy.Name })).Overlaps);
    }

    [Fact]
    public async Task R31_WhatHasEndedOrWasNeverIssued_CollidesWithNothing()
    {
        var title = Own("Tu sửa nhà văn hóa ấp");
        var draft = await DraftAsync(title, "so-noi-vu");
        var issued = await IssueAsync(await DraftAsync(title, "thanh-uy"));
        await Office.Assignments.CancelAssignmentAsync(new() { Name = issued.Name, Etag = issued.Etag, Reason = "Thôi", RequestId = NewId() });

        Assert.Empty((await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = draft.Name })).Overlaps);
        Assert.Equal(State.Issued, (await IssueAsync(draft)).State);
    }

    [Fact]
    public async Task R31_ARuling_NeedsAnOverlapAndTheAssigner()
    {
        var title = Own("Cấp nước sạch nông thôn");
        var first = await IssueAsync(await DraftAsync(title, "so-noi-vu"));
        var second = await DraftAsync(title, "ubnd-thanh-pho");
        var unlike = await IssueAsync(await DraftAsync(Own("Việc khác"), "so-noi-vu", change: draft => draft.Content = Own("Khác")));

        await RefusedAsync("OVERLAP_NOT_FOUND", StatusCode.NotFound, Office, Request(second, unlike));
        await RefusedAsync("NOT_ASSIGNER", StatusCode.PermissionDenied, _city.As(Roles.CityDepartment, "ubnd-thanh-pho"), Request(second, first));
        await RefusedAsync("ASSIGNMENT_CHANGED", StatusCode.Aborted, Office, Request(second, first, request => request.Etag = "99"));
        await RefusedAsync("ASSIGNMENT_NOT_FOUND", StatusCode.NotFound, Office,
            Request(second, first, request => request.Other = $"assignments/{Guid.NewGuid()}"));
        await RefusedAsync(FieldErrors.Reason, StatusCode.InvalidArgument, Office, Request(second, first, request => request.Kept = first.Name));
        await RefusedAsync(FieldErrors.Reason, StatusCode.InvalidArgument, Office, Request(second, first, request => request.Ruling = Ruling.Merge));
        await RefusedAsync("ROLE_NOT_ALLOWED", StatusCode.PermissionDenied, _city.As(Roles.Ward, NinhKieu), Request(second, first));
        await RefusedAsync("ROLE_NOT_ALLOWED", StatusCode.PermissionDenied, _city.As(Roles.Supervisor), Request(second, first));
        Assert.Single((await _city.As(Roles.Supervisor).Overlaps.CheckOverlapsAsync(new() { Assignment = second.Name })).Overlaps);
        var (ofWard, _) = await RefusalAsync(_city.As(Roles.Ward, NinhKieu).Overlaps.CheckOverlapsAsync(new() { Assignment = second.Name }));
        Assert.Equal(StatusCode.PermissionDenied, ofWard.StatusCode);
        Assert.Empty((await Office.Overlaps.ListOverlapsAsync(new() { Parent = first.Name })).Overlaps);

        var once = Request(second, first);
        var answer = await Office.Overlaps.RuleOverlapAsync(once);
        Assert.Equal(answer, await Office.Overlaps.RuleOverlapAsync(once));
        Assert.Single((await Office.Overlaps.ListOverlapsAsync(new() { Parent = first.Name })).Overlaps);
    }

    [Fact]
    public async Task R31_OfManyOverlaps_NoneIsIssuedUnruled()
    {
        const int Many = 51;
        var title = Own("Xây dựng cầu giao thông nông thôn");
        for (var i = 0; i < Many; i++)
        {
            await IssueAsync(await DraftAsync(title, "so-noi-vu"));
        }

        var draft = await DraftAsync(title, "ubnd-thanh-pho");
        var shown = (await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = draft.Name })).Overlaps;
        Assert.Equal(Many - 1, shown.Count);
        foreach (var overlap in shown)
        {
            await Office.Overlaps.RuleOverlapAsync(Request(draft, draft, request => request.Other = overlap.Other));
        }

        var (error, reason) = await RefusalAsync(IssuingAsync(draft));
        Assert.Equal("OVERLAP_UNRULED", reason);
        var last = Assert.Single(RpcErrors.Detail<PreconditionFailure>(error)!.Violations).Subject;
        Assert.DoesNotContain(shown, overlap => overlap.Other == last);
        Assert.Equal(last, (await Office.Overlaps.CheckOverlapsAsync(new() { Assignment = draft.Name })).Overlaps[0].Other);
        await Office.Overlaps.RuleOverlapAsync(Request(draft, draft, request => request.Other = last));
        Assert.Equal(State.Issued, (await IssueAsync(draft)).State);
    }

    [Fact]
    public async Task R31_ADraftInTheWordsOfAnothersWork_GivesNoSayInIt()
    {
        var title = Own("Cải tạo chợ phường");
        var document = (await NewDocumentAsync(Office)).Name;
        var given = await IssueAsync(await DraftAsync(title, "so-noi-vu", document));
        var second = await DraftAsync(title, "ubnd-thanh-pho");
        var third = _city.As(Roles.CityDepartment, "thanh-uy");
        var words = Draft(document);
        (words.Title, words.Content) = (title, title);
        var copy = await third.Assignments.CreateAssignmentAsync(new() { Assignment = words, RequestId = NewId() });

        await RefusedAsync("OVERLAP_NOT_FOUND", StatusCode.NotFound, third, Request(second, copy));
        await RefusedAsync("NOT_ASSIGNER", StatusCode.PermissionDenied, third, Request(second, given));
    }

    static async Task RefusedAsync(string reason, StatusCode code, CityClient client, Pb.RuleOverlapRequest request)
    {
        var (error, actual) = await RefusalAsync(client.Overlaps.RuleOverlapAsync(request));
        Assert.Equal((code, reason), (error.StatusCode, actual));
    }

    static Pb.RuleOverlapRequest Request(Pb.Assignment one, Pb.Assignment other, Action<Pb.RuleOverlapRequest>? change = null)
    {
        var request = new Pb.RuleOverlapRequest
        {
            Assignment = one.Name,
            Other = other.Name,
            Etag = one.Etag,
            Ruling = Ruling.KeepBoth,
            Reason = "Hai địa bàn",
            RequestId = NewId(),
        };
        change?.Invoke(request);
        return request;
    }

    async Task RuleAsync(Pb.Assignment one, Pb.Assignment other, Ruling ruling, string kept, string reason) =>
        await Office.Overlaps.RuleOverlapAsync(Request(one, other, request => (request.Ruling, request.Kept, request.Reason) = (ruling, kept, reason)));

    async Task<Pb.Assignment> DraftAsync(string title, string lead, string? document = null, Action<Pb.Assignment>? change = null)
    {
        var draft = Draft(document ?? (await NewDocumentAsync(Office)).Name);
        draft.Title = title;
        draft.Content = title;
        draft.Lead.Unit = $"units/{lead}";
        draft.Coordinators.Clear();
        change?.Invoke(draft);
        return await Office.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
    }

    AsyncUnaryCall<Pb.Assignment> IssuingAsync(Pb.Assignment draft) =>
        Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });

    async Task<Pb.Assignment> IssueAsync(Pb.Assignment draft) => await IssuingAsync(draft);
}
