using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CanThoGov.Contracts;

namespace CanThoGov.ContractDocuments;

/// <summary>What the comments of the contract say, as plain text.</summary>
static partial class Documentation
{
    static readonly Dictionary<string, XElement> Members =
        XDocument.Load(Path.ChangeExtension(typeof(IEvent).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    public static string? Of(Type type) => Text(Member('T', type.FullName!)?.Element("summary"));

    /// <param name="name">As in the body.</param>
    public static string? Of(Type type, string name)
    {
        var property = type.GetProperties().Single(one => JsonNamingPolicy.CamelCase.ConvertName(one.Name) == name);
        return Text(Member('P', $"{type.FullName}.{property.Name}")?.Element("summary"))
            ?? Text(Member('T', type.FullName!)?.Elements("param").SingleOrDefault(param => param.Attribute("name")!.Value == property.Name))
            ?? type.GetInterfaces().Select(one => Text(Member('P', $"{one.FullName}.{property.Name}")?.Element("summary")))
                .FirstOrDefault(text => text is not null);
    }

    static XElement? Member(char kind, string name) => Members.GetValueOrDefault($"{kind}:{name}");

    static string? Text(XElement? element) =>
        element is null ? null : Space().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => Referred(see.Attribute("cref")!.Value),
        XElement { Name.LocalName: "paramref" } parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Attribute("name")!.Value),
        XElement element => element.Value,
        _ => "",
    };

    static string Referred(string member)
    {
        var name = member[(member.LastIndexOf('.') + 1)..];
        return member[0] switch
        {
            'P' => JsonNamingPolicy.CamelCase.ConvertName(name),
            'F' => JsonNamingPolicy.SnakeCaseUpper.ConvertName(name),
            _ => name,
        };
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
