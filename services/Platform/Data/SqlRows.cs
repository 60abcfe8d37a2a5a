using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CanThoGov.Platform.Data;

/// <summary>Many rows as one parameter: a statement that writes them all is one way to the server instead of one for each row.</summary>
public static class SqlRows
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new InstantConverter() },
    };

    /// <summary>For <see cref="SqlDialect.Rows"/>; the columns are the properties in snake case.</summary>
    public static string Json<T>(IEnumerable<T> rows) => JsonSerializer.Serialize(rows, Options);

    // As SQLite stores it, and as PostgreSQL reads it.
    sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Rows are written only.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUniversalTime().ToString(SqliteTypes.InstantFormat, CultureInfo.InvariantCulture));
    }
}
