using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Requests;

public sealed class ReadTokenOptions
{
    public const string Section = "ReadTokens";

    /// <summary>How long a read waits for what its tokens name; shorter if its own deadline comes before.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(5);
}
