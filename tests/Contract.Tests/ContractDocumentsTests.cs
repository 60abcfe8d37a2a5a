using CanThoGov.ContractDocuments;

namespace CanThoGov.Contract.Tests;

[Trait("Category", "Architecture")]
public sealed class ContractDocumentsTests
{
    const string Event = "events/city/document-registered.v1.json";

    [Fact]
    public void CommittedDocuments_AreWhatTheRecordsSay() =>
        Assert.True(
            Protos.Contract.Differences() is { Count: 0 }, $"Run protos/contract generate:\n{string.Join('\n', Protos.Contract.Differences())}");

    [Fact]
    public void CommittedDocuments_BreakNothingThatWasReleased()
    {
        Assert.True(Directory.Exists(Path.Combine(Protos.Contract.Released, "events")), "There is no release: protos/contract release makes one.");
        Assert.True(
            Protos.Contract.Breaks() is { Count: 0 }, $"This breaks v1; publish a v2 beside it:\n{string.Join('\n', Protos.Contract.Breaks())}");
    }

    [Fact]
    public void EditedDocument_IsADifference()
    {
        using var copy = Protos.Copy();
        copy.Edit(Event, "\"title\"", "\"heading\"");
        File.Delete(Path.Combine(copy.Folder, "asyncapi.yaml"));
        File.WriteAllText(Path.Combine(copy.Folder, "events", "stray.json"), "{}");

        Assert.Equal(
            ["protos/asyncapi.yaml is missing", $"protos/{Event} is not what the records say", "protos/events/stray.json belongs to no event"],
            new ContractDocuments.Contract(copy.Folder).Differences().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RemovedEvent_IsABreak_AnAddedOneIsNot()
    {
        using var copy = Protos.Copy();
        File.Delete(Path.Combine(copy.Folder, Event));

        Assert.Equal([$"{Event}: the event is gone"], ContractDocuments.Contract.Breaks(Protos.Folder, copy.Folder));
        Assert.Empty(ContractDocuments.Contract.Breaks(copy.Folder, Protos.Folder));
    }

    [Theory]
    [InlineData("address: vn.gov.cantho.ward.work-item-reported.v1", "address: vn.gov.cantho.ward.told.v1", "the channel ward.work-item-reported.v1")]
    [InlineData("const: urn:canthogov:monitoring", "const: urn:canthogov:watch", "headers of the message DeadlineMissed")]
    [InlineData("  - cloudEvents_sequence", "", "headers: cloudEvents_sequence: was always there and is optional")]
    public void ChangedAsyncApi_IsABreak(string from, string to, string expected)
    {
        using var copy = Protos.Copy();
        copy.Edit("asyncapi.yaml", from, to);

        Assert.Contains(ContractDocuments.Contract.Breaks(Protos.Folder, copy.Folder), one => one.Contains(expected, StringComparison.Ordinal));
    }
}
