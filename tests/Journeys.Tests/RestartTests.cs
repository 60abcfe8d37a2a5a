using CanThoGov.Platform.Security;

namespace CanThoGov.Journeys.Tests;

[Trait("Category", "Journey")]
public sealed class RestartTests : IDisposable
{
    const string Unit = "31135-2025";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Suite_StoppedAndStartedAgain_FindsEverythingThatWasThere()
    {
        string assignment, copy;
        await using (var first = await Suite.StartAsync(_folder.Path))
        {
            var office = first.Clients.As(Roles.CityOffice, "van-phong-ubnd");
            assignment = (await office.IssueAsync(await office.RegisterDocumentAsync(), Unit)).Name;
            copy = $"units/{Unit}/{assignment}";
            var ward = first.Clients.With(await TokenAsync("--role", Roles.Ward, "--unit", Unit));
            await first.Program.UntilAsync(() => ward.HasWardCopyAsync(copy), $"{copy} in the ward service", Limit);
            await ward.WardAssignments.AcknowledgeWardAssignmentAsync(new() { Name = copy, RequestId = CityWork.NewId() });
            await first.Program.UntilAsync(
                first.Clients.As(Roles.Supervisor).HaveCaughtUpAsync, "every event handled by all who take it", Limit);

            first.Program.Terminate();
            await first.Program.OutputAsync(Limit);
        }

        await using var second = await Suite.StartAsync(_folder.Path);
        var reader = second.Clients.With(await TokenAsync("--role", Roles.Supervisor));
        var unit = second.Clients.With(await TokenAsync("--role", Roles.Ward, "--unit", Unit));
        var atCity = await reader.Assignments.GetAssignmentAsync(new() { Name = assignment });
        var atWard = await unit.WardAssignments.GetWardAssignmentAsync(new() { Name = copy });
        var deadlines = await reader.Deadlines.ListDeadlinesAsync(new());
        Assert.Equal(Protos.City.V1.Assignment.Types.State.Acknowledged, atCity.State);
        Assert.Equal(atCity, atWard.Assignment);
        Assert.Equal(0, atWard.PendingCallCount);
        Assert.Equal(assignment, Assert.Single(deadlines.Deadlines).Assignment);
    }

    public void Dispose() => _folder.Dispose();

    async Task<string> TokenAsync(params string[] arguments) =>
        (await RunningProgram.RunAsync("Suite", ["token", "--data", _folder.Path, .. arguments], Limit))[^1];
}
