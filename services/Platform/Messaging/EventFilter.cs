using CanThoGov.Contracts;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using Google.Protobuf.WellKnownTypes;

namespace CanThoGov.Platform.Messaging;

/// <summary>Which events of a log a reader gets.</summary>
/// <param name="Types">Only these types; all if empty. Sorted, each once.</param>
/// <param name="Units">Only those that concern one of these units, or everybody; all with null.</param>
/// <param name="Unit">The one unit that was asked for; empty if none was.</param>
/// <param name="Hidden">Types that the reader does not get, also if he asks for them.</param>
public sealed record EventFilter(string[] Types, string[]? Units, string Unit, string[] Hidden)
{
    /// <summary>What a request asks for, within what its caller may see: a ward only what concerns its units and is for wards, everybody else all.</summary>
    /// <param name="unit"><c>units/{unit}</c>; empty for all that the caller may see.</param>
    public static EventFilter Of(Caller caller, IEnumerable<string> types, string unit, FieldErrors errors)
    {
        var id = unit.Length == 0 ? "" : ResourceName.Parse("units", unit, errors, "unit");
        string[]? units = caller.IsWard ? [.. caller.Units] : null;
        if (id.Length > 0)
        {
            units = caller.SeesUnit(id) ? [id] : [];
        }

        return new([.. types.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], units, id, caller.IsWard ? [.. EventCatalog.NotForWards] : []);
    }

    /// <summary>The same rule as the SQL of <see cref="EventLog.ReadAsync"/>.</summary>
    public bool Matches(Event e) =>
        (Types.Length == 0 || Types.Contains(e.Type)) && !Hidden.Contains(e.Type)
        && (Units is null || e.Units.Count == 0 || e.Units.Any(unit => Units.Contains(unit)));
}

public static class EventProto
{
    /// <param name="service">Whose log it stands in.</param>
    public static Event ToProto(this LoggedEvent e, string service) => new()
    {
        Position = e.Position,
        Id = e.Id.ToString("D"),
        Source = CloudEvent.SourceOf(service),
        Type = e.Type,
        Subject = e.Subject,
        Sequence = e.Sequence,
        Time = Timestamp.FromDateTimeOffset(e.OccurredAt),
        Units = { e.UnitIds() },
        Traceparent = e.Traceparent ?? "",
        Data = e.Body,
    };
}
