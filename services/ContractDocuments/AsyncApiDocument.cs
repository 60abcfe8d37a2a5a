using System.Text.Json.Nodes;
using CanThoGov.Contracts;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.ContractDocuments;

/// <summary>AsyncAPI 3.0: who publishes what, where, with which headers and promises.</summary>
public static class AsyncApiDocument
{
    public const string Headers = "CloudEvent";

    const string Description =
        """
        What happens in CanThoGov, for any consumer that speaks AMQP 0-9-1 and JSON.

        - An exchange of kind topic for each type of event, named as the type. Bind a queue of your own to it.
        - The routing key is the id of a unit, or `all` for what concerns everybody. An event that concerns several units is published once
          for each, with the same id.
        - At least once: drop an id that you have seen.
        - In any order: drop what is not newer than the sequence that you have of its source and subject. A gap in the sequence says nothing.
        - Whole state: a body says all about its subject after the event, so that nobody has to call back.
        - Complete: an event is published if and only if its change was committed. What a broker lost, and what was published before your
          queue was bound, is in the log (`canthogov.events.v1.EventLogService`) for 90 days.
        - At most 64 KiB (65,536 bytes) of body.
        - Within `v1` a body only gains optional properties and an enumeration only gains words: pass over what you do not know. Anything else
          is a `v2`, published beside it.
        """;

    public static JsonObject Create()
    {
        var types = EventCatalog.All.OrderBy(EventCatalog.NameOf, StringComparer.Ordinal).ToArray();
        return new()
        {
            ["asyncapi"] = "3.0.0",
            ["id"] = "urn:canthogov",
            ["info"] = new JsonObject { ["title"] = "Events of CanThoGov", ["version"] = "1.0.0", ["description"] = Description },
            ["defaultContentType"] = "application/json",
            ["servers"] = new JsonObject
            {
                ["broker"] = new JsonObject
                {
                    ["host"] = "{host}",
                    ["protocol"] = "amqp",
                    ["protocolVersion"] = "0.9.1",
                    ["description"] = "RabbitMQ, in the virtual host `/` unless `Bus:VirtualHost` says otherwise.",
                    ["variables"] = new JsonObject { ["host"] = new JsonObject { ["default"] = "127.0.0.1:5672" } },
                },
            },
            ["channels"] = ForEach(types, Key, Channel),
            ["operations"] = ForEach(types, type => "publish-" + EventCatalog.ShortNameOf(EventCatalog.NameOf(type)), Operation),
            ["components"] = new JsonObject
            {
                ["messages"] = ForEach(types, type => type.Name, Message),
                ["schemas"] = new JsonObject { [Headers] = CloudEventHeaders() },
            },
        };
    }

    /// <summary><c>city.assignment-issued.v1</c>: a channel's key.</summary>
    static string Key(Type type) => EventCatalog.NameOf(type)["vn.gov.cantho.".Length..];

    /// <summary><c>events/city/assignment-issued.v1.json</c>: where the schema of the body lies, seen from the document.</summary>
    public static string SchemaFile(Type type) => $"events/{EventCatalog.ServiceOf(EventCatalog.NameOf(type))}/{Key(type).Split('.', 2)[1]}.json";

    static JsonObject ForEach(Type[] types, Func<Type, string> key, Func<Type, JsonNode> value) =>
        new(types.Select(type => KeyValuePair.Create(key(type), (JsonNode?)value(type))));

    static JsonObject Channel(Type type) => new()
    {
        ["address"] = EventCatalog.NameOf(type),
        ["messages"] = new JsonObject { [type.Name] = Reference($"#/components/messages/{type.Name}") },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject
                {
                    ["name"] = EventCatalog.NameOf(type),
                    ["type"] = "topic",
                    ["durable"] = true,
                    ["autoDelete"] = false,
                    ["vhost"] = "/",
                },
                ["bindingVersion"] = "0.3.0",
            },
        },
        ["x-routing-key"] = "Id of a unit that it concerns, as 31135-2025; all if it concerns everybody.",
    };

    static JsonObject Operation(Type type) => new()
    {
        ["action"] = "send",
        ["channel"] = Reference($"#/channels/{Key(type)}"),
        ["messages"] = new JsonArray(Reference($"#/channels/{Key(type)}/messages/{type.Name}")),
        ["bindings"] = new JsonObject { ["amqp"] = new JsonObject { ["deliveryMode"] = 2, ["bindingVersion"] = "0.3.0" } },
    };

    static JsonObject Message(Type type)
    {
        var name = EventCatalog.NameOf(type);
        return new()
        {
            ["name"] = name,
            ["title"] = type.Name,
            ["summary"] = Documentation.Of(type),
            ["contentType"] = "application/json",
            ["headers"] = new JsonObject
            {
                ["allOf"] = new JsonArray(Reference($"#/components/schemas/{Headers}"), new JsonObject
                {
                    ["properties"] = new JsonObject
                    {
                        [CloudEvent.Type] = Constant(name),
                        [CloudEvent.Source] = Constant(CloudEvent.SourceOf(EventCatalog.ServiceOf(name))),
                    },
                }),
            },
            ["payload"] = new JsonObject
            {
                ["schemaFormat"] = "application/schema+json;version=draft-2020-12",
                ["schema"] = Reference("./" + SchemaFile(type)),
            },
        };
    }

    static JsonObject CloudEventHeaders() => new()
    {
        ["description"] = "CloudEvents 1.0 in binary mode (AMQP binding). There may be other headers.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            [CloudEvent.SpecVersion] = Constant("1.0"),
            [CloudEvent.Id] = Header(
                "Of the event; the same for the copy of each unit, and for each repeat. Also the AMQP message id.", format: "uuid"),
            [CloudEvent.Source] = Header("The service that published it.", pattern: "^urn:canthogov:[a-z]+$"),
            [CloudEvent.Type] = Header("Also the name of the exchange.", pattern: @"^vn\.gov\.cantho\.[a-z]+\.[a-z-]+\.v\d+$"),
            [CloudEvent.Subject] = Header("Resource name of what it happened to: `assignments/{assignment}`.", pattern: "^.+$"),
            [CloudEvent.Time] = Header("When it was committed, in UTC; business time is in the body.", format: "date-time"),
            [CloudEvent.Sequence] = Header("Grows with each event of the subject, with gaps. A decimal number as text.", pattern: @"^\d+$"),
            [CloudEvent.TraceParent] = Header(
                "W3C trace context of the change; absent if it was not traced.", pattern: "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"),
        },
        ["required"] = new JsonArray(
            CloudEvent.SpecVersion, CloudEvent.Id, CloudEvent.Source, CloudEvent.Type, CloudEvent.Subject, CloudEvent.Time, CloudEvent.Sequence),
    };

    static JsonObject Header(string description, string? format = null, string? pattern = null)
    {
        var header = new JsonObject { ["description"] = description, ["type"] = "string" };
        header.Add(format is null ? KeyValuePair.Create("pattern", (JsonNode?)pattern) : KeyValuePair.Create("format", (JsonNode?)format));
        return header;
    }

    static JsonObject Constant(string value) => new() { ["type"] = "string", ["const"] = value };

    static JsonObject Reference(string to) => new() { ["$ref"] = to };
}
