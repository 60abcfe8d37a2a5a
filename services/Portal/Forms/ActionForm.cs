namespace CanThoGov.Portal.Forms;

public enum FieldKind { Line, Text, Date, Number, Choice, Checks, Check, File }

/// <param name="Group">Under which heading it stands; empty for none.</param>
public sealed record FieldChoice(string Value, string Text, string Group = "");

/// <summary>One thing that is asked of the viewer.</summary>
/// <param name="Name">The path of the field in the request, so that what a service says of it is shown beside it.</param>
public sealed record FormField(string Name, string Label, FieldKind Kind)
{
    public bool IsRequired { get; init; }

    /// <summary>Not required yet, or not for every choice: nothing is said of it, and the service says when it is missing.</summary>
    public bool IsExpected { get; init; }

    /// <summary>0 for no limit.</summary>
    public int MaxLength { get; init; }

    public string Hint { get; init; } = "";

    public string Value { get; init; } = "";

    public IReadOnlyList<FieldChoice> Choices { get; init; } = [];

    /// <summary>Of a number or of a date.</summary>
    public string Min { get; init; } = "";

    /// <summary>Of a number or of a date; of a file, its most bytes.</summary>
    public string Max { get; init; } = "";
}

/// <summary>One thing that the viewer may do on a page.</summary>
/// <param name="Verb">As the history names it; with <see cref="Key"/> unique on the page.</param>
public sealed record ActionForm(string Verb, string Title)
{
    public string Key { get; init; } = "";

    /// <summary>On the button; the title if it is empty.</summary>
    public string Button { get; init; } = "";

    public string Hint { get; init; } = "";

    /// <summary>Sent along: what the viewer decides on.</summary>
    public string Etag { get; init; } = "";

    public IReadOnlyList<FormField> Fields { get; init; } = [];

    /// <summary>Ends or stops work, or gives it back: set apart from the others.</summary>
    public bool IsGrave { get; init; }

    /// <summary>Offered beside what it is about, not in the panel of what can be done.</summary>
    public bool IsBeside { get; init; }

    public bool BringsFile => Fields.Any(one => one.Kind == FieldKind.File);

    public string Id => Key.Length > 0 ? $"{Verb}-{Key}" : Verb;

    /// <summary>A number that the viewer's browser repeats when it sends the form twice.</summary>
    public static string NewRequestId() => Guid.NewGuid().ToString("N");
}
