using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;

namespace CanThoGov.Platform.Tests.Grpc;

[Trait("Category", "Unit")]
public sealed class PagingTests
{
    [Theory]
    [InlineData(0, 50)]
    [InlineData(1, 1)]
    [InlineData(1000, 1000)]
    [InlineData(1001, 1000)]
    [InlineData(int.MaxValue, 1000)]
    public void Parse_Size_IsClamped(int asked, int given) => Assert.Equal(new PageRequest(given, null), Paging.Parse(asked, ""));

    [Fact]
    public void Parse_WrongSizeAndToken_NamesBoth()
    {
        var refusal = Assert.Throws<DomainException>(() => Paging.Parse(-1, "rubbish"));
        Assert.Equal("FIELD_INVALID", refusal.Reason);
        Assert.Equal(["page_size", "page_token"], refusal.FieldViolations.Select(v => v.Field));
    }

    [Theory]
    [InlineData("")]
    [InlineData("31135-2025")]
    [InlineData("2026-02-14T10:00:00.0000000Z|Dọn kênh Rạch Bần")]
    public void Token_SameFilters_GivesTheCursorBack(string cursor)
    {
        var token = Paging.Token(cursor, "ISSUED", "units/31135-2025");
        Assert.Equal(cursor, Paging.Parse(10, token, "ISSUED", "units/31135-2025").After);
        Assert.Matches("^[A-Za-z0-9_-]+$", token);
    }

    [Fact]
    public void Token_OtherFilters_IsRefused()
    {
        var token = Paging.Token("cursor", "a", "bc");
        foreach (string[] filters in (string[][])[[], ["a"], ["bc", "a"], ["ab", "c"], ["a", "bc", ""], ["abc"]])
        {
            var refusal = Assert.Throws<DomainException>(() => Paging.Parse(10, token, filters));
            Assert.Equal("page_token", Assert.Single(refusal.FieldViolations).Field);
        }
    }

    [Fact]
    public void Token_Damaged_IsRefused()
    {
        var token = Paging.Token("cursor", "a");
        for (var i = 0; i < token.Length; i++)
        {
            var damaged = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Throws<DomainException>(() => Paging.Parse(10, damaged, "a"));
        }

        foreach (var wrong in (string[])["A", "!!!!", "có dấu", new string('A', 100_000)])
            Assert.Throws<DomainException>(() => Paging.Parse(10, wrong, "a"));
    }
}
