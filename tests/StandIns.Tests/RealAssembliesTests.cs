using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace CanThoGov.StandIns.Tests;

/// <summary>The real assemblies run on the stand-ins: all that they refer to has to be there before a call needs it.</summary>
[Trait("Category", "Unit")]
public sealed class RealAssembliesTests
{
    public static TheoryData<string> RealAssemblies => ["Grpc.AspNetCore.Server", "Grpc.Net.Client"];

    [Theory]
    [MemberData(nameof(RealAssemblies))]
    public void RealAssembly_EveryTypeOfIt_Loads(string name)
    {
        var assembly = Assembly.Load(name);

        Assert.Equal("D754F35622E28BAD", Convert.ToHexString(assembly.GetName().GetPublicKeyToken()!));
        Assert.NotEmpty(assembly.GetTypes());
    }

    [Theory]
    [MemberData(nameof(RealAssemblies))]
    public void RealAssembly_EveryTypeAndMemberItRefersTo_Exists(string name)
    {
        var module = Assembly.Load(name).ManifestModule;
        using var file = new PEReader(File.OpenRead(module.FullyQualifiedName));
        var metadata = file.GetMetadataReader();
        // Stand for whatever type arguments the place of the reference has; the members are the same.
        Type[] anything = [.. Enumerable.Repeat(typeof(object), 8)];

        Assert.All(metadata.TypeReferences, type => module.ResolveType(MetadataTokens.GetToken(type)));
        Assert.All(metadata.MemberReferences, member =>
        {
            try
            {
                module.ResolveMember(MetadataTokens.GetToken(member), anything, anything);
            }
            catch (TypeLoadException)
            {
                // All types exist; a generic one of the assembly's own does not take just anything.
            }
        });
    }
}
