using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CanThoGov.Contracts;

namespace CanThoGov.ContractDocuments;

/// <summary>The JSON Schema (2020-12) of each event's body, made from its record.</summary>
public static class EventSchemas
{
    /// <summary><see cref="TimeOnly"/> has no offset, which the format <c>time</c> would demand.</summary>
    const string LocalTime = @"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?$";

    static readonly JsonSerializerOptions Options = Exportable();

    /// <param name="released">
    /// The same event in the release. What it did not promise to be there stays optional: bodies that older releases wrote are still
    /// in the logs.
    /// </param>
    public static JsonObject Create(Type type, JsonObject? released = null)
    {
        var definitions = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var schema = (JsonObject)Options.GetJsonSchemaAsNode(type, new()
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Transform(context, node, definitions),
        });

        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = type.Name };
        foreach (var (name, node) in schema.ToArray())
        {
            schema.Remove(name);
            document[name] = node;
        }

        if (definitions.Count > 0)
        {
            document["$defs"] = new JsonObject(definitions.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
        }

        if (released is not null)
        {
            Relax(new(document, document), new(released, released));
        }

        return document;
    }

    // A converter of our own hides what it converts from the exporter.
    static JsonSerializerOptions Exportable()
    {
        var options = new JsonSerializerOptions(ContractJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.Converters.Clear();
        options.Converters.Add(ContractJson.Options.Converters.OfType<JsonStringEnumConverter>().Single());
        return options;
    }

    static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node, SortedDictionary<string, JsonNode> definitions)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var schema = type.IsEnum ? Words(type)
            : context.TypeInfo.Kind == JsonTypeInfoKind.Object ? Object(context.TypeInfo, type, node)
            : WithoutNull((JsonObject)node, type);
        if (schema.ContainsKey("properties") || type.IsEnum)
        {
            if (context.Path.Length == 0)
            {
                return schema;
            }

            definitions[type.Name] = schema;
            schema = new JsonObject { ["$ref"] = $"#/$defs/{type.Name}" };
        }

        if (context.PropertyInfo is { } property && Documentation.Of(context.BaseTypeInfo?.Type ?? property.DeclaringType, property.Name) is { } text)
        {
            schema["description"] = text;
        }

        return schema;
    }

    static JsonObject Words(Type type) => Describe(type, new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray(
            [.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, type, ContractJson.Options))]),
    });

    // Whatever is not nullable is always written, an empty text and a zero too; a null never is.
    static JsonObject Object(JsonTypeInfo info, Type type, JsonNode node)
    {
        var properties = node["properties"];
        ((JsonObject)node).Remove("properties");
        var always = info.Properties.Where(property => !property.IsGetNullable).Select(property => (JsonNode)property.Name);
        return Describe(type, new() { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. always]) });
    }

    static JsonObject Describe(Type type, JsonObject schema)
    {
        if (Documentation.Of(type) is { } text)
        {
            schema.Insert(0, "description", text);
        }

        return schema;
    }

    static JsonObject WithoutNull(JsonObject schema, Type type)
    {
        if (schema["type"] is JsonArray types)
        {
            schema["type"] = types.Select(one => one!.GetValue<string>()).Single(one => one != "null");
        }

        if (type == typeof(TimeOnly))
        {
            schema.Remove("format");
            schema["pattern"] = LocalTime;
        }

        return schema;
    }

    static void Relax(SchemaNode schema, SchemaNode released)
    {
        (schema, released) = (schema.Resolved(), released.Resolved());
        if (schema["required"] is { Node: JsonArray always })
        {
            always.RemoveAll(name => !released.Requires(name!.GetValue<string>()));
        }

        foreach (var (inner, before) in schema.Children().Select(child => (child.Value, released.Children().GetValueOrDefault(child.Key))))
        {
            if (before is not null)
            {
                Relax(inner, before);
            }
        }
    }
}
