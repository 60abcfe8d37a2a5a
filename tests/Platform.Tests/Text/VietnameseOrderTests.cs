using System.Globalization;
using System.Text;
using CanThoGov.Platform.Text;
using FsCheck;
using FsCheck.Fluent;

namespace CanThoGov.Platform.Tests.Text;

[Trait("Category", "Unit")]
public sealed class VietnameseOrderTests
{
    static readonly CompareInfo Vietnamese = CultureInfo.GetCultureInfo("vi-VN").CompareInfo;

    static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true);

    const string Letters =
        "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ";

    static readonly Arbitrary<string> Words = Gen.Elements(Letters.ToCharArray()).ListOf().Select(letters => string.Concat(letters)).ToArbitrary();

    [Fact]
    public void Key_SortsAsDictionariesDo()
    {
        string[] sorted =
        [
            "631", "An Bình", "ăn", "Ấn", "bà", "bả", "bá", "Bà Rịa", "ca", "Cà Mau", "dân", "Dọn kênh Rạch Bần", "đất", "Đê", "em", "ếch", "in",
            "o", "ô", "Ơ", "ơn", "ươm", "vườn",
        ];
        Assert.Equal(sorted, sorted.Reverse().OrderBy(VietnameseOrder.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Key_OfWords_AgreesWithTheCollationOfTheLanguage() => Prop.ForAll(Words, Words, (one, other) =>
        Math.Sign(string.CompareOrdinal(VietnameseOrder.Key(one), VietnameseOrder.Key(other)))
            == Math.Sign(Vietnamese.Compare(one, other, CompareOptions.None))).Check(Thorough);

    [Fact]
    public void Key_DoesNotDependOnFormCaseOrPunctuation() => Prop.ForAll(Words, Words, (one, other) =>
    {
        var key = VietnameseOrder.Key($"{one} {other}");
        return VietnameseOrder.Key($"{one} {other}".Normalize(NormalizationForm.FormD)) == key
            && VietnameseOrder.Key($"{one} {other}".ToUpperInvariant()) == key
            && VietnameseOrder.Key($" “{one}” – {other}.") == key;
    }).Check(Thorough);

    [Fact]
    public void Key_StaysShort() => Assert.Equal((2 * VietnameseOrder.MaxLetters) + 1, VietnameseOrder.Key(new string('ế', 500)).Length);
}
