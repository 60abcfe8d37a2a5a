using CanThoGov.City.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Pb = CanThoGov.Protos.City.V1;
using Reader = CanThoGov.Testing.WatchReader<CanThoGov.Protos.City.V1.WatchAssignmentsResponse, CanThoGov.Protos.City.V1.AssignmentChange>;

namespace CanThoGov.City.Tests.Watching;

/// <summary>Beside the city that does the work.</summary>
sealed class WatchReplica : WatchReplica<CityDatabase>
{
    WatchReplica(DatabaseOptions options, (string Key, string Value)[] settings) : base("City", options, settings)
    {
    }

    public static async Task<WatchReplica> StartAsync(DatabaseOptions options, params (string Key, string Value)[] settings)
    {
        var replica = new WatchReplica(options, settings);
        await replica.StartAsync();
        return replica;
    }

    public Reader Watch(string resumeToken = "", string unit = "", string role = Roles.Supervisor, string[]? units = null, bool fromOldest = false) => new(
        new Pb.AssignmentWatchService.AssignmentWatchServiceClient(Connect(role, units ?? []))
            .WatchAssignments(new() { ResumeToken = resumeToken, Unit = unit, FromOldest = fromOldest }, Reader.Options),
        response => response.ResumeToken, response => response.Change);

    protected override void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<AssignmentWatchGrpcService>();
}
