using System.Security.Cryptography;
using CanThoGov.Protos.Attachments.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CanThoGov.Testing;

/// <summary>A client of the attachment services.</summary>
public static class Uploads
{
    public static byte[] Content(int size)
    {
        var content = new byte[size];
        Random.Shared.NextBytes(content);
        return content;
    }

    /// <summary>A photo with this content.</summary>
    public static AttachmentUpload Describe(string parent, byte[] content) => new()
    {
        Parent = parent,
        AttachmentId = Guid.CreateVersion7().ToString(),
        FileName = "Biên bản nghiệm thu (bản ký).jpg",
        ContentType = "image/jpeg",
        SizeBytes = content.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
    };

    /// <summary>Sends the description and the content from its offset on.</summary>
    public static async Task<Attachment> SendAsync(
        this AttachmentService.AttachmentServiceClient client, AttachmentUpload start, byte[] content, Metadata? headers = null)
    {
        using var call = client.UploadAttachment(headers, CallDeadline.In(TimeSpan.FromSeconds(60)));
        try
        {
            await call.RequestStream.WriteAsync(new() { Start = start });
            foreach (var chunk in content.Skip((int)start.Offset).Chunk(64 * 1024))
            {
                await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // It was answered early.
        }

        return await call.ResponseAsync;
    }

    public static async Task<(Attachment Attachment, byte[] Content)> ReadAsync(
        this AttachmentService.AttachmentServiceClient client, string name, long offset = 0, Metadata? headers = null)
    {
        using var call = client.DownloadAttachment(new() { Name = name, Offset = offset }, headers, CallDeadline.In(TimeSpan.FromSeconds(60)));
        Attachment? attachment = null;
        var content = new MemoryStream();
        await foreach (var part in call.ResponseStream.ReadAllAsync())
        {
            attachment ??= part.Attachment;
            part.Chunk.WriteTo(content);
        }

        return (attachment!, content.ToArray());
    }
}
