using System.Text;
using CanThoGov.City.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace CanThoGov.City.Tests;

[Trait("Category", "Unit")]
public sealed class DocumentNumberTests
{
    [Theory]
    [InlineData("631-CT/BCSD", DocumentWorld.Party, "631", "CT/BCSD")]
    [InlineData("Số 631 -CT/BCSD", DocumentWorld.Party, "631", "CT/BCSD")]
    [InlineData("55-CT/TW", DocumentWorld.Party, "55", "CT/TW")]
    [InlineData("148-QĐ/TW", DocumentWorld.Party, "148", "QĐ/TW")]
    [InlineData("59-NQ/TW", DocumentWorld.Party, "59", "NQ/TW")]
    [InlineData("05-HD/VPTW", DocumentWorld.Party, "05", "HD/VPTW")]
    [InlineData("159–HD/BTGTW", DocumentWorld.Party, "159", "HD/BTGTW")]
    [InlineData("36/CT-TTg", DocumentWorld.State, "36", "CT-TTg")]
    [InlineData("Số: 36 / CT - TTg", DocumentWorld.State, "36", "CT-TTg")]
    [InlineData("73/2023/NĐ-CP", DocumentWorld.State, "73/2023", "NĐ-CP")]
    [InlineData("45/2022/QH15", DocumentWorld.State, "45/2022", "QH15")]
    [InlineData("1668/NQ-UBTVQH15", DocumentWorld.State, "1668", "NQ-UBTVQH15")]
    [InlineData("12729/VPCP-KGVX", DocumentWorld.State, "12729", "VPCP-KGVX")]
    [InlineData("6150/TB-BLĐTBXH", DocumentWorld.State, "6150", "TB-BLĐTBXH")]
    public void R01_Parse_OfARealNumber_SaysNumberSymbolAndWorld(string printed, DocumentWorld world, string number, string symbol)
    {
        var expected = new DocumentNumber(world, number, symbol);
        Assert.Equal(expected, DocumentNumber.Parse(printed));
        Assert.Equal(expected, DocumentNumber.Parse(printed.Normalize(NormalizationForm.FormD)));
        Assert.Equal(expected, DocumentNumber.Of(number, symbol));
    }

    [Theory]
    [InlineData("")]
    [InlineData("631")]
    [InlineData("CT/TW")]
    [InlineData("631-CT")]             // no body: a hyphen is the Party's, and its symbols name one
    [InlineData("73/2023-NĐ/CP")]      // the Party gives no year
    [InlineData("36/CT/TTg")]
    [InlineData("36/CT-TTg kèm theo phụ lục")]
    public void R01_Parse_OfWhatIsInNeitherFormat_IsNull(string printed) => Assert.Null(DocumentNumber.Parse(printed));

    [Fact]
    public void R01_Parse_OfAnyNumberPrintedWithStraySpaces_GivesItBack() => Prop.ForAll(
        (from number in Numbers from spaces in Gen.Elements("", " ", "  ", "\u00A0").ListOf(3) select (number, spaces)).ToArbitrary(),
        it =>
        {
            var printed = it.number.ToString();
            var at = printed.IndexOf(it.number.Symbol, it.number.Number.Length, StringComparison.Ordinal);
            var strayed = it.spaces[0] + printed[..(at - 1)] + it.spaces[1] + printed[at - 1] + it.spaces[2] + printed[at..];
            return DocumentNumber.Parse(printed) == it.number && DocumentNumber.Parse(strayed) == it.number
                && DocumentNumber.Of(it.number.Number, it.number.Symbol) == it.number;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true));

    static Gen<DocumentNumber> Numbers =>
        from world in Gen.Elements(DocumentWorld.Party, DocumentWorld.State)
        from serial in Gen.Choose(1, 99_999)
        from digits in Gen.Choose(1, 3)
        from year in Gen.Elements("", "/2023", "/2026")
        from kind in Gen.Elements("CT", "NQ", "QĐ", "QyĐ", "CTr", "NĐ", "TTr", "CV")
        from body in Gen.Elements("TW", "TU", "BCSD", "ĐU", "TTg", "CP", "UBTVQH15", "BLĐTBXH", "VPCP")
        let number = serial.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits, '0')
        select world == DocumentWorld.Party
            ? new DocumentNumber(world, number, $"{kind}/{body}")
            : new DocumentNumber(world, number + year, $"{kind}-{body}");
}
