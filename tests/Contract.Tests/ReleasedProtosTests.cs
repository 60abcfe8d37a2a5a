namespace CanThoGov.Contract.Tests;

[Trait("Category", "Interop")]
public sealed class ReleasedProtosTests
{
    const string Message = "canthogov/events/v1/event.proto", Service = "canthogov/events/v1/event_log_service.proto";

    public ReleasedProtosTests() => Assert.SkipWhen(Npm.Missing is not null, Npm.Missing ?? "");

    [Fact]
    public async Task AsyncApi_IsAsItsSpecificationSays()
    {
        var (exitCode, output) = await Npm.RunAsync("node", Npm.Script("asyncapi.mjs"), Path.Combine(Protos.Folder, "asyncapi.yaml"));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task AsyncApi_WithAFault_IsFound()
    {
        using var copy = Protos.Copy();
        copy.Edit("asyncapi.yaml", "action: send", "action: shout");
        copy.Edit("asyncapi.yaml", "$ref: '#/components/messages/ResultAccepted'", "$ref: '#/components/messages/Nothing'");

        var (exitCode, output) = await Npm.RunAsync("node", Npm.Script("asyncapi.mjs"), Path.Combine(copy.Folder, "asyncapi.yaml"));

        Assert.Equal(1, exitCode);
        Assert.Contains("/operations/", output, StringComparison.Ordinal);
        Assert.Contains("nothing is at #/components/messages/Nothing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protos_BreakNothingThatWasReleased()
    {
        var (exitCode, output) = await BreakingAsync(Protos.Folder, Protos.Contract.Released);
        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData(Message, "  string subject = 5;\n", "  string topic = 5;\n", "subject")]
    [InlineData(Message, "  string subject = 5;\n", "  int64 subject = 5;\n", "subject")]
    [InlineData(Message, "  string subject = 5;\n", "  reserved 5;\n  reserved \"subject\";\n", "subject")]
    [InlineData(Service, "rpc GetEventStatistics(", "rpc ReadEventStatistics(", "GetEventStatistics")]
    public async Task BreakingChangeOfAProto_Fails(string file, string from, string to, string named)
    {
        using var copy = Protos.Copy();
        copy.Edit(file, from, to);

        var (exitCode, output) = await BreakingAsync(copy.Folder, copy.Released);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Message, "  string subject = 5;\n", "  string subject = 5;\n  string added_later = 990;\n  optional int64 added_too = 991;\n")]
    [InlineData(Service, "rpc GetEventStatistics(", "rpc AddedLater(GetEventStatisticsRequest) returns (EventStatistics);\n  rpc GetEventStatistics(")]
    public async Task AddedField_Passes(string file, string from, string to)
    {
        using var copy = Protos.Copy();
        copy.Edit(file, from, to);

        var (exitCode, output) = await BreakingAsync(copy.Folder, copy.Released);

        Assert.True(exitCode == 0, output);
    }

    static Task<(int ExitCode, string Output)> BreakingAsync(string folder, string released) =>
        Npm.RunAsync(Npm.Buf, "breaking", folder, "--against", released);
}
