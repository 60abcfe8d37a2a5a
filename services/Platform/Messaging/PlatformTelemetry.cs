namespace CanThoGov.Platform.Messaging;

public static class PlatformTelemetry
{
    /// <summary>Name of the activity source and the meter of all our own code.</summary>
    public const string SourceName = "CanThoGov";
}
