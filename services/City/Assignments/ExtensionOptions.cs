using System.ComponentModel.DataAnnotations;

namespace CanThoGov.City.Assignments;

/// <summary>How far more time may be granted.</summary>
public sealed class ExtensionOptions
{
    public const string Section = "Extensions";

    /// <summary>How often more time may be granted for one assignment. Refused requests do not count.</summary>
    [Range(0, 100)]
    public int MaxGranted { get; init; } = 2;
}
