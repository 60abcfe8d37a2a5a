using System.Globalization;
using Grpc.Core;

namespace CanThoGov.Platform.Errors;

/// <summary>A wrong or missing field of a request.</summary>
/// <param name="Field">Path as in the proto: <c>assignment.title</c>.</param>
public sealed record FieldViolation(string Field, string Description);

/// <summary>A condition that does not hold.</summary>
/// <param name="Type">Kind of condition; the exception's reason.</param>
/// <param name="Subject">What fails it: a criterion, a resource name.</param>
public sealed record PreconditionViolation(string Type, string Subject, string Description);

/// <summary>
/// A refusal that the caller can understand. The gRPC edge answers it as <c>google.rpc.Status</c>; in a consumer it is permanent.
/// </summary>
/// <param name="reason">Part of the API: UPPER_SNAKE, at most 63 characters, never reused for another meaning.</param>
/// <param name="message">English, for the developer of the calling system; everything variable is in the metadata too.</param>
public sealed class DomainException(StatusCode code, string reason, string message) : Exception(message)
{
    readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    readonly List<PreconditionViolation> _preconditionViolations = [];

    public StatusCode Code { get; } = code;
    public string Reason { get; } = reason;
    public IReadOnlyDictionary<string, string> Metadata => _metadata;
    public IReadOnlyList<FieldViolation> FieldViolations { get; init; } = [];
    public IReadOnlyList<PreconditionViolation> PreconditionViolations => _preconditionViolations;

    /// <summary>Kind of the resource that is missing or in the way: <c>assignment</c>. Null if the refusal is not about one.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Its name: <c>assignments/{assignment}</c>.</summary>
    public string? ResourceName { get; init; }

    /// <summary>How long to wait before a repeat; null if a repeat is no use.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Adds metadata, formatted independently of any culture; times in ISO 8601.</summary>
    public DomainException With(string key, object? value)
    {
        _metadata[key] = value switch
        {
            null => "",
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            DateOnly date => date.ToString("O", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return this;
    }

    /// <summary>Adds a condition that does not hold; its type is the reason.</summary>
    public DomainException Violating(string subject, string description)
    {
        _preconditionViolations.Add(new PreconditionViolation(Reason, subject, description));
        return this;
    }

    public static DomainException NotFound(string reason, string resourceType, string resourceName) =>
        new(StatusCode.NotFound, reason, $"There is no {resourceType} '{resourceName}'.")
        {
            ResourceType = resourceType,
            ResourceName = resourceName,
        };

    /// <summary>A wrong state for the verb.</summary>
    public static DomainException Precondition(string reason, string message) =>
        new(StatusCode.FailedPrecondition, reason, message);

    /// <summary>A stale etag or version: ABORTED.</summary>
    public static DomainException Changed(string reason, string message) => new(StatusCode.Aborted, reason, message);

    public static DomainException Exists(string reason, string message, string type, string name) =>
        new(StatusCode.AlreadyExists, reason, message) { ResourceType = type, ResourceName = name };

    /// <summary>A dependency is away; the call is safe to repeat.</summary>
    public static DomainException Unavailable(string reason, string message) =>
        new(StatusCode.Unavailable, reason, message) { RetryAfter = TimeSpan.FromSeconds(1) };
}
