using System.Security.Cryptography;
using System.Text;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Portal.SignIn;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Protos.City.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Format = CanThoGov.Protos.City.V1.ExportAssignmentsRequest.Types.Format;

namespace CanThoGov.Portal.Clients;

/// <summary>Files that viewers bring and take: in chunks, so that none is in memory as a whole.</summary>
public sealed class Files(ServiceChannels channels, ViewerCalls calls, Session session)
{
    const int PageSize = 1000, ChunkSize = 64 * 1024;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2), ExportLimit = TimeSpan.FromMinutes(10);

    // The same file comes twice when the form is sent twice. The second waits for the first.
    static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>Of what the viewer does not see there are none.</summary>
    /// <param name="parent">An assignment, or a work item of a ward.</param>
    public async Task<IReadOnlyList<Attachment>> ListAsync(Service service, string parent)
    {
        try
        {
            return await ViewerCalls.AllAsync<Attachment>(async page =>
            {
                var answer = await calls.CallAsync(service, session.Viewer, o =>
                    Client(service).ListAttachmentsAsync(new() { Parent = parent, PageSize = PageSize, PageToken = page }, o));
                return (answer.Attachments, answer.NextPageToken);
            });
        }
        catch (BackendException e) when (e.Code == StatusCode.NotFound)
        {
            return [];
        }
    }

    /// <param name="id">The same for the same file, however often it is sent.</param>
    public Task<Attachment> UploadAsync(Service service, string parent, Guid id, IFormFile file) =>
        calls.StreamAsync(service, Limit, async o =>
        {
            var name = file.FileName[(file.FileName.LastIndexOfAny(['/', '\\']) + 1)..].Normalize(NormalizationForm.FormC);
            var start = new AttachmentUpload
            {
                Parent = parent,
                AttachmentId = id.ToString(),
                FileName = name,
                // Browsers call a table whatever program opens it.
                ContentType = Types.TryGetContentType(name, out var known) ? known : file.ContentType ?? "",
                SizeBytes = file.Length,
                Sha256 = await HashAsync(file, o.CancellationToken),
            };
            while (true)
            {
                try
                {
                    return await SendAsync(Client(service), start, file, o);
                }
                catch (RpcException e) when (RpcErrors.ReasonOf(e) == "OFFSET_MISMATCH")
                {
                    start.Offset = long.Parse(RpcErrors.MetadataOf(e)["received_bytes"], System.Globalization.CultureInfo.InvariantCulture);
                }
                catch (RpcException e) when (RpcErrors.ReasonOf(e) == "UPLOAD_UNDER_WAY")
                {
                    await Task.Delay(Wait, o.CancellationToken);
                }
            }
        });

    /// <summary>Sends it to the viewer, who keeps it: no browser shows it as a page of ours.</summary>
    /// <exception cref="BackendException">If the response has started, it is cut.</exception>
    public Task DownloadAsync(Service service, string name, HttpResponse response) =>
        calls.StreamAsync(service, Limit, async o =>
        {
            using var call = Client(service).DownloadAttachment(new() { Name = name }, o);
            var parts = call.ResponseStream;
            var file = await parts.MoveNext(o.CancellationToken) ? parts.Current.Attachment : new();
            Describe(response, file.FileName, file.ContentType);
            response.ContentLength = file.SizeBytes;
            while (await parts.MoveNext(o.CancellationToken))
            {
                await response.Body.WriteAsync(parts.Current.Chunk.Memory, o.CancellationToken);
            }

            return true;
        });

    /// <summary>Sends a list to the viewer as it is read.</summary>
    /// <exception cref="BackendException">If the response has started, it is cut.</exception>
    public Task ExportAsync(ListAssignmentsRequest list, Format format, string fileName, HttpResponse response) =>
        calls.StreamAsync(Service.City, ExportLimit, async o =>
        {
            var assignments = new AssignmentService.AssignmentServiceClient(channels.To(Service.City.Id));
            using var call = assignments.ExportAssignments(new() { List = list, Format = format }, o);
            var parts = call.ResponseStream;
            for (var isFirst = true; await parts.MoveNext(o.CancellationToken); isFirst = false)
            {
                if (isFirst)
                {
                    Describe(response, fileName, format == Format.Csv ? "text/csv; charset=utf-8" : "application/json");
                }

                await response.Body.WriteAsync(parts.Current.Content.Memory, o.CancellationToken);
            }

            return true;
        });

    static void Describe(HttpResponse response, string name, string type)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers.CacheControl = "no-store";
        response.ContentType = type;
    }

    static async Task<Attachment> SendAsync(
        AttachmentService.AttachmentServiceClient client, AttachmentUpload start, IFormFile file, CallOptions options)
    {
        using var call = client.UploadAttachment(options);
        await using var content = file.OpenReadStream();
        try
        {
            await call.RequestStream.WriteAsync(new() { Start = start });
            content.Position = start.Offset;
            var buffer = new byte[ChunkSize];
            while (await content.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, options.CancellationToken) is > 0 and var read)
            {
                await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(buffer, 0, read) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The service answered before it had everything. What it says comes with the answer.
        }

        return await call.ResponseAsync;
    }

    static async Task<string> HashAsync(IFormFile file, CancellationToken ct)
    {
        await using var content = file.OpenReadStream();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
    }

    AttachmentService.AttachmentServiceClient Client(Service service) => new(channels.To(service.Id));
}
