using System.Text.Json;

namespace CanThoGov.Suite.Scenarios;

/// <summary>What the services show when a scenario is over; every figure is counted there.</summary>
/// <param name="Units">Real wards and communes; the invented ones are counted apart.</param>
/// <param name="Documents">Real documents in the register.</param>
/// <param name="Assignments">Issued ones.</param>
/// <param name="Acknowledged">Assignments that their lead unit took on.</param>
/// <param name="CompletedLate">Of the completed ones.</param>
/// <param name="Overdue">Open at the end and past their due time.</param>
/// <param name="Returned">Times that a unit handed work back.</param>
/// <param name="Extensions">Asked for.</param>
/// <param name="EventsConsumed">Each once for every service that handled it.</param>
/// <param name="EventsLost">Acknowledged calls, events and projections that are missing somewhere.</param>
/// <param name="EventsDuplicatedEffects">Effects that are there more than once.</param>
public sealed record ScenarioSummary(
    string Scenario, int Units, int Wards, int Communes, int InventedUnits, int CityBodies, int Documents, int Provisions,
    int Assignments, int Acknowledged, int ProgressReports, int Completed, int CompletedLate, int Overdue, int SentBack, int Returned,
    int Extensions, int Obstacles, DeadlineEventCounts DeadlineEvents, long EventsPublished, long EventsConsumed, long EventsLost,
    long EventsDuplicatedEffects, double Seconds)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>One line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}

public sealed record DeadlineEventCounts(int DueSoon, int Overdue, int Escalated);
