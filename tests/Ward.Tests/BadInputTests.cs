using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Protobuf.Reflection;
using Grpc.Core.Interceptors;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class BadInputTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : BadInputTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class BadInputTests_Postgres(PostgresDatabase<WardDatabase> fixture) : BadInputTests<PostgresDatabase<WardDatabase>>(fixture);

public abstract class BadInputTests<TDatabase>(TDatabase fixture) : WardTests<TDatabase>(fixture) where TDatabase : TestDatabase<WardDatabase>
{
    static readonly Dictionary<string, string> Unchecked = new()
    {
        ["ListEvents.types[0]"] = "a reader of a newer release may ask for types that this one does not have yet",
    };

    [Fact]
    public async Task EveryService_RefusesIt()
    {
        await using var ward = await StartWardAsync();
        ServiceDescriptor[] services =
        [
            Pb.WardAssignmentService.Descriptor, Pb.WorkItemService.Descriptor, Pb.ProgrammeService.Descriptor,
            Pb.OutgoingCallService.Descriptor, Protos.Attachments.V1.AttachmentService.Descriptor,
            Protos.Events.V1.EventLogService.Descriptor,
        ];
        foreach (var service in services)
        {
            await new BadInput(service, Caller(Roles.Ward, Events.NinhKieu), Caller(Roles.Operator)) { Unchecked = Unchecked }.AssertRefusedAsync();
        }

        Grpc.Core.CallInvoker Caller(string role, params string[] units) => ward.Channel.Intercept(metadata =>
        {
            metadata.Add(ward.As(role, units).Single());
            return metadata;
        });
    }
}
