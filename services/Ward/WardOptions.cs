using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Hosting;
using Microsoft.Extensions.Configuration;

namespace CanThoGov.Ward;

/// <summary>Of which units this is the ward system. Ids, as a list in the configuration or separated by commas.</summary>
/// <param name="Units">Null: every ward and commune of the city's register (<c>Ward:Units</c> is empty or <c>*</c>).</param>
/// <param name="ExceptUnits">Units that have ward systems of their own.</param>
public sealed record WardOptions(IReadOnlySet<string>? Units, IReadOnlySet<string> ExceptUnits)
{
    public const string Section = "Ward";

    /// <exception cref="ConfigurationException">Something is no unit id.</exception>
    public static WardOptions From(IConfiguration configuration)
    {
        var except = Ids(configuration, nameof(ExceptUnits));
        var units = Ids(configuration, nameof(Units));
        units.Remove("*");
        var servesAll = units.Count == 0;
        units.ExceptWith(except);
        return new(servesAll ? null : units, except);
    }

    static HashSet<string> Ids(IConfiguration configuration, string name)
    {
        var section = configuration.GetSection($"{Section}:{name}");
        var ids = section.GetChildren().Select(child => child.Value ?? "")
            .Concat((section.Value ?? "").Split(','))
            .Select(id => id.Trim()).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        return ids.FirstOrDefault(id => id != "*" && !ResourceName.IsId(id)) is { } wrong
            ? throw new ConfigurationException($"{Section}:{name} has '{wrong}', which is no unit id.")
            : ids;
    }
}
