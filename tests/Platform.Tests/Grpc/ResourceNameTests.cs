using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;

namespace CanThoGov.Platform.Tests.Grpc;

[Trait("Category", "Unit")]
public sealed class ResourceNameTests
{
    [Fact]
    public void Parse_Name_GivesItsIds()
    {
        var errors = new FieldErrors();
        Assert.Equal("31135-2025", ResourceName.Parse("units", "units/31135-2025", errors, "unit"));
        Assert.Equal(
            ["31135-2025", "0198c0de"],
            ResourceName.Parse(["units", "assignments"], "units/31135-2025/assignments/0198c0de", errors, "name"));
        Assert.Equal("-", ResourceName.Parse("units", "units/-", errors, "parent", wildcard: true));
        errors.ThrowIfAny();
    }

    [Theory]
    [InlineData("")]
    [InlineData("assignments")]
    [InlineData("assignments/")]
    [InlineData("Assignments/1")]
    [InlineData("units/1")]
    [InlineData("/assignments/1")]
    [InlineData("assignments/1/")]
    [InlineData("assignments/1/parts/2")]
    [InlineData("assignments/-")]
    [InlineData("assignments/..")]
    [InlineData("assignments/a b")]
    [InlineData("assignments/Dọn")]
    [InlineData("assignments/%2e")]
    [InlineData("assignments/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Parse_Malformed_IsAFieldError(string name)
    {
        var errors = new FieldErrors();
        Assert.Equal("", ResourceName.Parse("assignments", name, errors, "name"));
        Assert.Equal(["", ""], ResourceName.Parse(["units", "assignments"], name, errors, "parent"));

        var refusal = Assert.Throws<DomainException>(errors.ThrowIfAny);
        Assert.Equal(["name", "parent"], refusal.FieldViolations.Select(v => v.Field));
    }

    [Fact]
    public void Parse_HugeName_IsRefusedCheaply()
    {
        var errors = new FieldErrors();
        ResourceName.Parse("assignments", new string('/', 4_000_000), errors, "name");
        Assert.True(errors.Any);
    }
}
