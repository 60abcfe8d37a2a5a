using CanThoGov.Portal.Clients;
using CanThoGov.Protos.Attachments.V1;

namespace CanThoGov.Portal.Forms;

/// <summary>How a unit brings evidence, and names it in what it reports.</summary>
static class EvidenceForms
{
    /// <summary>What a report or a result names.</summary>
    public const string Named = "attachments";

    const string Verb = "upload-attachment", FileField = "start.file_name";

    // What the services take by default; they have the last word. So a large file is not sent in vain.
    const long MaxBytes = 10 * 1024 * 1024;

    /// <param name="key">Tells what it belongs to from other things on the page.</param>
    public static ActionForm Upload(string key) => new(Verb, "Thêm tệp minh chứng")
    {
        Key = key,
        Button = "Tải lên",
        IsBeside = true,
        Fields =
        [
            new(FileField, "Tệp", FieldKind.File)
            {
                IsRequired = true,
                Max = $"{MaxBytes}",
                Hint = "PDF, ảnh JPEG hoặc PNG, văn bản, bảng tính; nhiều nhất 10 MiB. Tệp đã lưu không sửa và không xóa được.",
            },
        ],
    };

    public static bool IsUpload(ActionForm form, string key) => form.Verb == Verb && form.Key == key;

    /// <returns>False if the form brings no file.</returns>
    public static async Task<bool> SendAsync(Files files, Service service, string parent, PostedForm form)
    {
        if (form.Verb != Verb)
        {
            return false;
        }

        if (form.File(FileField) is not { Length: > 0 } file)
        {
            throw new UnsentException(FileField, "Hãy chọn một tệp có nội dung.");
        }

        await files.UploadAsync(service, parent, Guid.TryParse(form.RequestId, out var id) ? id : Guid.NewGuid(), file);
        return true;
    }

    /// <summary>Lets a report or a result name what was brought.</summary>
    public static ActionForm With(ActionForm form, IReadOnlyList<Attachment> files) =>
        form.Verb is "report-progress" or "submit-result" && files.Count > 0
            ? form with
            {
                Fields = [.. form.Fields, new(Named, "Minh chứng gửi kèm", FieldKind.Checks)
                {
                    Choices = [.. files.Select(one => new FieldChoice(one.Name, one.FileName))],
                }],
            }
            : form;
}
