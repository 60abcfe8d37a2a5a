using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CanThoGov.Contracts.Competences;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;

namespace CanThoGov.Contracts;

/// <summary>How events are written: camelCase, enums as UPPER_SNAKE words, Vietnamese as it is, nothing for what is absent.</summary>
public static class ContractJson
{
    /// <summary>
    /// Enumerations of which a word that this release does not know is read as 0, because the rest is worth having without it. With an
    /// unknown word of any other one, as the state of an assignment, the event waits in the log for a release that knows it.
    /// </summary>
    public static IReadOnlyList<Type> Lenient { get; } = [typeof(Recipient), typeof(UnitKind), typeof(FieldOfWork)];

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // As long on the wire as in the log: MassTransit indents otherwise, beyond the size that an event may have.
        options.WriteIndented = false;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        foreach (var type in Lenient)
        {
            options.Converters.Add((JsonConverter)Activator.CreateInstance(typeof(LenientEnumConverter<>).MakeGenericType(type))!);
        }

        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper));
        return options;
    }

    sealed class LenientEnumConverter<T> : JsonConverter<T> where T : struct, Enum
    {
        static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(Word);

        static string Word(T value) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Values.GetValueOrDefault(reader.GetString() ?? throw new JsonException($"{type.Name} is not a word."));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Word(value));
    }
}
