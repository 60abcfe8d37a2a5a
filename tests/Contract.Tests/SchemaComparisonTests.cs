using System.Text.Json.Nodes;
using CanThoGov.ContractDocuments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;

namespace CanThoGov.Contract.Tests;

[Trait("Category", "Unit")]
public sealed class SchemaComparisonTests
{
    const string Released =
        """
        {
          "title": "Thing", "type": "object",
          "properties": {
            "id": { "type": "string", "format": "uuid" },
            "note": { "type": "string" },
            "from": { "type": "string", "pattern": "^[0-9]+$" },
            "state": { "$ref": "#/$defs/State" },
            "parts": { "type": "array", "items": { "$ref": "#/$defs/Part" } }
          },
          "required": ["id", "state", "parts"],
          "$defs": {
            "State": { "type": "string", "enum": ["OPEN", "CLOSED"] },
            "Part": { "type": "object", "properties": { "size": { "type": "integer" }, "text": { "type": "string" } }, "required": ["size"] }
          }
        }
        """;

    static JsonObject Schema(string text) => JsonNode.Parse(text)!.AsObject();

    static IReadOnlyList<string> Breaks(string from, string to)
    {
        Assert.Contains(from, Released, StringComparison.Ordinal);
        return SchemaComparison.Breaks(Schema(Released), Schema(Released.Replace(from, to, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("removed property", "\"note\": { \"type\": \"string\" },", "", "note: is gone")]
    [InlineData("renamed property", "\"note\"", "\"remark\"", "note: is gone")]
    [InlineData("removed inner property", ", \"text\": { \"type\": \"string\" }", "", "parts/[]/text: is gone")]
    [InlineData("changed type", "\"size\": { \"type\": \"integer\" }", "\"size\": { \"type\": \"string\" }", "parts/[]/size: type was \"integer\" and is \"string\"")]
    [InlineData("changed type of a list", "{ \"type\": \"array\", \"items\": { \"$ref\": \"#/$defs/Part\" } }", "{ \"$ref\": \"#/$defs/Part\" }",
        "parts: type was \"array\" and is \"object\"")]
    [InlineData("changed format", "uuid", "uri", "id: format was \"uuid\" and is \"uri\"")]
    [InlineData("removed format", ", \"format\": \"uuid\"", "", "id: format was \"uuid\" and is absent")]
    [InlineData("changed pattern", "[0-9]", "[0-7]", "from: pattern was \"^[0-9]+$\" and is \"^[0-7]+$\"")]
    [InlineData("always there becomes optional", "[\"id\", \"state\", \"parts\"]", "[\"id\", \"state\"]", "parts: was always there and is optional")]
    [InlineData("inner one becomes optional", "\"required\": [\"size\"]", "\"required\": []", "parts/[]/size: was always there and is optional")]
    [InlineData("removed word", "[\"OPEN\", \"CLOSED\"]", "[\"OPEN\"]", "state: the word CLOSED is gone")]
    [InlineData("renamed word", "CLOSED", "SHUT", "state: the word CLOSED is gone")]
    [InlineData("no enumeration any more", ", \"enum\": [\"OPEN\", \"CLOSED\"]", "", "state: is no longer an enumeration")]
    [InlineData("nothing more allowed", "\"title\": \"Thing\",", "\"additionalProperties\": false,", "the body: additionalProperties was absent and is false")]
    [InlineData("new property", "\"note\": { \"type\": \"string\" },", "\"note\": { \"type\": \"string\" }, \"new\": { \"type\": \"string\" },", null)]
    [InlineData("optional is said to be always there", "[\"id\", \"state\", \"parts\"]", "[\"id\", \"state\", \"parts\", \"note\"]",
        "note: is said to be always there, but bodies of the release are without it")]
    [InlineData("new word", "[\"OPEN\", \"CLOSED\"]", "[\"OPEN\", \"CLOSED\", \"PAUSED\"]", null)]
    [InlineData("new inner property", "\"text\": { \"type\": \"string\" }", "\"text\": { \"type\": \"string\" }, \"new\": { \"type\": \"object\" }", null)]
    [InlineData("other texts", "\"title\": \"Thing\"", "\"title\": \"Object\", \"description\": \"Another.\"", null)]
    public void Change_IsABreakOrNot(string change, string from, string to, string? expected)
    {
        _ = change;
        Assert.Equal(expected is null ? [] : [expected], Breaks(from, to));
    }

    [Fact]
    public void TypeUnderAnotherName_IsNoBreak() =>
        Assert.Empty(SchemaComparison.Breaks(Schema(Released), Schema(Released.Replace("State\"", "Condition\"", StringComparison.Ordinal))));

    [Fact]
    public void PropertyThatIsAlwaysWrittenFromNowOn_IsPublishedAsOptional()
    {
        var released = EventSchemas.Create(typeof(AssignmentIssued));
        var deadline = released["$defs"]!["Deadline"]!;
        deadline["properties"]!.AsObject().Remove("calendarDays");
        deadline["required"]!.AsArray().RemoveAll(name => name!.GetValue<string>() == "calendarDays");

        var current = EventSchemas.Create(typeof(AssignmentIssued), released);

        Assert.DoesNotContain("calendarDays", current["$defs"]!["Deadline"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.NotNull(current["$defs"]!["Deadline"]!["properties"]!["calendarDays"]);
        Assert.Empty(SchemaComparison.Breaks(released, current));
        Assert.NotEmpty(SchemaComparison.Breaks(released, EventSchemas.Create(typeof(AssignmentIssued))));
    }

    [Fact]
    public void NullableProperty_IsOptionalAndNeverNull()
    {
        var schema = EventSchemas.Create(typeof(UnitRegistered));
        Assert.DoesNotContain("validTo", schema["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("string", schema["properties"]!["validTo"]!["type"]!.GetValue<string>());
        Assert.Equal("date", schema["properties"]!["validTo"]!["format"]!.GetValue<string>());
    }
}
