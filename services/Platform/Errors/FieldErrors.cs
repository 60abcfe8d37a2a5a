using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CanThoGov.Platform.Errors;

/// <summary>Collects what is wrong with a request, so that one answer names every field. Field names are paths as in the proto.</summary>
public sealed class FieldErrors
{
    public const string Reason = "FIELD_INVALID";

    const int MaxRequestIdLength = 64;
    readonly List<FieldViolation> _violations = [];

    public bool Any => _violations.Count > 0;

    public void Add(string field, string description) => _violations.Add(new FieldViolation(field, description));

    /// <summary>Must be there, other than blank, and at most <paramref name="maxLength"/> Unicode characters.</summary>
    public void Required(string field, string? value, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value))
            Add(field, "is required");
        else
            Optional(field, value, maxLength);
    }

    /// <summary>May be missing; at most <paramref name="maxLength"/> Unicode characters.</summary>
    public void Optional(string field, string? value, int maxLength)
    {
        if (value is null || value.Length <= maxLength)
            return;
        var length = value.EnumerateRunes().Count();
        if (length > maxLength)
            Add(field, string.Create(CultureInfo.InvariantCulture, $"has {length} characters; at most {maxLength} are allowed"));
    }

    public void Range(string field, long value, long min, long max)
    {
        if (value < min || value > max)
            Add(field, string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be from {min} to {max}"));
    }

    /// <summary>The caller's <c>request_id</c>: 1 to 64 printable ASCII characters.</summary>
    public void RequestId(string value)
    {
        if (value.Length is 0 or > MaxRequestIdLength || value.AsSpan().ContainsAnyExceptInRange('!', '~'))
            Add("request_id", "must be 1 to 64 printable ASCII characters without spaces");
    }

    /// <summary>A local date <c>YYYY-MM-DD</c>. Null if it is missing or wrong.</summary>
    public DateOnly? Date(string field, string value, bool required)
    {
        if (value.Length == 0)
        {
            if (required)
                Add(field, "is required");
            return null;
        }

        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Add(field, "must be a date YYYY-MM-DD");
        return null;
    }

    /// <summary>A point in time. Null if it is missing or outside of what a timestamp can say (years 1 to 9999).</summary>
    public DateTimeOffset? Time(string field, Timestamp? value, bool required = false)
    {
        if (value is null)
        {
            if (required)
                Add(field, "is required");
            return null;
        }

        const long MinSeconds = -62_135_596_800;   // 0001-01-01T00:00:00Z
        const long MaxSeconds = 253_402_300_799;   // 9999-12-31T23:59:59Z
        if (value is { Seconds: >= MinSeconds and <= MaxSeconds, Nanos: >= 0 and <= 999_999_999 })
            return value.ToDateTimeOffset();
        Add(field, "is not a valid timestamp");
        return null;
    }

    /// <summary>A known value; the zero value means that it is missing.</summary>
    public void Enum<TEnum>(string field, TEnum value, bool required = true)
        where TEnum : struct, System.Enum
    {
        if (EqualityComparer<TEnum>.Default.Equals(value, default))
        {
            if (required)
                Add(field, "is required");
        }
        else if (!System.Enum.IsDefined(value))
        {
            Add(field, string.Create(CultureInfo.InvariantCulture, $"is {value:D}, which is not a known value"));
        }
    }

    /// <summary>Each a known value other than zero.</summary>
    public void Enums<TEnum>(string field, IEnumerable<TEnum> values)
        where TEnum : struct, System.Enum
    {
        var index = 0;
        foreach (var value in values)
            Enum(string.Create(CultureInfo.InvariantCulture, $"{field}[{index++}]"), value);
    }

    /// <summary>Refuses the request if anything was added.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT, reason <c>FIELD_INVALID</c>, with every field.</exception>
    public void ThrowIfAny()
    {
        if (!Any)
            return;
        var fields = string.Join("; ", _violations.Select(v => $"{v.Field} {v.Description}"));
        throw new DomainException(StatusCode.InvalidArgument, Reason, $"The request is invalid: {fields}.")
        {
            FieldViolations = [.. _violations],
        };
    }
}
