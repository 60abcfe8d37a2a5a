namespace CanThoGov.Platform.Hosting;

/// <summary>The configuration does not allow a start. The message is for the operator and stands by itself, without a stack trace.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
