namespace CanThoGov.City.Clock;

public sealed class ClockOptions
{
    public const string Section = "Clock";

    /// <summary>Whether an operator may put the simulated clock in the place of the system's. True only for demonstrations and drills.</summary>
    public bool AllowSimulation { get; init; }
}
