using System.Text.Json.Nodes;

namespace CanThoGov.ContractDocuments;

/// <summary>A part of a schema, with the document in which its references are looked up.</summary>
public sealed record SchemaNode(JsonNode Node, JsonObject Document)
{
    public SchemaNode? this[string keyword] => (Node as JsonObject)?[keyword] is { } value ? new(value, Document) : null;

    public SchemaNode Resolved() =>
        (Node as JsonObject)?["$ref"]?.GetValue<string>() is { } reference
            ? new SchemaNode(Document["$defs"]![reference["#/$defs/".Length..]]!, Document)
            : this;

    /// <summary>What describes parts of the value: a property by its name, the elements of a list by <c>[]</c>.</summary>
    public Dictionary<string, SchemaNode> Children()
    {
        var children = (this["properties"]?.Node as JsonObject ?? []).ToDictionary(one => one.Key, one => new SchemaNode(one.Value!, Document));
        if (this["items"] is { } items)
        {
            children.Add("[]", items);
        }

        return children;
    }

    public bool Requires(string property) => Texts("required").Contains(property);

    public IReadOnlyList<string> Texts(string keyword) =>
        [.. (this[keyword]?.Node as JsonArray ?? []).Select(one => one!.GetValue<string>())];
}
