using System.Text.Json.Nodes;
using CanThoGov.ContractDocuments;
using CanThoGov.Contracts;
using Json.Schema;

namespace CanThoGov.Contract.Tests;

/// <summary>Validates by the committed documents, as an outside consumer would.</summary>
static class Validation
{
    static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    static readonly JsonObject AsyncApi = ContractDocuments.Contract.ReadYaml(Path.Combine(Protos.Folder, "asyncapi.yaml"));

    static readonly Dictionary<Type, string> BodySchemas = EventCatalog.All.ToDictionary(type => type, type => File.ReadAllText(Path.Combine(
        Protos.Folder, AsyncApi["components"]!["messages"]![type.Name]!["payload"]!["schema"]!["$ref"]!.GetValue<string>())));

    static readonly Dictionary<Type, JsonSchema> Bodies = BodySchemas.ToDictionary(one => one.Key, one => JsonSchema.FromText(one.Value));

    static readonly Dictionary<Type, JsonSchema> Headers = EventCatalog.All.ToDictionary(type => type, type => JsonSchema.FromText(new JsonObject
    {
        ["allOf"] = AsyncApi["components"]!["messages"]![type.Name]!["headers"]!["allOf"]!.DeepClone(),
        ["$defs"] = AsyncApi["components"]!["schemas"]!.DeepClone(),
    }.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal)));

    public static JsonNode Channel(Type type) => AsyncApi["channels"]!.AsObject()
        .Single(channel => channel.Value!["messages"]![type.Name] is not null).Value!;

    public static string ContentType(Type type) => AsyncApi["components"]!["messages"]![type.Name]!["contentType"]!.GetValue<string>();

    public static IEnumerable<string> AlwaysThere(Type type) =>
        JsonNode.Parse(BodySchemas[type])!["required"]!.AsArray().Select(name => name!.GetValue<string>());

    public static IReadOnlyList<string> FaultsOfBody(Type type, JsonNode body) => Faults(Bodies[type], body);

    public static IReadOnlyList<string> FaultsOfHeaders(Type type, JsonNode headers) => Faults(Headers[type], headers);

    static IReadOnlyList<string> Faults(JsonSchema schema, JsonNode instance)
    {
        var results = schema.Evaluate(instance, Options);
        return results.IsValid ? [] :
        [
            .. results.Details.Where(detail => detail.HasErrors)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Key}: {error.Value}")).DefaultIfEmpty("is not valid"),
        ];
    }
}
