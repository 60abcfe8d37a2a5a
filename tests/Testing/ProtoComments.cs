using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace CanThoGov.Testing;

/// <summary>What the protos say about a field in the comment above it. The generated descriptors do not keep it.</summary>
public static partial class ProtoComments
{
    static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Files = new(StringComparer.Ordinal);

    /// <returns>On one line; empty if there is none.</returns>
    public static string Of(FieldDescriptor field) => Files.GetOrAdd(field.File.Name, Read).GetValueOrDefault(field.FullName, "");

    /// <summary>A request without it is refused, whatever else it says.</summary>
    public static bool IsRequired(FieldDescriptor field)
    {
        var comment = Of(field);
        return comment.Contains("Required", StringComparison.Ordinal) || field.Name == "request_id"
            || (comment.StartsWith('`') && comment.Contains("/{", StringComparison.Ordinal) && !comment.Contains("empty", StringComparison.Ordinal));
    }

    public static bool IsOutputOnly(FieldDescriptor field) => Of(field).StartsWith("Output only", StringComparison.Ordinal);

    static Dictionary<string, string> Read(string file)
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        var scope = new Stack<string>();
        var comment = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Protos(), file)).Select(line => line.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }

            if (Package().Match(line) is { Success: true } package)
            {
                scope.Push(package.Groups[1].Value);
            }
            else if (line.StartsWith("oneof ", StringComparison.Ordinal))
            {
                scope.Push(scope.Peek());   // its fields are those of the message
            }
            else if (Block().Match(line) is { Success: true } block)
            {
                scope.Push($"{scope.Peek()}.{block.Groups[1].Value}");
            }
            else if (line == "}")
            {
                scope.Pop();
            }
            else if (Field().Match(line) is { Success: true } field)
            {
                comments.Add($"{scope.Peek()}.{field.Groups[1].Value}", string.Join(' ', comment));
            }

            comment.Clear();
        }

        return comments;
    }

    static string Protos([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "protos"));

    [GeneratedRegex(@"^package ([\w.]+);$")]
    private static partial Regex Package();

    [GeneratedRegex(@"^(?:message|enum|service) (\w+) \{$")]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?:repeated |optional )?[\w.]+ (\w+) = \d+;$")]
    private static partial Regex Field();
}
