using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CanThoGov.Suite.Scenarios;

/// <summary>A story that the player can tell: facts and what is invented around them, checked against each other.</summary>
public sealed class Scenario
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    readonly Dictionary<string, AssignmentOverlay> _overlays;

    Scenario(string name, Facts facts, Overlay overlay)
    {
        Name = name;
        Facts = facts;
        Overlay = overlay;
        _overlays = overlay.Assignments.ToDictionary(assignment => assignment.Id, StringComparer.Ordinal);
    }

    public string Name { get; }

    /// <summary>Ids of the real units that are played by clients of <c>city.v1</c>; the Ward service must not serve them.</summary>
    public IReadOnlyList<string> ForeignUnits => Overlay.ForeignUnits.Ids;

    internal Facts Facts { get; }

    internal Overlay Overlay { get; }

    /// <exception cref="ScenarioException">There is no such scenario, or its data breaks a rule.</exception>
    public static Scenario Load(string name)
    {
        var overlay = Read(name, "overlay.json");
        var scenario = new Scenario(name, Parse<Facts>(Read(name, "facts.json")), Parse<Overlay>(overlay));
        RequireMarks(JsonNode.Parse(overlay)!);
        scenario.Check();
        return scenario;
    }

    internal AssignmentOverlay OverlayOf(string assignment) => _overlays[assignment];

    /// <summary>Ids of units that selectors stand for, each once.</summary>
    /// <param name="wards">Ids of the real wards and communes, in order.</param>
    internal IReadOnlyList<string> Expand(IEnumerable<string> selectors, IReadOnlyList<string> wards) =>
        [.. selectors.SelectMany(selector => Expand(selector, wards)).Distinct(StringComparer.Ordinal)];

    IEnumerable<string> Expand(string selector, IReadOnlyList<string> wards)
    {
        if (selector == "invented")
            return Overlay.Units.Select(unit => unit.Id);
        if (selector == "wards")
            return wards;
        if (!selector.StartsWith("wards:", StringComparison.Ordinal))
            return [selector];

        var share = selector["wards:".Length..].Split('/').Select(int.Parse).ToArray();
        return wards.Where((_, index) => index % share[1] == share[0] - 1);
    }

    static string Read(string name, string file)
    {
        using var stream = typeof(Scenario).Assembly.GetManifestResourceStream($"Scenarios/{name}/{file}")
            ?? throw new ScenarioException($"There is no scenario '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Json)!;

    // The rule of honesty: whatever is invented says so where it stands.
    static void RequireMarks(JsonNode node)
    {
        switch (node)
        {
            case JsonObject value:
                if (value["illustrative"]?.GetValueKind() != JsonValueKind.True)
                    throw new ScenarioException($"overlay.json: {value.GetPath()} is not marked illustrative.");
                foreach (var (_, child) in value.Where(property => property.Value is not null))
                    RequireMarks(child!);
                break;
            case JsonArray values:
                foreach (var child in values)
                    RequireMarks(child!);
                break;
        }
    }

    void Check()
    {
        foreach (var fact in Facts.Assignments)
        {
            if (!_overlays.TryGetValue(fact.Id, out var overlay))
                throw new ScenarioException($"{fact.Id}: the overlay does not say who leads it.");
            if (fact.NeedsWorkingDeadline != overlay.WorkingDeadline is not null)
                throw new ScenarioException($"{fact.Id}: a working deadline belongs to the kinds NONE and IMMEDIATE, and only to them.");
            if (fact.Lead.Unit is { } unit && !overlay.Members.SequenceEqual([unit]))
                throw new ScenarioException($"{fact.Id}: the document names {unit} as the lead.");
        }

        var invented = Overlay.Units.Select(unit => unit.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var day in Overlay.Days)
        {
            foreach (var action in day.Actions)
            {
                if (!_overlays.ContainsKey(action.Assignment))
                    throw new ScenarioException($"{day.At}: there is no assignment {action.Assignment}.");
                if (action.IsNegative && !Expand(action.Units, ["a real unit"]).All(invented.Contains))
                    throw new ScenarioException($"{day.At}: {action.Do} on {action.Assignment} touches a real unit.");
            }
        }
    }
}

/// <summary>The scenario cannot be played as it is told, or came out other than it must.</summary>
public sealed class ScenarioException(string message, Exception? inner = null) : Exception(message, inner);
