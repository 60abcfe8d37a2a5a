using System.Text.Json.Nodes;
using CanThoGov.Contracts;

namespace CanThoGov.ContractDocuments;

/// <summary>The documents in <c>protos/</c> that outside consumers read, and the copy that was released.</summary>
/// <param name="protos">The folder <c>protos</c>.</param>
public sealed class Contract(string protos)
{
    const string AsyncApi = "asyncapi.yaml", Events = "events";

    public string Released => Path.Combine(protos, "released", "v1");

    /// <returns>What the files ought to hold, by their paths inside of <c>protos</c>.</returns>
    public IReadOnlyDictionary<string, string> Documents()
    {
        var documents = EventCatalog.All.ToDictionary(
            AsyncApiDocument.SchemaFile,
            type => Text.Json(EventSchemas.Create(type, FindReleased(AsyncApiDocument.SchemaFile(type)))));
        documents.Add(AsyncApi, Text.Yaml(AsyncApiDocument.Create()));
        return documents;
    }

    /// <returns>A line for each committed file that is not as it ought to be.</returns>
    public IReadOnlyList<string> Differences()
    {
        var documents = Documents();
        return
        [
            .. documents.Where(one => !File.Exists(PathOf(one.Key))).Select(one => $"protos/{one.Key} is missing"),
            .. documents.Where(one => File.Exists(PathOf(one.Key)) && File.ReadAllText(PathOf(one.Key)) != one.Value)
                .Select(one => $"protos/{one.Key} is not what the records say"),
            .. SchemaFiles(protos).Where(file => !documents.ContainsKey(file)).Select(file => $"protos/{file} belongs to no event"),
        ];
    }

    public void Write()
    {
        var documents = Documents();
        foreach (var stray in SchemaFiles(protos).Where(file => !documents.ContainsKey(file)))
        {
            File.Delete(PathOf(stray));
        }

        foreach (var (file, text) in documents)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.WriteAllText(PathOf(file), text);
        }
    }

    /// <returns>What would break somebody who relies on the released documents; nothing if there is no release.</returns>
    public IReadOnlyList<string> Breaks() => Breaks(Released, protos);

    /// <param name="released">A folder with <c>asyncapi.yaml</c> and <c>events</c>.</param>
    /// <param name="current">Another one.</param>
    public static IReadOnlyList<string> Breaks(string released, string current) => !Directory.Exists(released) ? [] :
    [
        .. SchemaFiles(released).SelectMany(file => File.Exists(Path.Combine(current, file))
            ? SchemaComparison.Breaks(ReadJson(Path.Combine(released, file)), ReadJson(Path.Combine(current, file))).Select(one => $"{file}: {one}")
            : [$"{file}: the event is gone"]),
        .. AsyncApiBreaks(ReadYaml(Path.Combine(released, AsyncApi)), ReadYaml(Path.Combine(current, AsyncApi))).Select(one => $"{AsyncApi}: {one}"),
    ];

    static IEnumerable<string> AsyncApiBreaks(JsonObject released, JsonObject current)
    {
        foreach (var (name, channel) in released["channels"]!.AsObject())
        {
            if (!JsonNode.DeepEquals(channel, current["channels"]![name]))
            {
                yield return $"the channel {name} is gone or another";
            }
        }

        foreach (var (name, message) in released["components"]!["messages"]!.AsObject())
        {
            foreach (var part in new[] { "name", "contentType", "headers" })
            {
                if (!JsonNode.DeepEquals(message![part], current["components"]!["messages"]![name]?[part]))
                {
                    yield return $"{part} of the message {name} is gone or another";
                }
            }
        }

        foreach (var one in SchemaComparison.Breaks(Headers(released), Headers(current)))
        {
            yield return $"headers: {one}";
        }

        static JsonObject Headers(JsonObject document) => (JsonObject)document["components"]!["schemas"]![AsyncApiDocument.Headers]!;
    }

    /// <summary>Copies protos and documents over the release.</summary>
    public void Release()
    {
        if (Directory.Exists(Released))
        {
            Directory.Delete(Released, recursive: true);
        }

        string[] files = [AsyncApi, "buf.yaml", .. SchemaFiles(protos), .. Files(protos, "canthogov", "*.proto")];
        foreach (var file in files)
        {
            var copy = Path.Combine(Released, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(PathOf(file), copy);
        }
    }

    public static JsonObject ReadYaml(string path) => Text.FromYaml(File.ReadAllText(path));

    static JsonObject ReadJson(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    JsonObject? FindReleased(string file) => Path.Combine(Released, file) is var path && File.Exists(path) ? ReadJson(path) : null;

    string PathOf(string file) => Path.Combine(protos, file);

    static IEnumerable<string> SchemaFiles(string folder) => Files(folder, Events, "*.json");

    static IEnumerable<string> Files(string folder, string inside, string pattern) => Directory.Exists(Path.Combine(folder, inside))
        ? Directory.EnumerateFiles(Path.Combine(folder, inside), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)
        : [];
}
