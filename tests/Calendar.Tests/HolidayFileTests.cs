using static CanThoGov.Calendar.Tests.RealCalendar;

namespace CanThoGov.Calendar.Tests;

[Trait("Category", "Unit")]
public sealed class HolidayFileTests
{
    const string Header = "date,weekday,effect,kind,name_vi,name_en,basis,verification";
    const string Good = "2026-02-17,Tue,off,holiday,Tết,Lunar New Year,9441/TB-BNV,verified";

    [Fact]
    public void Parse_QuotedFields_AreRead()
    {
        var day = Assert.Single(HolidayFile.Parse(new StringReader(
            $"{Header}\n2027-05-03,Mon,off,makeup_off,\"Nghỉ bù, \"\"1/5\"\"\",Make-up,\"art.111(3), computed\",partly verified\n")));

        Assert.Equal(
            new CalendarDay(Date("2027-05-03"), DayEffect.Off, "makeup_off", "Nghỉ bù, \"1/5\"", "Make-up", "art.111(3), computed"),
            day);
    }

    [Fact]
    public void Parse_DecomposedName_IsStoredComposed()
    {
        var decomposed = Good.Normalize(System.Text.NormalizationForm.FormD);
        Assert.NotEqual(Good, decomposed);

        Assert.Equal("Tết", Assert.Single(HolidayFile.Parse(new StringReader($"{Header}\r\n{decomposed}\r\n"))).NameVi);
    }

    [Theory]
    [InlineData("2026-02-30,Mon,off,holiday,Tết,Tet,x,y", "not a date")]
    [InlineData("17/02/2026,Tue,off,holiday,Tết,Tet,x,y", "not a date")]
    [InlineData("2026-02-18,Tue,off,holiday,Tết,Tet,x,y", "is a Wed")]
    [InlineData("2026-02-18,Wed,maybe,holiday,Tết,Tet,x,y", "effect")]
    [InlineData("2026-02-18,Wed,off,holiday,,Tet,x,y", "empty")]
    [InlineData("2026-02-18,Wed,off,holiday,Tết,Tet,x", "7 fields")]
    [InlineData("2026-02-18,Wed,off,holiday,Tết,Tet,x,y,z", "9 fields")]
    [InlineData("2026-02-18,Wed,off,holiday,\"Tết,Tet,x,y", "not closed")]
    [InlineData("2026-02-18,Wed,off,holiday,\"Tết\"a,Tet,x,y", "closing quote")]
    [InlineData("2026-02-18,Wed,off,holiday,T\"ết,Tet,x,y", "not quoted")]
    [InlineData(Good, "given before")]
    public void Parse_MalformedLine_RefusesTheFileAndNamesTheLine(string line, string why)
    {
        var refusal = Assert.Throws<FormatException>(() => HolidayFile.Parse(new StringReader($"{Header}\n{Good}\n\n{line}\n")));

        Assert.Contains("line 4", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("date,effect\n")]
    public void Parse_WrongHeader_IsRefused(string csv) =>
        Assert.Contains("line 1", Assert.Throws<FormatException>(() => HolidayFile.Parse(new StringReader(csv))).Message,
            StringComparison.Ordinal);
}
