using CanThoGov.Platform.Attachments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Testing;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class EvidenceTests_Sqlite(CityOnSqlite city) : EvidenceTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class EvidenceTests_Postgres(CityOnPostgres city) : EvidenceTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>Files that prove a result: stored whole or not at all, read back as they were, named by what was handed in.</summary>
public abstract class EvidenceTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Foreign = "31147-2025";
    const int Largest = 10 * 1024 * 1024;

    readonly TCity _city;

    protected EvidenceTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    CityClient Lead => _city.As(Roles.Ward, NinhKieu);

    [Fact]
    public async Task R20_AResult_WithEvidence_IsJudgedByWhoCanReadIt()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(Largest);
        var evidence = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
        var reported = Uploads.Content(1);
        var photo = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, reported), reported);

        await Lead.Assignments.ReportProgressAsync(
            new() { Name = assignment.Name, Percent = 90, Report = "Gần xong", Attachments = { photo.Name }, RequestId = NewId() });
        var submitted = await Lead.Assignments.SubmitResultAsync(
            new() { Name = assignment.Name, Result = "Đã nạo vét 2 km", Attachments = { evidence.Name, photo.Name }, RequestId = NewId() });

        var named = Assert.Single((await _city.Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name })).Submissions).Attachments;
        Assert.Equal([evidence.Name, photo.Name], named);
        var (read, bytes) = await _city.Office.Attachments.ReadAsync(named[0]);
        Assert.Equal(evidence, read);
        Assert.Equal("Biên bản nghiệm thu (bản ký).jpg", read.FileName);
        Assert.Equal(content, bytes);
        Assert.Equal(content[7_000_000..], (await _city.Office.Attachments.ReadAsync(named[0], 7_000_000)).Content);
        Assert.Equal(
            [evidence, photo],
            (await _city.As(Roles.Supervisor).Attachments.ListAttachmentsAsync(new() { Parent = assignment.Name })).Attachments);

        var history = (await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = assignment.Name, PageSize = 100 })).Entries;
        Assert.Equal([photo.Name], history.Single(entry => entry.Verb == "report-progress").Attachments);
        Assert.Equal(named, history.Single(entry => entry.Verb == "submit-result").Attachments);
        await _city.Office.Assignments.AcceptResultAsync(new() { Name = assignment.Name, Etag = submitted.Etag, RequestId = NewId() });
        await RefusedAsync(
            StatusCode.FailedPrecondition, "ASSIGNMENT_CLOSED", () => Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, reported), reported));
    }

    [Fact]
    public async Task R20_AResult_WhoseEvidenceIsNotThere_IsRefused()
    {
        var assignment = await InWorkAsync();
        var other = await InWorkAsync();
        var content = Uploads.Content(100);
        var foreign = await Lead.Attachments.SendAsync(Uploads.Describe(other.Name, content), content);
        var missing = $"{assignment.Name}/attachments/{Guid.NewGuid()}";

        var refusal = await RefusedAsync(StatusCode.FailedPrecondition, "EVIDENCE_MISSING", () => SubmitAsync(missing));
        Assert.Contains(missing, refusal.Status.Detail, StringComparison.Ordinal);
        var invalid = await RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason, () => SubmitAsync(missing, foreign.Name, "x", missing));
        Assert.Equal(["attachments[1]", "attachments[2]", "attachments[3]"], FieldViolations(invalid).Select(violation => violation.Field));
        Assert.Empty((await _city.Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name })).Submissions);

        async Task SubmitAsync(params string[] attachments) => await Lead.Assignments.SubmitResultAsync(
            new() { Name = assignment.Name, Result = "Xong", Attachments = { attachments }, RequestId = NewId() });
    }

    [Fact]
    public async Task Upload_Cut_GoesOnFromWhatIsThere()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(3_000_000);
        var start = Uploads.Describe(assignment.Name, content);
        using (var cut = Lead.Attachments.UploadAttachment())
        {
            await cut.RequestStream.WriteAsync(new() { Start = start }, Ct);
            await cut.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(content, 0, 1_000_000) }, Ct);
            // While it is under way nobody else can bring the same.
            await Eventually.HoldsAsync(
                async () => await ReasonAsync(start, content) == "UPLOAD_UNDER_WAY", "the server has the first part");
        }

        await Eventually.HoldsAsync(async () => await ReasonAsync(start, content) == "OFFSET_MISMATCH", "the server has noticed the cut");
        var refusal = await RefusedAsync(
            StatusCode.FailedPrecondition, "OFFSET_MISMATCH", () => Lead.Attachments.SendAsync(start, content));
        start.Offset = long.Parse(RpcErrors.MetadataOf(refusal)["received_bytes"]);
        Assert.InRange(start.Offset, 1, 1_000_000);
        await NotStoredAsync(start);

        var early = await RefusedAsync(
            StatusCode.FailedPrecondition, "UPLOAD_INCOMPLETE", () => Lead.Attachments.SendAsync(start, content[..2_000_000]));
        Assert.Equal("2000000", RpcErrors.MetadataOf(early)["received_bytes"]);
        start.Offset = 2_000_000;
        var attachment = await Lead.Attachments.SendAsync(start, content);

        Assert.Equal(content, (await _city.Office.Attachments.ReadAsync(attachment.Name)).Content);
        Assert.Equal(attachment, await Lead.Attachments.SendAsync(start, content));
        start.FileName = "khác.jpg";
        await RefusedAsync(StatusCode.AlreadyExists, "ATTACHMENT_ID_REUSED", () => Lead.Attachments.SendAsync(start, content));
    }

    [Fact]
    public async Task Upload_OfSomethingElse_IsRefusedAndNothingOfItIsKept()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(200_000);
        var start = Uploads.Describe(assignment.Name, content);
        var other = content.ToArray();
        other[150_000] ^= 1;

        await RefusedAsync(StatusCode.InvalidArgument, "HASH_MISMATCH", () => Lead.Attachments.SendAsync(start, other));
        await RefusedAsync(StatusCode.InvalidArgument, "SIZE_MISMATCH", () => Lead.Attachments.SendAsync(start, [.. content, 1]));
        await NotStoredAsync(start);

        // From its beginning again: nothing is in the way.
        Assert.Equal(start.Sha256, (await Lead.Attachments.SendAsync(start, content)).Sha256);
    }

    [Fact]
    public async Task Upload_BeyondALimit_IsRefusedWithTheLimit()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(10);
        var large = Uploads.Describe(assignment.Name, content);
        large.SizeBytes = Largest + 1;
        var program = Uploads.Describe(assignment.Name, content);
        program.ContentType = "text/html";

        var tooLarge = await RefusedAsync(StatusCode.FailedPrecondition, "ATTACHMENT_TOO_LARGE", () => Lead.Attachments.SendAsync(large, content));
        Assert.Equal($"{Largest}", RpcErrors.MetadataOf(tooLarge)["max_bytes"]);
        await RefusedAsync(StatusCode.FailedPrecondition, "CONTENT_TYPE_NOT_ALLOWED", () => Lead.Attachments.SendAsync(program, content));

        await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
        await _city.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE attachments SET size_bytes = @size WHERE owner = @Name", new { size = (10L * Largest) - 9, assignment.Name }), Ct);
        await RefusedAsync(
            StatusCode.FailedPrecondition, "ATTACHMENTS_TOO_LARGE", () => Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content));
    }

    [Fact]
    public async Task Uploads_OfManyAtOnce_NeverExceedTheLimit()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(1_000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => ReasonAsync(Uploads.Describe(assignment.Name, content), content)));

        Assert.Equal(50, outcomes.Count(reason => reason.Length == 0));
        Assert.Equal(10, outcomes.Count(reason => reason == "ATTACHMENTS_TOO_MANY"));
        var listed = await Lead.Attachments.ListAttachmentsAsync(new() { Parent = assignment.Name, PageSize = 30 });
        var rest = await Lead.Attachments.ListAttachmentsAsync(new() { Parent = assignment.Name, PageSize = 30, PageToken = listed.NextPageToken });
        Assert.Equal((30, 20, ""), (listed.Attachments.Count, rest.Attachments.Count, rest.NextPageToken));
        Assert.Equal(50, listed.Attachments.Concat(rest.Attachments).Select(one => one.Name).Distinct().Count());
        // One content, one file.
        Assert.Single(Directory.GetFiles(_city.AttachmentFolder, listed.Attachments[0].Sha256, SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Uploads_BegunAndNotEnded_TakeNoMoreThanAllTheFilesMay()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(Largest);
        var starts = Enumerable.Range(0, 11).Select(_ => Uploads.Describe(assignment.Name, content)).ToArray();

        var outcomes = new List<string>();
        foreach (var start in starts)
        {
            outcomes.Add(await ReasonAsync(start, content[..10]));
        }

        Assert.Equal([.. Enumerable.Repeat("UPLOAD_INCOMPLETE", 10), "UPLOADS_UNFINISHED"], outcomes);
        starts[0].Offset = 10;
        Assert.Empty(await ReasonAsync(starts[0], content));
        Assert.Equal("UPLOAD_INCOMPLETE", await ReasonAsync(starts[10], content[..10]));
        // What another assignment has begun is its own affair.
        Assert.Empty(await ReasonAsync(Uploads.Describe((await InWorkAsync()).Name, content), content));
    }

    [Fact]
    public async Task OfAForeignAssignment_ItIsAsIfThereWereNone()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(10);
        var attachment = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
        var foreign = _city.As(Roles.Ward, Foreign);

        foreach (var call in new Func<Task>[]
        {
            async () => await foreign.Attachments.GetAttachmentAsync(new() { Name = attachment.Name }),
            async () => await foreign.Attachments.ListAttachmentsAsync(new() { Parent = assignment.Name }),
            () => foreign.Attachments.ReadAsync(attachment.Name),
            () => foreign.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content),
        })
        {
            await RefusedAsync(StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND", call);
        }

        await RefusedAsync(StatusCode.NotFound, "ATTACHMENT_NOT_FOUND", async () =>
            await Lead.Attachments.GetAttachmentAsync(new() { Name = $"{assignment.Name}/attachments/{Guid.NewGuid()}" }));
        await RefusedAsync(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed, () =>
            _city.As(Roles.Supervisor).Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content));
        // Who helps may add his part.
        await _city.As(Roles.Ward, CaiKhe).Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
    }

    [Fact]
    public async Task AUnitThatHasNoPartInIt_AddsNothing_AndOneThatLedReadsWhatItAdded()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(10);
        var start = Uploads.Describe(assignment.Name, content);
        var department = _city.As(Roles.CityDepartment, "so-noi-vu");
        await RefusedAsync(StatusCode.PermissionDenied, "UNIT_NOT_CONCERNED", () => department.Attachments.SendAsync(start, content));
        await NotStoredAsync(start);
        var attachment = await Lead.Attachments.SendAsync(start, content);
        Assert.Equal(content, (await department.Attachments.ReadAsync(attachment.Name)).Content);
        await _city.Office.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);

        var asked = await Lead.Assignments.RequestTransferAsync(new()
        {
            Name = assignment.Name,
            To = new() { Unit = $"units/{Foreign}" },
            Ground = WrongCompetence,
            Reason = "Thuộc địa bàn khác",
            RequestId = NewId(),
        });
        await _city.Office.Assignments.DecideTransferAsync(
            new() { Name = asked.Name, Etag = asked.Etag, Grant = true, ResponsiblePerson = new() { Role = "Chuyên viên" }, RequestId = NewId() });

        Assert.Equal(content, (await Lead.Attachments.ReadAsync(attachment.Name)).Content);
        Assert.Contains(attachment, (await Lead.Attachments.ListAttachmentsAsync(new() { Parent = assignment.Name })).Attachments);
        await RefusedAsync(
            StatusCode.PermissionDenied, "UNIT_NOT_CONCERNED", () => Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content));
    }

    [Fact]
    public async Task AFile_DamagedOrGone_IsNotGivenOut()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(100_000);
        var attachment = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
        var path = Assert.Single(Directory.GetFiles(_city.AttachmentFolder, attachment.Sha256, SearchOption.AllDirectories));

        var damaged = content.ToArray();
        damaged[99_999] ^= 1;
        await File.WriteAllBytesAsync(path, damaged, Ct);
        await RefusedAsync(StatusCode.DataLoss, "ATTACHMENT_DAMAGED", () => _city.Office.Attachments.ReadAsync(attachment.Name));
        File.Delete(path);
        await RefusedAsync(StatusCode.DataLoss, "ATTACHMENT_DAMAGED", () => _city.Office.Attachments.ReadAsync(attachment.Name));

        // Uploading it again under another id puts it right for both.
        await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
        Assert.Equal(content, (await _city.Office.Attachments.ReadAsync(attachment.Name)).Content);
    }

    [Fact]
    public async Task WhatACrashLeft_IsRemoved_WhatBelongsToAnAttachmentIsNot()
    {
        var assignment = await InWorkAsync();
        var content = Uploads.Content(5_000);
        var kept = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, content), content);
        var cut = Uploads.Content(5_000);
        await ReasonAsync(Uploads.Describe(assignment.Name, cut), cut[..4_000]);
        // As a crash leaves it between the file and its row.
        var lost = Uploads.Content(5_000);
        var crashed = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, lost), lost);
        await _city.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "DELETE FROM attachments WHERE sha256 = @Sha256", new { crashed.Sha256 }), Ct);
        var sweep = _city.Services.GetRequiredService<AttachmentSweep<CityDatabase>>();

        await sweep.RemoveAsync(TimeProvider.System.GetUtcNow().AddHours(-1), Ct);
        Assert.Single(Directory.GetFiles(_city.AttachmentFolder, crashed.Sha256, SearchOption.AllDirectories));
        await sweep.RemoveAsync(TimeProvider.System.GetUtcNow().AddHours(1), Ct);

        Assert.Empty(Directory.GetFiles(_city.AttachmentFolder, crashed.Sha256, SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(_city.AttachmentFolder, "unfinished")));
        Assert.Equal(content, (await _city.Office.Attachments.ReadAsync(kept.Name)).Content);
        var again = await Lead.Attachments.SendAsync(Uploads.Describe(assignment.Name, lost), lost);
        Assert.Equal(lost, (await _city.Office.Attachments.ReadAsync(again.Name)).Content);
    }

    [Fact]
    public async Task BadDescriptions_NameEveryField()
    {
        await NamesAsync(
            new()
            {
                Parent = "assignments/",
                AttachmentId = "1",
                FileName = "../../etc/passwd",
                ContentType = new string('x', 201),
                SizeBytes = -1,
                Sha256 = new string('A', 64),
                Offset = -1,
            }, "parent", "attachment_id", "file_name", "content_type", "size_bytes", "offset", "sha256");
        await NamesAsync(new(), "parent", "attachment_id", "file_name", "content_type", "size_bytes", "sha256");

        using var call = Lead.Attachments.UploadAttachment();
        await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFromUtf8("x") }, Ct);
        var headless = await RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason, () => call.ResponseAsync);
        Assert.Equal("start", Assert.Single(FieldViolations(headless)).Field);

        async Task NamesAsync(AttachmentUpload start, params string[] fields)
        {
            var refusal = await RefusedAsync(StatusCode.InvalidArgument, FieldErrors.Reason, () => Lead.Attachments.SendAsync(start, []));
            Assert.Equal(fields.Select(field => $"start.{field}"), FieldViolations(refusal).Select(violation => violation.Field));
        }
    }

    async Task<Pb.Assignment> InWorkAsync()
    {
        var assignment = await NewIssuedAsync(_city.Office);
        return await Lead.Assignments.AcknowledgeAssignmentAsync(new() { Name = assignment.Name, RequestId = NewId() });
    }

    /// <returns>Empty if it was taken.</returns>
    async Task<string> ReasonAsync(AttachmentUpload start, byte[] content)
    {
        try
        {
            await Lead.Attachments.SendAsync(start, content);
            return "";
        }
        catch (RpcException e)
        {
            return RpcErrors.ReasonOf(e) ?? e.Status.Detail;
        }
    }

    Task NotStoredAsync(AttachmentUpload start) => RefusedAsync(StatusCode.NotFound, "ATTACHMENT_NOT_FOUND", async () =>
        await Lead.Attachments.GetAttachmentAsync(new() { Name = $"{start.Parent}/attachments/{start.AttachmentId}" }));

    static async Task<RpcException> RefusedAsync(StatusCode code, string reason, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
        return refusal;
    }
}
