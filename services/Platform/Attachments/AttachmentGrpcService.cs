using System.Globalization;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Pb = CanThoGov.Protos.Attachments.V1;

namespace CanThoGov.Platform.Attachments;

/// <summary>What attachments belong to, as the service knows it.</summary>
public interface IAttachmentParents<TDatabase> where TDatabase : Database
{
    /// <summary>Reads the name of a parent; a malformed one is then among the errors.</summary>
    /// <returns>Resource name of the assignment that it is, or is a part of.</returns>
    string OwnerOf(string parent, FieldErrors errors, string field);

    /// <exception cref="DomainException">NOT_FOUND: it does not exist for this caller.</exception>
    Task RequireVisibleAsync(Session session, string parent, Caller caller);

    /// <summary>Holds the assignment until the end of the transaction, so that the limits hold.</summary>
    /// <exception cref="DomainException">NOT_FOUND, or the caller may not add to it, or it is closed.</exception>
    Task RequireOpenAsync(Transaction transaction, string parent, Caller caller);
}

/// <summary>A service's evidence; the same for every service that has some.</summary>
[Authorize]
public sealed class AttachmentGrpcService<TDatabase>(
    TDatabase database, AttachmentStore attachments, AttachmentFiles<TDatabase> files, IAttachmentParents<TDatabase> parents,
    BusinessClock<TDatabase> clock, IOptionsMonitor<AttachmentOptions> options) : Pb.AttachmentService.AttachmentServiceBase
    where TDatabase : Database
{
    const int MaxFileName = 200, MaxContentType = 200, ChunkSize = 64 * 1024;

    readonly AttachmentOptions _options = options.Get(database.Service);

    public override async Task<Pb.Attachment> GetAttachment(Pb.GetAttachmentRequest request, ServerCallContext context) =>
        (await GetAsync(request.Name, new FieldErrors(), context)).ToProto();

    public override async Task<Pb.ListAttachmentsResponse> ListAttachments(Pb.ListAttachmentsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        parents.OwnerOf(request.Parent, errors, "parent");
        string[] filters = ["attachments", request.Parent];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : int.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
        {
            await parents.RequireVisibleAsync(session, request.Parent, Caller.Of(context));
            return await attachments.ListAsync(session, request.Parent, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListAttachmentsResponse
        {
            Attachments = { found.Take(page.Size).Select(attachment => attachment.ToProto()) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Number.ToString(CultureInfo.InvariantCulture), filters)
                : "",
        };
    }

    [Authorize(Roles = Roles.Units)]
    public override async Task<Pb.Attachment> UploadAttachment(
        IAsyncStreamReader<Pb.UploadAttachmentRequest> requestStream, ServerCallContext context)
    {
        var (upload, offset) = Parse(await requestStream.MoveNext(context.CancellationToken) ? requestStream.Current.Start : null, context);
        if (await PrepareAsync(upload, context) is { } first)
        {
            return first.ToProto();
        }

        await ReceiveAsync(upload, offset, requestStream, context.CancellationToken);
        // The file is announced before it gets its name, and has its name before a row tells of it.
        await database.InTransactionAsync(transaction => attachments.TouchFileAsync(transaction, upload.Sha256), context.CancellationToken);
        files.Finish(upload);
        return (await database.InTransactionAsync(async transaction =>
        {
            await parents.RequireOpenAsync(transaction, upload.Parent, Caller.Of(context));
            if (await FindSameAsync(transaction, upload) is { } other)
            {
                return other;
            }

            await attachments.RequireRoomAsync(transaction, upload, _options);
            await attachments.AddAsync(transaction, upload);
            return upload;
        }, context.CancellationToken)).ToProto();
    }

    public override async Task DownloadAttachment(
        Pb.DownloadAttachmentRequest request, IServerStreamWriter<Pb.DownloadAttachmentResponse> responseStream, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("offset", request.Offset, 0, long.MaxValue);
        var attachment = await GetAsync(request.Name, errors, context);
        errors.Range("offset", request.Offset, 0, attachment.SizeBytes);
        errors.ThrowIfAny();
        await using var file = await files.OpenAsync(attachment.Sha256, attachment.SizeBytes, context.CancellationToken);
        await responseStream.WriteAsync(new() { Attachment = attachment.ToProto() }, context.CancellationToken);
        file.Position = request.Offset;
        var buffer = new byte[ChunkSize];
        while (await file.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, context.CancellationToken) is > 0 and var read)
        {
            await responseStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(buffer, 0, read) }, context.CancellationToken);
        }
    }

    async Task<Attachment> GetAsync(string name, FieldErrors errors, ServerCallContext context)
    {
        var (parent, id) = ParseName(name, errors);
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            await parents.RequireVisibleAsync(session, parent, Caller.Of(context));
            return await attachments.FindAsync(session, parent, id) ?? throw NotFound(name);
        }, context.CancellationToken);
    }

    (Attachment Upload, long Offset) Parse(Pb.AttachmentUpload? start, ServerCallContext context)
    {
        var errors = new FieldErrors();
        if (start is null)
        {
            errors.Add("start", "is required in the first message");
            errors.ThrowIfAny();
        }

        var owner = parents.OwnerOf(start!.Parent, errors, "start.parent");
        if (!Guid.TryParseExact(start.AttachmentId, "D", out var id))
        {
            errors.Add("start.attachment_id", "must be a UUID");
        }

        errors.Required("start.file_name", start.FileName, MaxFileName);
        if (start.FileName.AsSpan().ContainsAny('/', '\\'))
        {
            errors.Add("start.file_name", "must not contain a slash or backslash");
        }

        errors.Required("start.content_type", start.ContentType, MaxContentType);
        errors.Range("start.size_bytes", start.SizeBytes, 1, long.MaxValue);
        errors.Range("start.offset", start.Offset, 0, Math.Max(start.SizeBytes, 0));
        if (start.Sha256.Length != 64 || !start.Sha256.All(char.IsAsciiHexDigitLower))
        {
            errors.Add("start.sha256", "must be 64 hexadecimal digits in lower case");
        }

        errors.ThrowIfAny();
        return (new Attachment
        {
            Id = id,
            Parent = start.Parent,
            Owner = owner,
            FileName = start.FileName,
            ContentType = start.ContentType,
            SizeBytes = start.SizeBytes,
            Sha256 = start.Sha256,
            UploadedBy = Caller.Of(context).Subject,
            CreatedAt = clock.Now,
        }, start.Offset);
    }

    /// <summary>Refuses what would be refused in the end before it is sent.</summary>
    /// <returns>What was stored by an upload before; null if there is something to receive.</returns>
    async Task<Attachment?> PrepareAsync(Attachment upload, ServerCallContext context)
    {
        if (!_options.AllowedTypes().Contains(upload.ContentType, StringComparer.Ordinal))
        {
            throw DomainException.Precondition("CONTENT_TYPE_NOT_ALLOWED", $"Files of the type '{upload.ContentType}' are not taken.")
                .With("content_type", upload.ContentType).With("allowed", _options.ContentTypes);
        }

        if (upload.SizeBytes > _options.MaxBytes)
        {
            throw DomainException.Precondition("ATTACHMENT_TOO_LARGE", $"The file has {upload.SizeBytes} bytes; at most {_options.MaxBytes} are taken.")
                .With("size_bytes", upload.SizeBytes).With("max_bytes", _options.MaxBytes);
        }

        return await database.InTransactionAsync(async transaction =>
        {
            await parents.RequireVisibleAsync(transaction, upload.Parent, Caller.Of(context));
            if (await FindSameAsync(transaction, upload) is { } first)
            {
                return first;
            }

            await parents.RequireOpenAsync(transaction, upload.Parent, Caller.Of(context));
            await attachments.RequireRoomAsync(transaction, upload, _options);
            files.Reserve(upload, _options.MaxTotalBytes);
            return null;
        }, context.CancellationToken);
    }

    async Task<Attachment?> FindSameAsync(Session session, Attachment upload)
    {
        var first = await attachments.FindAsync(session, upload.Parent, upload.Id);
        return first is null || first.IsSame(upload)
            ? first
            : throw DomainException.Exists("ATTACHMENT_ID_REUSED", "There is another file with this id. Choose a new one.", "attachment", upload.Name);
    }

    /// <summary>Returns when the whole content is on the disk and is what was described. What came before a cut stays there.</summary>
    async Task ReceiveAsync(Attachment upload, long offset, IAsyncStreamReader<Pb.UploadAttachmentRequest> parts, CancellationToken ct)
    {
        var isKept = true;
        try
        {
            await using var file = files.OpenUnfinished(upload);
            if (file.Length != offset)
            {
                throw DomainException.Precondition("OFFSET_MISMATCH", $"{file.Length} bytes of the file are here. Go on from there.")
                    .With("received_bytes", file.Length);
            }

            file.Position = offset;
            while (await parts.MoveNext(ct))
            {
                var chunk = parts.Current.Chunk;
                isKept = file.Position + chunk.Length <= upload.SizeBytes;
                if (!isKept)
                {
                    throw Invalid("SIZE_MISMATCH", $"There is more than the {upload.SizeBytes} bytes that were described.");
                }

                await file.WriteAsync(chunk.Memory, ct);
            }

            if (file.Position < upload.SizeBytes)
            {
                throw DomainException.Precondition("UPLOAD_INCOMPLETE", $"The stream ended after {file.Position} of {upload.SizeBytes} bytes.")
                    .With("received_bytes", file.Position);
            }

            file.Position = 0;
            isKept = await AttachmentFiles<TDatabase>.HashAsync(file, ct) == upload.Sha256;
            if (!isKept)
            {
                throw Invalid("HASH_MISMATCH", "The content is not what its SHA-256 says. Send the file again from its beginning.");
            }

            file.Flush(flushToDisk: true);
        }
        finally
        {
            if (!isKept)
            {
                files.RemoveUnfinished(upload);
            }
        }
    }

    (string Parent, Guid Id) ParseName(string name, FieldErrors errors)
    {
        const string Collection = "/attachments/";
        var end = name.LastIndexOf(Collection, StringComparison.Ordinal);
        if (end < 0 || !ResourceName.IsId(name[(end + Collection.Length)..]))
        {
            errors.Add("name", name.Length == 0 ? "is required" : "must end in /attachments/{id}");
            return ("", Guid.Empty);
        }

        parents.OwnerOf(name[..end], errors, "name");
        return (name[..end], Guid.TryParseExact(name[(end + Collection.Length)..], "D", out var id) ? id : Guid.Empty);
    }

    static DomainException Invalid(string reason, string message) => new(StatusCode.InvalidArgument, reason, message);

    public static DomainException NotFound(string name) => DomainException.NotFound("ATTACHMENT_NOT_FOUND", "attachment", name);
}
