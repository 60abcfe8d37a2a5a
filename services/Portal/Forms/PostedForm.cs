using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace CanThoGov.Portal.Forms;

/// <summary>What a viewer sent with an <see cref="ActionForm"/>.</summary>
public sealed class PostedForm(IFormCollection form)
{
    public const string VerbField = "verb", KeyField = "key", RequestIdField = "request_id", EtagField = "etag", HandlerField = "_handler";

    static readonly string[] Hidden = [VerbField, KeyField, RequestIdField, EtagField, HandlerField];

    public string Verb => this[VerbField];

    /// <summary>Tells forms with the same verb apart: the number of an obstacle.</summary>
    public string Key => this[KeyField];

    public int Number => Whole(KeyField);

    public string RequestId => this[RequestIdField];

    public string Etag => this[EtagField];

    /// <summary>Why it was not carried out; null if it was, or was not sent yet.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Without the blanks around it, and with the line ends of the services; empty if it is missing.</summary>
    public string this[string field] => form[field].ToString().ReplaceLineEndings("\n").Trim();

    /// <summary>Everything, as it came.</summary>
    public IEnumerable<KeyValuePair<string, StringValues>> All => form;

    /// <summary>What the viewer himself put in.</summary>
    public IEnumerable<string> Texts => form.Keys.Where(key => !Hidden.Contains(key)).Select(key => this[key]).Where(text => text.Length > 0);

    public IFormFile? File(string field) => form.Files.GetFile(field);

    public bool Has(string field) => form.ContainsKey(field);

    /// <summary>Of a field that stands in several rows, also the empty ones.</summary>
    public IEnumerable<string> Values(string field) => form[field].Select(value => value ?? "");

    public IReadOnlyList<string> Choices(string field) => [.. form[field].Where(value => !string.IsNullOrEmpty(value)).Select(value => value!)];

    /// <summary>-1, which no field allows, for what is no whole number: the service then says what it must be.</summary>
    public int Whole(string field) => int.TryParse(this[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <param name="sent">The call that the form's verb stands for; null if there is none.</param>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> WasSentAsync(Task? sent)
    {
        await (sent ?? Task.CompletedTask);
        return sent is not null;
    }

    public bool IsOf(ActionForm other) => Verb == other.Verb && Key == other.Key;
}
