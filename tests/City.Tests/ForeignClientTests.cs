using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CanThoGov.City.Tests;

/// <summary>A ward system in another language works with the city from the protos alone.</summary>
[Trait("Category", "Interop")]
public sealed class ForeignClientTests(CityOnSqlite city) : CityTests<CityOnSqlite>
{
    static readonly string Tests = Path.GetFullPath(Path.Combine(Folder(), ".."));

    [Fact]
    public async Task NodeClient_CarriesAnAssignmentOut()
    {
        var issued = await NewIssuedAsync(city.Office);
        var token = city.Services.GetRequiredService<TokenIssuer>().Issue(Roles.Ward, "phần-mềm-phường", [NinhKieu], TimeSpan.FromMinutes(5));

        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Tests, "interop", "ward-system.mjs"), city.Address, Path.Combine(Tests, "..", "protos")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TOKEN"] = token },
        })!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.True(node.ExitCode == 0, await errors);

        using var seen = JsonDocument.Parse(await output);
        var root = seen.RootElement;
        Assert.Equal(issued.Title, root.GetProperty("title").GetString());
        Assert.Equal(
            ["STATE_ACKNOWLEDGED", "STATE_IN_PROGRESS", "STATE_ACKNOWLEDGED", "STATE_SUBMITTED"],
            root.GetProperty("states").EnumerateArray().Select(state => state.GetString()));
        Assert.StartsWith("city:", root.GetProperty("readToken").GetString());
        Assert.Equal(9, root.GetProperty("refusal").GetProperty("code").GetInt32());
        Assert.True(root.GetProperty("refusal").GetProperty("hasDetails").GetBoolean());
    }

    static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
