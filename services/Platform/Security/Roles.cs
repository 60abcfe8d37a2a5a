namespace CanThoGov.Platform.Security;

/// <summary>Values of the <c>role</c> claim. A token carries exactly one. Use them in <c>[Authorize(Roles = Roles.CityOffice)]</c>.</summary>
public static class Roles
{
    /// <summary>The city's own office: keeps units and documents, assigns and decides.</summary>
    public const string CityOffice = "city-office";

    /// <summary>A department of the city: assigns and decides; may be a lead unit itself.</summary>
    public const string CityDepartment = "city-department";

    /// <summary>A ward or commune, or its software: sees and does what concerns its units.</summary>
    public const string Ward = "ward";

    /// <summary>Follows, reminds, checks; reads everything.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>Runs the system: traces, queues, the simulated clock.</summary>
    public const string Operator = "operator";

    /// <summary>Those who assign and decide.</summary>
    public const string City = $"{CityOffice},{CityDepartment}";

    /// <summary>Those who carry out: a unit's own verbs.</summary>
    public const string Units = $"{Ward},{CityDepartment},{CityOffice}";

    /// <summary>Those who look after the system and its work.</summary>
    public const string Oversight = $"{Supervisor},{Operator}";

    /// <summary>Everybody but a ward.</summary>
    public const string AllButWard = $"{City},{Oversight}";

    public static IReadOnlyList<string> All { get; } = [CityOffice, CityDepartment, Ward, Supervisor, Operator];
}
