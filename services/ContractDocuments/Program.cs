using CanThoGov.ContractDocuments;

if (args is not [var protos, "generate" or "check" or "release"])
{
    Console.Error.WriteLine("usage: CanThoGov.ContractDocuments PROTOS-FOLDER generate|check|release");
    return 2;
}

var contract = new Contract(protos);
if (args[1] == "generate")
{
    contract.Write();
}

string[] faults = [.. contract.Differences(), .. contract.Breaks()];
foreach (var fault in faults)
{
    Console.Error.WriteLine(fault);
}

if (faults.Length == 0 && args[1] == "release")
{
    contract.Release();
}

return args[1] == "generate" || faults.Length == 0 ? 0 : 1;
