using System.Reflection;
using CanThoGov.Calendar;
using CanThoGov.City;
using CanThoGov.Contracts;
using CanThoGov.Monitoring;
using CanThoGov.Platform.Data;
using CanThoGov.Portal;
using CanThoGov.Ward;

namespace CanThoGov.Architecture.Tests;

[Trait("Category", "Architecture")]
public sealed class DependencyTests
{
    static readonly Assembly City = typeof(CityService).Assembly, Ward = typeof(WardService).Assembly,
        Monitoring = typeof(MonitoringService).Assembly, Portal = typeof(PortalService).Assembly, Platform = typeof(Database).Assembly,
        Contracts = typeof(IEvent).Assembly, Calendar = typeof(WorkingCalendar).Assembly;

    public static TheoryData<string, string[]> Rules => new()
    {
        { "Contracts", [] },
        { "Calendar", [] },
        { "Platform", ["Contracts", "Protos"] },
        { "City", ["Contracts", "Protos", "Calendar", "Platform"] },
        { "Ward", ["Contracts", "Protos", "Calendar", "Platform"] },
        { "Monitoring", ["Contracts", "Protos", "Calendar", "Platform"] },
        { "Portal", ["Contracts", "Protos", "Calendar", "Platform"] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Assembly_ReferencesOnlyWhatLiesBelowIt(string name, string[] allowed)
    {
        var assembly = new[] { City, Ward, Monitoring, Portal, Platform, Contracts, Calendar }
            .Single(one => one.GetName().Name == $"CanThoGov.{name}");
        var own = assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => reference.StartsWith("CanThoGov.", StringComparison.Ordinal)).ToArray();
        Assert.Empty(own.Except(allowed.Select(one => $"CanThoGov.{one}")));
    }

    [Fact]
    public void ContractsAndCalendar_DependOnTheFrameworkOnly()
    {
        foreach (var assembly in new[] { Contracts, Calendar })
        {
            Assert.All(assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
        }
    }
}
