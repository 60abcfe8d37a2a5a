using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Grpc.Core;

namespace CanThoGov.Platform.Tests.Security;

[Trait("Category", "Unit")]
public sealed class CallerTests
{
    static readonly Caller Ward = new("a", Roles.Ward, ["31135-2025"]);
    static readonly Caller TwoWards = new("a", Roles.Ward, ["31135-2025", "31136-2025"]);
    static readonly Caller Department = new("a", Roles.CityDepartment, ["so-noi-vu"]);
    static readonly Caller Supervisor = new("a", Roles.Supervisor, []);

    [Fact]
    public void SeesUnit_Ward_OnlyItsOwn()
    {
        Assert.True(Ward.SeesUnit("31135-2025"));
        Assert.False(Ward.SeesUnit("31136-2025"));
        Assert.False(Ward.SeesUnit("31135"));
        Assert.True(Department.SeesUnit("31136-2025"));
        Assert.True(Supervisor.SeesUnit("31136-2025"));
    }

    [Fact]
    public void SpeaksFor_OnlyTheTokensUnits()
    {
        Assert.True(Ward.SpeaksFor("31135-2025"));
        Assert.False(Ward.SpeaksFor("31136-2025"));
        Assert.False(Department.SpeaksFor("31135-2025"));
        Assert.False(Supervisor.SpeaksFor("31135-2025"));
    }

    [Fact]
    public void RequireUnit_Empty_IsTheOnlyOne()
    {
        var errors = new FieldErrors();
        Assert.Equal("31135-2025", Ward.RequireUnit("", errors, "unit"));
        Assert.Equal("31136-2025", TwoWards.RequireUnit("units/31136-2025", errors, "unit"));
        Assert.False(errors.Any);
    }

    [Fact]
    public void RequireUnit_EmptyOrMalformed_IsAFieldError()
    {
        foreach (var (caller, unit) in ((Caller, string)[])[(TwoWards, ""), (Supervisor, ""), (Ward, "31135-2025"), (Ward, "units/-")])
        {
            var errors = new FieldErrors();
            Assert.Equal("", caller.RequireUnit(unit, errors, "assignment.assigner"));
            var refusal = Assert.Throws<DomainException>(errors.ThrowIfAny);
            Assert.Equal("assignment.assigner", Assert.Single(refusal.FieldViolations).Field);
        }
    }

    [Fact]
    public void RequireUnit_Foreign_IsDenied()
    {
        var refusal = Assert.Throws<DomainException>(() => Ward.RequireUnit("units/31136-2025", new FieldErrors(), "unit"));
        Assert.Equal(StatusCode.PermissionDenied, refusal.Code);
        Assert.Equal("UNIT_NOT_ALLOWED", refusal.Reason);
    }
}
