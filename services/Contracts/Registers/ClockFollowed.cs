namespace CanThoGov.Contracts.Registers;

/// <summary>
/// Monitoring shows the clock's revision, has fired everything due by then, and everything that it published for it stands
/// before this event in its log.
/// </summary>
/// <param name="Version">Revision of the clock.</param>
public sealed record MonitoringClockFollowed(long Version) : IEvent
{
    public string Subject() => "clock";

    public IReadOnlyList<string> Units() => [];
}

/// <summary>The ward service shows the clock's revision and has projected what monitoring published for it.</summary>
/// <param name="Version">Revision of the clock.</param>
public sealed record WardClockFollowed(long Version) : IEvent
{
    public string Subject() => "clock";

    public IReadOnlyList<string> Units() => [];
}
