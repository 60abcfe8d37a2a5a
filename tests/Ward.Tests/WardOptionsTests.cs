using CanThoGov.Platform.Hosting;
using Microsoft.Extensions.Configuration;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Unit")]
public sealed class WardOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("*")]
    public void From_NoUnits_ServesAllButTheExceptions(string units)
    {
        var options = From(("Ward:Units", units), ("Ward:ExceptUnits", $"{Events.NinhKieu}, {Events.CaiKhe}"));

        Assert.Null(options.Units);
        Assert.Equal([Events.NinhKieu, Events.CaiKhe], options.ExceptUnits);
    }

    [Fact]
    public void From_ListOrCommas_IsTheSame()
    {
        var list = From(("Ward:Units:0", Events.NinhKieu), ("Ward:Units:1", Events.CaiKhe));
        var commas = From(("Ward:Units", $"{Events.NinhKieu},{Events.CaiKhe}"));

        Assert.Equal([Events.NinhKieu, Events.CaiKhe], list.Units!);
        Assert.Equal(list.Units!, commas.Units!);
    }

    [Fact]
    public void From_AllNamedUnitsExcepted_ServesNoneRatherThanAll()
    {
        var options = From(("Ward:Units", Events.NinhKieu), ("Ward:ExceptUnits", Events.NinhKieu));

        Assert.Empty(options.Units!);
    }

    [Fact]
    public void From_NoUnitId_StopsTheStart() =>
        Assert.Throws<ConfigurationException>(() => From(("Ward:Units", "Phường Ninh Kiều")));

    /// <summary>Its queues would be those of another ward system, which would lose what is taken from them.</summary>
    [Fact]
    public void From_SomeUnitsOnABrokerWithoutAName_StopsTheStart()
    {
        (string, string)[] some = [("Bus:Transport", "RabbitMq"), ("Ward:Units", Events.NinhKieu)];

        Assert.Throws<ConfigurationException>(() => From(some));
        Assert.Throws<ConfigurationException>(() => From([.. some, ("Ward:Name", "Ninh Kiều")]));
        Assert.Equal("ninh-kieu", From([.. some, ("Ward:Name", "ninh-kieu")]).Name);
        Assert.Empty(From(("Bus:Transport", "RabbitMq"), ("Ward:ExceptUnits", Events.NinhKieu)).Name);
    }

    static WardOptions From(params (string Key, string Value)[] settings) => WardOptions.From(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(one => one.Key, string? (one) => one.Value)).Build());
}
