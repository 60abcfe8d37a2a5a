using System.CommandLine;
using CanThoGov.Suite;

var root = new RootCommand("CanThoGov: điều phối chính quyền địa phương hai cấp (city, ward and monitoring services in one process).")
{
    StartCommand.Create(),
    PlayCommand.Create(),
    TokenCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
