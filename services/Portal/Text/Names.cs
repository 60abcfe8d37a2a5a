using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Text;

/// <summary>What things of the contract are called, and where their pages are.</summary>
public static class Names
{
    public static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];

    public static string Path(Assignment assignment) => $"/nhiem-vu/{Id(assignment.Name)}";

    public static string Path(Document document) => $"/van-ban/{Id(document.Name)}";

    public static string UnitPath(string unit) => $"/don-vi/{Id(unit)}";

    /// <summary>Where a ward works on one of its assignments.</summary>
    public static string WorkPath(string unit, string assignment) => $"/viec/{Id(unit)}/{Id(assignment)}";

    /// <summary>The unit's name; its id if the register does not know it.</summary>
    public static string Unit(IReadOnlyDictionary<string, Unit> units, string unit) =>
        units.TryGetValue(unit, out var known) ? known.DisplayName : Id(unit);

    public static string Assignee(IReadOnlyDictionary<string, Unit> units, Assignee assignee) =>
        Labels.Of(assignee.Organ) is { Length: > 0 } organ ? $"{organ} {Inner(Unit(units, assignee.Unit))}" : Unit(units, assignee.Unit);

    // "Đảng ủy phường Ninh Kiều": within a name the kind is written small.
    static string Inner(string name) =>
        name.StartsWith("Phường ", StringComparison.Ordinal) || name.StartsWith("Xã ", StringComparison.Ordinal)
            ? char.ToLowerInvariant(name[0]) + name[1..]
            : name;

    /// <summary>"Cán bộ Mẫu 01, Chánh Văn phòng"; whichever of the two is known.</summary>
    public static string Person(Person? person) => person switch
    {
        null => "",
        { DisplayName.Length: 0 } => person.Role,
        { Role.Length: 0 } => person.DisplayName,
        _ => $"{person.DisplayName}, {person.Role}",
    };

    /// <summary>Who did something: a person by the name that he signs in with, or a system by what it is for.</summary>
    public static string Actor(string actor) =>
        actor == "service:monitoring" ? "hệ thống theo dõi"
        : actor.StartsWith("service:ward", StringComparison.Ordinal) ? "hệ thống của đơn vị"
        : actor;

    /// <summary>"631-CT/BCSD", "36/CT-TTg": the party joins number and symbol by a dash, the state by a slash. Empty if none is given.</summary>
    public static string Reference(Document document) => (document.Number, document.Symbol) switch
    {
        ("", var symbol) => symbol,
        (var number, "") => number,
        var (number, symbol) => number + (symbol.Contains('/', StringComparison.Ordinal) ? "-" : "/") + symbol,
    };

    /// <summary>What to call a document by: its kind and reference, or its title where the paper gives no number.</summary>
    public static string Short(Document document) =>
        Reference(document) is { Length: > 0 } reference ? $"{document.Kind} {reference}" : Capital(document.Title is { Length: > 0 } title ? title : document.Kind);

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
