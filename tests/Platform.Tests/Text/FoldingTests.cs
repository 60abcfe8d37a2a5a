using System.Text;
using CanThoGov.Platform.Text;
using FsCheck;
using FsCheck.Fluent;

namespace CanThoGov.Platform.Tests.Text;

[Trait("Category", "Unit")]
public sealed class FoldingTests
{
    // Syllables as they are written, and every mark and letter of the language by itself.
    static readonly string[] Pieces =
    [
        "Hòa", "Hoà", "An", "Rạch", "Bần", "đất", "Đai", "ĐƯỜNG", "kênh", "thuỷ", "thủy", "xã", "Ộ", "ữ", "ẳ", "ỵ", "ê", "w", "ß", "中",
        "3", "631-CT/BCSD", " ", "  ", "\n", "-", "'", "\u0301", "\u0323",
    ];

    static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    static readonly Arbitrary<string> Texts =
        Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Theory]
    [InlineData("Hòa An", "hoa an")]
    [InlineData("Hoà An", "hoa an")]
    [InlineData("Hoa\u0300 An", "hoa an")]
    [InlineData("ĐƯỜNG Nguyễn Văn Cừ nối dài", "duong nguyen van cu noi dai")]
    public void Fold_LeavesPlainLetters(string text, string expected) => Assert.Equal(expected, Folding.Fold(text));

    [Fact]
    public void Fold_DoesNotDependOnFormOrCase_AndChangesNothingTwice() => Prop.ForAll(Texts, text =>
    {
        var folded = Folding.Fold(text);
        return Folding.Fold(folded) == folded
            && Folding.Fold(text.Normalize(NormalizationForm.FormD)) == folded
            && Folding.Fold(text.Normalize(NormalizationForm.FormC)) == folded
            && Folding.Fold(text.ToUpperInvariant()) == folded;
    }).Check(Thorough);

    [Fact]
    public void Words_AreFoldedLettersAndDigits_WhateverStandsBetween() => Prop.ForAll(Texts, text =>
    {
        var words = Folding.Words(text);
        return words.All(word => word.Length is > 0 and <= Folding.MaxWordLength && word.All(char.IsLetterOrDigit) && Folding.Fold(word) == word)
            && Folding.Words(string.Join(" ; ", words)).SequenceEqual(words)
            && Folding.Words(text.Replace(" ", "…\n", StringComparison.Ordinal)).SequenceEqual(words);
    }).Check(Thorough);

    [Fact]
    public void Words_SplitsNumbersOfDocuments() =>
        Assert.Equal(["chi", "thi", "so", "631", "ct", "bcsd"], Folding.Words("Chỉ thị số 631-CT/BCSD."));

    [Fact]
    public void Words_CutsWhatNobodyTyped() => Assert.Equal(Folding.MaxWordLength, Assert.Single(Folding.Words(new string('ế', 9000))).Length);
}
