using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Messaging;
using Microsoft.Extensions.Configuration;

namespace CanThoGov.Ward;

/// <summary>Of which units this is the ward system. Ids, as a list in the configuration or separated by commas.</summary>
/// <param name="Units">Null: every ward and commune of the city's register (<c>Ward:Units</c> is empty or <c>*</c>).</param>
/// <param name="ExceptUnits">Units that have ward systems of their own.</param>
/// <param name="Name">Part of the names of its queues, so that several ward systems can share a broker; empty for the one that has none.</param>
public sealed record WardOptions(IReadOnlySet<string>? Units, IReadOnlySet<string> ExceptUnits, string Name)
{
    public const string Section = "Ward";

    /// <exception cref="ConfigurationException">Something is no unit id, or a name is missing.</exception>
    public static WardOptions From(IConfiguration configuration)
    {
        var except = Ids(configuration, nameof(ExceptUnits));
        var units = Ids(configuration, nameof(Units));
        units.Remove("*");
        var servesAll = units.Count == 0;
        units.ExceptWith(except);
        var name = configuration[$"{Section}:{nameof(Name)}"] ?? "";
        if (name.Length > 0 && !ResourceName.IsId(name))
        {
            throw new ConfigurationException($"{Section}:{nameof(Name)} is '{name}'; letters, digits, '.', '_' and '-' are allowed.");
        }

        if (name.Length == 0 && !servesAll && configuration.GetSection(BusOptions.Section).Get<BusOptions>() is { Transport: BusTransport.RabbitMq })
        {
            throw new ConfigurationException(
                $"{Section}:{nameof(Name)} is not set, but {Section}:{nameof(Units)} is: without a name it would take the events of other ward systems " +
                "from the queues that they share. Give each ward system on a broker a name of its own; its replicas share it.");
        }

        return new(servesAll ? null : units, except, name);
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
