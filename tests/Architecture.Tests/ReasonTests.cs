using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace CanThoGov.Architecture.Tests;

/// <summary>Reasons of refusals are contract, but they are words in comments and texts: nothing else would notice that nobody gives one.</summary>
[Trait("Category", "Architecture")]
public sealed partial class ReasonTests
{
    [Fact]
    public void EveryReasonThatTheProtosPromiseOrThePagesPutIntoWords_IsGivenByAService()
    {
        var given = Read("services", "*.cs").Where(file => !file.Path.Contains("/Portal/", StringComparison.Ordinal))
            .SelectMany(file => Quoted().Matches(file.Text)).Select(match => match.Groups[1].Value).ToHashSet();
        string[] promised = [.. Read("protos/canthogov", "*.proto").SelectMany(file => Comment().Matches(file.Text))
            .SelectMany(comment => Backticked().Matches(comment.Value)).Select(match => match.Groups[1].Value)];
        string[] shown = [.. Read("services/Portal/Text", "Refusals.cs").SelectMany(file => Key().Matches(file.Text)).Select(match => match.Groups[1].Value)];

        Assert.True(promised.Length > 100 && shown.Length > 20, "The reasons were not found.");
        Assert.All(promised.Concat(shown).Distinct(), reason => Assert.Contains(reason, given));
    }

    static IEnumerable<(string Path, string Text)> Read(string folder, string files) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), files, SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (path, File.ReadAllText(path)));

    static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex("\"([A-Z]+(?:_[A-Z]+)+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("`([A-Z]+(?:_[A-Z]+)+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex("\\[\"([A-Z]+(?:_[A-Z]+)+)\"\\]")]
    private static partial Regex Key();

    [GeneratedRegex("^ *//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
