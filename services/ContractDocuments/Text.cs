using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace CanThoGov.ContractDocuments;

/// <summary>How the documents are written, for readers and for diffs.</summary>
static class Text
{
    static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    static readonly JsonSerializerOptions Compact = new(Indented) { WriteIndented = false };

    public static string Json(JsonNode node) => node.ToJsonString(Indented) + "\n";

    public static string JsonOnOneLine(JsonNode node) => node.ToJsonString(Compact);

    public static string Yaml(JsonNode node) =>
        new SerializerBuilder().WithQuotingNecessaryStrings(quoteYaml1_1Strings: true).WithIndentedSequences()
            .WithEventEmitter(next => new LinesAsTheyAre(next)).WithNewLine("\n").Build().Serialize(Plain(node)!);

    public static JsonObject FromYaml(string yaml) =>
        JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(
            new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new StringReader(yaml))!))!.AsObject();

    sealed class LinesAsTheyAre(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo e, IEmitter emitter)
        {
            if (e.Source.Value is string text && text.Contains('\n', StringComparison.Ordinal))
            {
                e.Style = ScalarStyle.Literal;
            }

            base.Emit(e, emitter);
        }
    }

    static object? Plain(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(one => one.Key, one => Plain(one.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value => value.GetValue<int>(),
        _ => null,
    };
}
