using System.Text.Json;
using System.Text.Json.Nodes;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Registers;

namespace CanThoGov.Contract.Tests;

[Trait("Category", "Unit")]
public sealed class EventBodyTests
{
    static JsonObject Body(IEvent e) => JsonSerializer.SerializeToNode(e, e.GetType(), ContractJson.Options)!.AsObject();

    [Theory]
    [MemberData(nameof(CatalogData.Types), MemberType = typeof(CatalogData))]
    public void Body_FullOrBare_IsAsItsSchemaSays(Type type)
    {
        Assert.Empty(Validation.FaultsOfBody(type, Body(Samples.Full(type))));
        Assert.Empty(Validation.FaultsOfBody(type, Body(Samples.Bare(type))));
    }

    [Theory]
    [MemberData(nameof(CatalogData.Types), MemberType = typeof(CatalogData))]
    public void Units_WhateverIsTheSameOrMissing_AreEachThereOnceAndNamed(Type type)
    {
        foreach (var e in new[] { Samples.Full(type), Samples.Bare(type), Samples.OfOneUnit(type) })
        {
            Assert.Equal(e.Units().Where(unit => unit.Length > 0).Distinct(), e.Units());
        }
    }

    [Theory]
    [MemberData(nameof(CatalogData.Types), MemberType = typeof(CatalogData))]
    public void Body_WithWhatANewerReleaseAdds_IsAsItsSchemaSaysAndIsRead(Type type)
    {
        var body = Body(Samples.Full(type));
        var known = body.ToJsonString();
        body["addedLater"] = new JsonObject { ["text"] = "Bổ sung sau" };
        foreach (var inner in body.Select(one => one.Value).OfType<JsonObject>())
        {
            inner["addedLater"] = new JsonArray(1, 2);
        }

        Assert.Empty(Validation.FaultsOfBody(type, body));
        Assert.Equal(known, Body((IEvent)body.Deserialize(type, ContractJson.Options)!).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(CatalogData.Types), MemberType = typeof(CatalogData))]
    public void Body_WithoutAPropertyOrWithAnotherType_IsNotAsItsSchemaSays(Type type)
    {
        foreach (var name in Validation.AlwaysThere(type))
        {
            var (without, other) = (Body(Samples.Bare(type)), Body(Samples.Bare(type)));
            without.Remove(name);
            Assert.NotEmpty(Validation.FaultsOfBody(type, without));
            other[name] = new JsonArray(new JsonArray());
            Assert.NotEmpty(Validation.FaultsOfBody(type, other));
        }
    }

    [Fact]
    public void UnknownWord_OfALenientEnumeration_IsReadAsNone()
    {
        var unit = Body(Samples.Full(typeof(UnitRegistered)));
        unit["kind"] = "SPECIAL_ZONE";
        Assert.Equal(default, unit.Deserialize<UnitRegistered>(ContractJson.Options)!.Kind);

        var missed = Body(Samples.Full(typeof(DeadlineMissed)));
        missed["told"] = new JsonArray("HEAD_OF_UNIT", "PEOPLES_COUNCIL");
        Assert.Equal([Recipient.HeadOfUnit, default], missed.Deserialize<DeadlineMissed>(ContractJson.Options)!.Told);
    }

    [Fact]
    public void UnknownWord_OfAnyOtherEnumeration_IsRefused()
    {
        var text = Body(Samples.Full(typeof(CanThoGov.Contracts.Assignments.AssignmentIssued))).ToJsonString()
            .Replace("\"CANCELLED\"", "\"ARCHIVED\"", StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CanThoGov.Contracts.Assignments.AssignmentIssued>(text, ContractJson.Options));
    }
}
