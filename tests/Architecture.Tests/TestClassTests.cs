using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace CanThoGov.Architecture.Tests;

[Trait("Category", "Architecture")]
public sealed partial class TestClassTests
{
    static readonly string[] Known = ["Unit", "Sqlite", "Postgres", "RabbitMq", "Journey", "Browser", "Interop", "Architecture"];

    /// <summary>A class without a category, or with one that no job runs, would silently never run.</summary>
    [Fact]
    public void EveryTestClass_HasExactlyOneKnownCategory()
    {
        var classes = Directory.EnumerateFiles(TestsFolder(), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => TestClass().Matches(File.ReadAllText(file)).Select(match => (file, match)))
            .ToArray();
        Assert.True(classes.Length > 10, "The test classes were not found.");
        Assert.All(classes, found =>
        {
            var (file, match) = found;
            var categories = Category().Matches(match.Groups["attributes"].Value).Select(one => one.Groups[1].Value).ToArray();
            Assert.True(categories.Length == 1 && Known.Contains(categories[0]),
                $"{match.Groups["name"].Value} in {Path.GetFileName(file)} has the categories [{string.Join(", ", categories)}].");
        });
    }

    static string TestsFolder([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, ".."));

    [GeneratedRegex(@"(?<attributes>(^\[[^\n]*\]\n)*)^public (sealed |partial )+class (?<name>\w+Tests(_\w+)?)\b", RegexOptions.Multiline)]
    private static partial Regex TestClass();

    [GeneratedRegex("""Trait\("Category", "(\w+)"\)""")]
    private static partial Regex Category();
}
