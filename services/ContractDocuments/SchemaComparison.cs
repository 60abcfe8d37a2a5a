using System.Text.Json.Nodes;

namespace CanThoGov.ContractDocuments;

/// <summary>
/// What in a schema would break somebody who relies on the released one. Optional properties and words of an enumeration may be added;
/// texts and the names of types may change.
/// </summary>
public static class SchemaComparison
{
    /// <summary>Keywords that say nothing about the value, or that are compared by themselves.</summary>
    static readonly HashSet<string> Elsewhere =
        ["$schema", "title", "description", "examples", "$defs", "properties", "items", "required", "enum"];

    /// <returns>A sentence for each break, with the path of what it is about.</returns>
    public static IReadOnlyList<string> Breaks(JsonObject released, JsonObject current) =>
        [.. Breaks("", new(released, released), new(current, current)).Distinct()];

    static IEnumerable<string> Breaks(string path, SchemaNode released, SchemaNode current)
    {
        (released, current) = (released.Resolved(), current.Resolved());
        var keywords = Keywords(path, released, current);
        return JsonNode.DeepEquals(released["type"]?.Node, current["type"]?.Node)
            ? [.. keywords, .. Words(path, released, current), .. Presence(path, released, current), .. Parts(path, released, current)]
            : keywords;
    }

    static IEnumerable<string> Keywords(string path, SchemaNode released, SchemaNode current)
    {
        var (before, after) = (Rest(released), Rest(current));
        return before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Where(keyword => !JsonNode.DeepEquals(before.GetValueOrDefault(keyword), after.GetValueOrDefault(keyword)))
            .Select(keyword => $"{Name(path)}: {keyword} was {Show(before, keyword)} and is {Show(after, keyword)}");
    }

    static Dictionary<string, JsonNode?> Rest(SchemaNode schema) =>
        (schema.Node as JsonObject ?? []).Where(one => !Elsewhere.Contains(one.Key)).ToDictionary(one => one.Key, one => one.Value);

    static string Show(Dictionary<string, JsonNode?> keywords, string keyword) =>
        keywords.GetValueOrDefault(keyword) is { } value ? Text.JsonOnOneLine(value) : "absent";

    static IEnumerable<string> Words(string path, SchemaNode released, SchemaNode current) =>
        released["enum"] is null ? []
        : current["enum"] is null ? [$"{Name(path)}: is no longer an enumeration"]
        : released.Texts("enum").Except(current.Texts("enum")).Select(word => $"{Name(path)}: the word {word} is gone");

    static IEnumerable<string> Presence(string path, SchemaNode released, SchemaNode current)
    {
        var properties = current.Children().Keys.ToHashSet();
        foreach (var name in released.Texts("required").Except(current.Texts("required")).Where(properties.Contains))
        {
            yield return $"{Name(path + "/" + name)}: was always there and is optional";
        }

        foreach (var name in current.Texts("required").Except(released.Texts("required")))
        {
            yield return $"{Name(path + "/" + name)}: is said to be always there, but bodies of the release are without it";
        }
    }

    static IEnumerable<string> Parts(string path, SchemaNode released, SchemaNode current)
    {
        var after = current.Children();
        foreach (var (name, part) in released.Children())
        {
            var here = $"{path}/{name}";
            var breaks = after.TryGetValue(name, out var same) ? Breaks(here, part, same) : [$"{Name(here)}: is gone"];
            foreach (var one in breaks)
            {
                yield return one;
            }
        }
    }

    static string Name(string path) => path.Length == 0 ? "the body" : path[1..];
}
