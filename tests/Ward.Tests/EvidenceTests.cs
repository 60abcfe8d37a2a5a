using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Grpc.Core;
using City = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Ward.V1;
using State = CanThoGov.Protos.Ward.V1.OutgoingCall.Types.State;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class EvidenceTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : EvidenceTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class EvidenceTests_Postgres(PostgresDatabase<WardDatabase> fixture) : EvidenceTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>Evidence is gathered at the ward, on the work, and is at the city before the result that names it.</summary>
public abstract class EvidenceTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    [Fact]
    public async Task R20_EvidenceOfTheWork_IsAtTheCityBeforeTheResultThatNamesIt_Once()
    {
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var item = await CreateItemAsync(ward, name);
        var (photo, table) = (Uploads.Content(1_000_000), Uploads.Content(10));
        var onItem = await UploadAsync(ward, item, photo);
        var onAssignment = await UploadAsync(ward, name.ToString(), table);

        var reported = await ward.Assignments.ReportWardProgressAsync(
            new() { Name = name.ToString(), Percent = 90, Report = "Gần xong", Attachments = { onItem.Name }, RequestId = NewId() },
            ward.As(Roles.Ward, Events.NinhKieu), cancellationToken: Ct);
        var submitted = await SubmitAsync(ward, name, onItem.Name, onAssignment.Name);
        await AnsweredAsync(ward, reported, submitted);

        Assert.Equal(
            ["UploadAttachment", "ReportProgress", "UploadAttachment", "SubmitResult"], City.CarriedOut.Select(received => received.Method));
        var uploads = City.CarriedOut.Select(received => received.Request).OfType<AttachmentUpload>().ToArray();
        Assert.Equal([onItem.Sha256, onAssignment.Sha256], uploads.Select(upload => upload.Sha256));
        Assert.Equal([photo, table], uploads.Select(upload => City.Uploads[upload.AttachmentId].ToArray()));
        Assert.All(uploads, upload => Assert.Equal(($"assignments/{name.Assignment}", onItem.FileName), (upload.Parent, upload.FileName)));
        var result = Assert.Single(City.CarriedOut.Select(received => received.Request).OfType<City.SubmitResultRequest>());
        Assert.Equal(uploads.Select(upload => $"{upload.Parent}/attachments/{upload.AttachmentId}"), result.Attachments);
    }

    [Fact]
    public async Task R20_Evidence_CutAgainAndAgain_GoesOnWhereItWasAndComesBeforeTheResult()
    {
        var cuts = 0;
        City.Received = (_, length) =>
        {
            if (length > 100_000 * (cuts + 1) && cuts < 3)
            {
                cuts++;
                throw StandInCity.Away();
            }
        };
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var content = Uploads.Content(500_000);
        var evidence = await UploadAsync(ward, name.ToString(), content);

        var submitted = await SubmitAsync(ward, name, evidence.Name);
        await AnsweredAsync(ward, submitted);

        Assert.Equal(3, cuts);
        Assert.Equal(["UploadAttachment", "SubmitResult"], City.CarriedOut.Select(received => received.Method));
        Assert.Equal(content, Assert.Single(City.Uploads).Value.ToArray());
        Assert.Equal(State.Delivered, (await ReadAsync(ward, submitted)).State);
    }

    [Fact]
    public async Task R20_Evidence_GatheredWhileTheCityIsAway_IsDeliveredAfterARestart()
    {
        var content = Uploads.Content(200_000);
        Pb.OutgoingCall submitted;
        await City.StopAsync();
        await using (var ward = await StartWardAsync())
        {
            var name = await IssueAsync(ward, Events.NinhKieu);
            submitted = await SubmitAsync(ward, name, (await UploadAsync(ward, name.ToString(), content)).Name);
        }

        await City.StartAsync();
        await using var restarted = await StartWardAsync();
        await AnsweredAsync(restarted, submitted);

        Assert.Equal(["UploadAttachment", "SubmitResult"], City.CarriedOut.Select(received => received.Method));
        Assert.Equal(content, Assert.Single(City.Uploads).Value.ToArray());
    }

    [Fact]
    public async Task Evidence_DamagedAtTheWard_IsRefusedAndHoldsNothingUp()
    {
        await City.StopAsync();
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var evidence = await UploadAsync(ward, name.ToString(), Uploads.Content(1_000));
        var submitted = await SubmitAsync(ward, name, evidence.Name);
        await File.WriteAllTextAsync(
            Assert.Single(Directory.GetFiles(AttachmentFolder, evidence.Sha256, SearchOption.AllDirectories)), "khác", Ct);
        await City.StartAsync();
        await AnsweredAsync(ward, submitted);

        var calls = await ward.Outgoing.ListOutgoingCallsAsync(
            new() { Parent = $"units/{Events.NinhKieu}", PageSize = 1000, States = { State.Refused } }, ward.As(Roles.Supervisor), cancellationToken: Ct);
        Assert.Contains(calls.OutgoingCalls, call =>
            (call.WardAssignment, call.Method, call.RefusalReason) == (name.ToString(), "UploadAttachment", "ATTACHMENT_DAMAGED"));
        Assert.Equal("SubmitResult", Assert.Single(City.CarriedOut).Method);
    }

    [Fact]
    public async Task Evidence_RefusedOnce_IsSentAgainWithTheNextReportThatNamesIt()
    {
        var isFull = true;
        City.Before = (received, _) => isFull && received.Method == "UploadAttachment"
            ? throw DomainException.Precondition("ATTACHMENTS_TOO_LARGE", "The assignment has too many bytes.")
            : Task.CompletedTask;
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var content = Uploads.Content(1_000);
        var evidence = await UploadAsync(ward, name.ToString(), content);
        await AnsweredAsync(ward, await SubmitAsync(ward, name, evidence.Name));
        Assert.DoesNotContain("UploadAttachment", City.CarriedOut.Select(received => received.Method));

        isFull = false;
        await AnsweredAsync(ward, await SubmitAsync(ward, name, evidence.Name));

        Assert.Equal(["SubmitResult", "UploadAttachment", "SubmitResult"], City.CarriedOut.Select(received => received.Method));
        Assert.Equal(content, Assert.Single(City.Uploads).Value.ToArray());
    }

    [Fact]
    public async Task Evidence_ThatIsNotThere_IsRefusedAndNothingIsQueued()
    {
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var there = await UploadAsync(ward, name.ToString(), Uploads.Content(10));
        var other = await UploadAsync(ward, (await IssueAsync(ward, Events.NinhKieu)).ToString(), Uploads.Content(10));

        await RefusedAsync(StatusCode.FailedPrecondition, "EVIDENCE_MISSING", () => SubmitAsync(ward, name, there.Name, $"{name}/attachments/{NewId()}"));
        var invalid = await RefusedAsync(
            StatusCode.InvalidArgument, FieldErrors.Reason, () => SubmitAsync(ward, name, there.Name, other.Name, $"{name}/x", there.Name));
        Assert.Equal(
            ["attachments[1]", "attachments[2]", "attachments[3]"], RpcErrors.FieldViolationsOf(invalid).Select(violation => violation.Field));
        Assert.Empty(City.Attempts);
    }

    [Fact]
    public async Task Evidence_IsTheUnitsOwnAffair_OthersOfTheCityMayReadIt()
    {
        await using var ward = await StartWardAsync();
        var name = await IssueAsync(ward, Events.NinhKieu);
        var item = await CreateItemAsync(ward, name);
        var content = Uploads.Content(100_000);
        var evidence = await UploadAsync(ward, item, content);

        Assert.Equal(content, (await ward.Attachments.ReadAsync(evidence.Name, headers: ward.As(Roles.CityOffice))).Content);
        var foreign = ward.As(Roles.Ward, Events.CaiKhe);
        await RefusedAsync(StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND", () => ward.Attachments.ReadAsync(evidence.Name, headers: foreign));
        await RefusedAsync(
            StatusCode.NotFound, "ASSIGNMENT_NOT_FOUND", () => ward.Attachments.SendAsync(Uploads.Describe(item, content), content, foreign));
        await RefusedAsync(StatusCode.PermissionDenied, TokenErrors.RoleNotAllowed,
            () => ward.Attachments.SendAsync(Uploads.Describe(item, content), content, ward.As(Roles.CityOffice)));
        await RefusedAsync(StatusCode.NotFound, "WORK_ITEM_NOT_FOUND", () => UploadAsync(ward, $"{name}/workItems/{NewId()}", content));

        await ward.HandleAsync(new AssignmentCancelled(
            Events.Issued(Events.NinhKieu) with { Id = name.Assignment, State = AssignmentState.Cancelled }, "Không còn cần", Events.Monday, 2));
        await RefusedAsync(StatusCode.FailedPrecondition, "ASSIGNMENT_CLOSED", () => UploadAsync(ward, item, content));
        Assert.Equal(content, (await ward.Attachments.ReadAsync(evidence.Name, headers: ward.As(Roles.Ward, Events.NinhKieu))).Content);
    }

    static string NewId() => Guid.NewGuid().ToString();

    static Task<Attachment> UploadAsync(WardHost ward, string parent, byte[] content) =>
        ward.Attachments.SendAsync(Uploads.Describe(parent, content), content, ward.As(Roles.Ward, Events.NinhKieu));

    static async Task<string> CreateItemAsync(WardHost ward, AssignmentName name) => (await ward.WorkItems.CreateWorkItemAsync(
        new() { Parent = name.ToString(), WorkItem = new() { Title = "Thu gom rác", Official = "Nguyễn Văn Mẫu" }, RequestId = NewId() },
        ward.As(Roles.Ward, name.Unit), cancellationToken: Ct)).Name;

    static async Task<Pb.OutgoingCall> SubmitAsync(WardHost ward, AssignmentName name, params string[] attachments) =>
        await ward.Assignments.SubmitWardResultAsync(
            new() { Name = name.ToString(), Result = "Đã nạo vét 2 km", Attachments = { attachments }, RequestId = NewId() },
            ward.As(Roles.Ward, name.Unit), cancellationToken: Ct);

    static async Task<RpcException> RefusedAsync(StatusCode code, string reason, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (refusal.StatusCode, RpcErrors.ReasonOf(refusal)));
        return refusal;
    }
}
