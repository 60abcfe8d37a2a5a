using CanThoGov.Platform.Text;

namespace CanThoGov.Platform.Tests.Text;

[Trait("Category", "Unit")]
public sealed class CsvTests
{
    [Theory]
    [InlineData("Dọn kênh", "\"Dọn kênh\"")]
    [InlineData("", "\"\"")]
    [InlineData("một \"hai\", ba\nbốn", "\"một \"\"hai\"\", ba\nbốn\"")]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+84", "\"'+84\"")]
    [InlineData("  -1+1", "\"'  -1+1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("＝1+1", "\"'＝1+1\"")]
    [InlineData("a=1", "\"a=1\"")]
    public void Line_QuotesAndDefuses(string cell, string expected) => Assert.Equal(expected + "\r\n", Csv.Line([cell]));
}
