using System.Security.Cryptography;
using System.Text;
using CanThoGov.Platform.Attachments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Outgoing;
using Google.Protobuf;
using Grpc.Core;
using Attachment = CanThoGov.Platform.Attachments.Attachment;

namespace CanThoGov.Ward.Evidence;

/// <summary>
/// Brings evidence to the city before the report or result that names it: as a call of its own in the queue of the assignment, which keeps the
/// order. The content stays in the ward's files; the call only says which it is.
/// </summary>
public sealed class EvidenceUploads(AttachmentStore attachments, AttachmentFiles<WardDatabase> files, OutgoingQueue queue)
{
    public const string Method = nameof(AttachmentService.AttachmentServiceClient.UploadAttachment);

    const int ChunkSize = 64 * 1024;

    /// <summary>Puts what was not yet sent, or was refused, into the queue. The assignment has to be locked.</summary>
    /// <param name="names">Of attachments of the assignment or its work items.</param>
    /// <returns>The names that they will have at the city.</returns>
    /// <exception cref="DomainException">FAILED_PRECONDITION, reason <c>EVIDENCE_MISSING</c>, naming all that were not uploaded here.</exception>
    public async Task<IReadOnlyList<string>> QueueAsync(
        Transaction transaction, AssignmentName assignment, IReadOnlyList<string> names, Caller caller, DateTimeOffset now)
    {
        var (found, missing) = (new List<Attachment>(), new List<string>());
        foreach (var name in names)
        {
            if (await FindAsync(transaction, name) is { } attachment)
            {
                found.Add(attachment);
            }
            else
            {
                missing.Add(name);
            }
        }

        if (missing.Count > 0)
        {
            var refusal = DomainException.Precondition("EVIDENCE_MISSING", $"Not uploaded, or not whole: {string.Join(", ", missing)}.");
            missing.ForEach(name => refusal.Violating(name, "was not uploaded, or not whole"));
            throw refusal;
        }

        foreach (var attachment in found)
        {
            var id = CityIdOf(attachment);
            // What was refused may be taken now, and nobody could send it again otherwise.
            if (await queue.FindAsync(transaction, assignment.Unit, id) is null or { State: OutgoingState.Refused })
            {
                var upload = new AttachmentUpload
                {
                    Parent = $"assignments/{assignment.Assignment}",
                    AttachmentId = id.ToString(),
                    FileName = attachment.FileName,
                    ContentType = attachment.ContentType,
                    SizeBytes = attachment.SizeBytes,
                    Sha256 = attachment.Sha256,
                };
                await queue.AddAgainAsync(transaction, OutgoingCall.New(id, assignment, Method, upload.ToByteArray(), caller.Subject, now));
            }
        }

        return [.. found.Select(attachment => Attachment.NameOf($"assignments/{assignment.Assignment}", CityIdOf(attachment)))];
    }

    /// <summary>Checks the form of the names in a request.</summary>
    public static void Check(string assignment, IReadOnlyList<string> names, FieldErrors errors, string field)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (!names[i].StartsWith(assignment + "/", StringComparison.Ordinal) || Parse(names[i]) is null || names.Take(i).Contains(names[i]))
            {
                errors.Add($"{field}[{i}]", "must be the name of an attachment of the assignment or of its work items, each once");
            }
        }
    }

    /// <summary>Sends the content, from where an attempt before was cut.</summary>
    /// <exception cref="RpcException">The city refused, or did not take all of it in time: the next attempt goes on.</exception>
    /// <exception cref="DomainException">DATA_LOSS: the ward's own file is damaged.</exception>
    public async Task DeliverAsync(OutgoingCall call, CallInvoker city, CallOptions options)
    {
        var upload = AttachmentUpload.Parser.ParseFrom(call.Request);
        await using var content = await files.OpenAsync(upload.Sha256, upload.SizeBytes, options.CancellationToken);
        var client = new AttachmentService.AttachmentServiceClient(city);
        try
        {
            await SendAsync(client, upload, content, options);
        }
        catch (RpcException e) when (RpcErrors.ReasonOf(e) == "OFFSET_MISMATCH")
        {
            upload.Offset = long.Parse(RpcErrors.MetadataOf(e)["received_bytes"], System.Globalization.CultureInfo.InvariantCulture);
            await SendAsync(client, upload, content, options);
        }
    }

    /// <summary>Reasons that say something about the transfer, not about the evidence: it is sent again.</summary>
    public static bool IsAboutTheTransfer(string? reason) =>
        reason is "OFFSET_MISMATCH" or "UPLOAD_INCOMPLETE" or "HASH_MISMATCH" or "SIZE_MISMATCH" or "ATTACHMENTS_NOT_CONFIGURED";

    static async Task SendAsync(
        AttachmentService.AttachmentServiceClient client, AttachmentUpload upload, FileStream content, CallOptions options)
    {
        using var call = client.UploadAttachment(options);
        try
        {
            await call.RequestStream.WriteAsync(new() { Start = upload });
            content.Position = upload.Offset;
            var buffer = new byte[ChunkSize];
            while (await content.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, options.CancellationToken) is > 0 and var read)
            {
                await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(buffer, 0, read) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The city answered before it had everything. What it says comes with the answer.
        }

        await call.ResponseAsync;
    }

    Task<Attachment?> FindAsync(Session session, string name) =>
        Parse(name) is var (parent, id) ? attachments.FindAsync(session, parent, id) : Task.FromResult<Attachment?>(null);

    static (string Parent, Guid Id)? Parse(string name)
    {
        const string Collection = "/attachments/";
        var end = name.LastIndexOf(Collection, StringComparison.Ordinal);
        return end > 0 && Guid.TryParseExact(name[(end + Collection.Length)..], "D", out var id) ? (name[..end], id) : null;
    }

    // Known before the city has it, the same however often it is asked for, and different for what two work items call the same.
    static Guid CityIdOf(Attachment attachment) => new(SHA256.HashData(Encoding.UTF8.GetBytes(attachment.Name)).AsSpan(0, 16));
}
