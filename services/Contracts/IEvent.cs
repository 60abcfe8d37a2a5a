namespace CanThoGov.Contracts;

/// <summary>Something that happened in one service and that others may act on. Serialised as the JSON body of a message.</summary>
public interface IEvent
{
    /// <summary>Of the subject after the event; consumers drop what is not newer. Becomes the CloudEvents <c>sequence</c>.</summary>
    long Version { get; }

    /// <summary>CloudEvents <c>subject</c>: the resource name of what it happened to.</summary>
    string Subject();

    /// <summary>Ids of the units that it concerns, each once and none empty. It is published once for each; with none, once for everybody.</summary>
    IReadOnlyList<string> Units();
}

static class Concerned
{
    /// <summary>Those that are named, each once.</summary>
    public static IReadOnlyList<string> Of(params IEnumerable<string> ids) => [.. ids.Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)];
}
