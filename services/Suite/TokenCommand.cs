using System.CommandLine;
using CanThoGov.Platform.Security;

namespace CanThoGov.Suite;

/// <summary><c>token</c>: signs a token with this machine's own key.</summary>
static class TokenCommand
{
    static readonly Option<string> Role = new("--role") { Description = $"One of {string.Join(", ", Roles.All)}.", Required = true };
    static readonly Option<string[]> Units = new("--unit") { Description = "Id of a unit to speak for; may be given several times." };
    static readonly Option<string> Subject = new("--sub")
    {
        Description = "The official in whose name the bearer acts.",
        DefaultValueFactory = _ => Environment.UserName,
    };

    static readonly Option<int> Hours = new("--hours") { Description = "How long it is valid.", DefaultValueFactory = _ => 8 };

    public static Command Create()
    {
        Role.AcceptOnlyFromAmong([.. Roles.All]);
        var command = new Command("token", "Print a bearer token, signed with the key of the data folder.")
        {
            Role, Units, Subject, Hours, Options.KeyFile, Options.Data,
        };
        command.SetAction((parsed, _) => Options.GuardAsync(() =>
        {
            using var key = Options.OpenKey(parsed);
            Console.WriteLine(Options.Issuer(key).Issue(
                parsed.GetValue(Role)!, parsed.GetValue(Subject)!, parsed.GetValue(Units) ?? [],
                TimeSpan.FromHours(Math.Clamp(parsed.GetValue(Hours), 1, 24 * 365))));
            return Task.FromResult(0);
        }));
        return command;
    }
}
