using System.Globalization;
using CanThoGov.Contracts;
using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.Platform.Requests;

/// <summary>A point in a service's log. Every mutation that published something answers with one; a read that carries it waits for it.</summary>
public readonly record struct ReadToken(string Service, long Position)
{
    /// <summary>In the trailers of a mutation, and in the metadata of a read.</summary>
    public const string Key = "canthogov-read-token";

    // One for each service is enough, as a later position holds the earlier ones.
    const int MaxTokens = 16;

    /// <summary><c>city:4711</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Service}:{Position}");

    /// <summary>Reads all that a call carries, each in an entry of its own or separated by commas; of each service the last position counts.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT for one that is malformed.</exception>
    public static IReadOnlyCollection<ReadToken> Parse(Metadata headers)
    {
        List<string>? texts = null;
        foreach (var entry in headers)
        {
            if (entry.Key == Key)
            {
                (texts ??= []).AddRange(entry.Value.Split(',', StringSplitOptions.TrimEntries));
            }
        }

        return texts is null ? [] : Parse(texts);
    }

    static ReadToken[] Parse(List<string> texts)
    {
        var errors = new FieldErrors();
        var tokens = new Dictionary<string, ReadToken>(StringComparer.Ordinal);
        if (texts.Count > MaxTokens)
        {
            errors.Add(Key, $"is there {texts.Count} times; at most {MaxTokens} are taken");
        }

        foreach (var text in texts.Take(MaxTokens))
        {
            if (text.Split(':') is [EventCatalog.City or EventCatalog.Ward or EventCatalog.Monitoring, var digits]
                && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                var token = new ReadToken(text[..text.IndexOf(':')], position);
                tokens[token.Service] = tokens.TryGetValue(token.Service, out var other) && other.Position > position ? other : token;
            }
            else
            {
                errors.Add(Key, "must have the form city:4711, as a mutation gave it in its trailers");
            }
        }

        errors.ThrowIfAny();
        return [.. tokens.Values];
    }
}
