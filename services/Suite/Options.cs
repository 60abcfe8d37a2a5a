using System.CommandLine;
using CanThoGov.Platform.Hosting;
using CanThoGov.Platform.Security;
using CanThoGov.Suite.Scenarios;

namespace CanThoGov.Suite;

/// <summary>What the commands share.</summary>
static class Options
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of the databases and the signing key.",
        DefaultValueFactory = _ => "data",
    };

    public static readonly Option<string?> KeyFile = new("--key-file") { Description = "Signing key; by default that of the data folder." };

    public static readonly Option<bool> Json = new("--json") { Description = "Print the summary as one JSON object, as the last line." };

    public static SigningKey OpenKey(ParseResult parsed) =>
        SigningKey.Open(parsed.GetValue(KeyFile) ?? DataFolder.Look(parsed.GetValue(Data)!).KeyFile);

    public static TokenIssuer Issuer(SigningKey key) => new(key, Microsoft.Extensions.Options.Options.Create(new AuthOptions()));

    /// <summary>What the user can mend is said in a line, without a stack trace.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is ConfigurationException or ScenarioException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        catch (Exception e) when (e is OperationCanceledException or Grpc.Core.RpcException { StatusCode: Grpc.Core.StatusCode.Cancelled })
        {
            return 130;
        }
    }
}
