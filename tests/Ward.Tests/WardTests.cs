using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using CanThoGov.Ward.Assignments;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Tests;

/// <summary>A starting state: a migrated database, a city that runs, and the ward service when the test starts it.</summary>
public abstract class WardTests<TFixture> : IClassFixture<TFixture>, IAsyncLifetime where TFixture : TestDatabase<WardDatabase>
{
    readonly string _folder = Directory.CreateTempSubdirectory("canthogov-test-").FullName;

    protected WardTests(TFixture fixture)
    {
        Assert.SkipWhen(fixture.Missing is not null, fixture.Missing ?? "");
        Database = fixture.Database;
        City = new StandInCity(KeyFile);
    }

    protected WardDatabase Database { get; }

    internal StandInCity City { get; }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected string AttachmentFolder => Path.Combine(_folder, "attachments");

    string KeyFile => Path.Combine(_folder, "signing-key.pem");

    public virtual async ValueTask InitializeAsync()
    {
        // The city of each test begins its log anew.
        await Database.InTransactionAsync(transaction => transaction.ExecuteAsync("DELETE FROM caught_up"), Ct);
        await City.StartAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await City.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="settings">The first of a key counts.</param>
    internal Task<WardHost> StartWardAsync(params (string Key, string Value)[] settings) =>
        WardHost.StartAsync(
            Database.Options, KeyFile, City.Address, [.. settings, ("Ward:Units", $"{Events.NinhKieu},{Events.CaiKhe}")]);

    internal Task<WardHost> StartWardAsync(Platform.Data.DatabaseOptions database, params (string Key, string Value)[] settings) =>
        WardHost.StartAsync(database, KeyFile, City.Address, settings);

    /// <summary>An assignment that the unit has been given.</summary>
    internal static async Task<AssignmentName> IssueAsync(WardHost ward, string unit, params string[] coordinators)
    {
        var assignment = Events.Issued(unit, coordinators);
        await ward.HandleAsync(assignment.IssuedEvent());
        return new(unit, assignment.Id);
    }

    internal static async Task<Pb.OutgoingCall> ReportAsync(WardHost ward, AssignmentName name, int percent, string? requestId = null) =>
        await ward.Assignments.ReportWardProgressAsync(
            new() { Name = name.ToString(), Percent = percent, Report = $"Đạt {percent} %", RequestId = requestId ?? Guid.NewGuid().ToString() },
            ward.As(Roles.Ward, name.Unit), cancellationToken: Ct);

    internal static async Task<Pb.OutgoingCall> ReadAsync(WardHost ward, Pb.OutgoingCall call) =>
        await ward.Outgoing.GetOutgoingCallAsync(new() { Name = call.Name }, ward.As(Roles.Supervisor), cancellationToken: Ct);

    internal static Task AnsweredAsync(WardHost ward, params Pb.OutgoingCall[] calls) => Eventually.HoldsAsync(
        async () =>
        {
            foreach (var call in calls)
            {
                if ((await ReadAsync(ward, call)).State == Pb.OutgoingCall.Types.State.Pending)
                {
                    return false;
                }
            }

            return true;
        }, "the city has answered every call", TimeSpan.FromMinutes(1));
}
