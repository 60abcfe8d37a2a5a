using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Ward.Evidence;
using CanThoGov.Ward.Outgoing;
using CanThoGov.Ward.Units;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Assignments;

/// <summary>What every call to the city has.</summary>
/// <param name="Attachments">The city's names of the evidence, which is uploaded before.</param>
public sealed record CityCall(WardAssignment Copy, IReadOnlyList<string> Attachments, Timestamp Claimed, string RequestId)
{
    public string Name => $"assignments/{Copy.AssignmentId}";

    public string Unit => $"units/{Copy.Unit}";
}

/// <summary>How a verb of a ward becomes a call to the city: put into the queue, behind the evidence that it names, in one transaction.</summary>
public sealed class WardVerbs(
    WardDatabase database, WardAssignmentStore assignments, OutgoingQueue queue, EvidenceUploads evidence, ServedUnits served, BusinessClock<WardDatabase> clock)
{
    /// <param name="errors">What is wrong with the rest of the request.</param>
    /// <param name="toCity">Gives the request of the city's verb.</param>
    /// <param name="attachments">Names of the evidence.</param>
    public Task<Pb.OutgoingCall> QueueAsync(
        Pb.IWardVerbRequest request, ServerCallContext context, FieldErrors errors, Func<CityCall, IMessage> toCity,
        IReadOnlyList<string>? attachments = null)
    {
        attachments ??= [];
        EvidenceUploads.Check(request.Name, attachments, errors, "attachments");
        var name = AssignmentName.Parse(request.Name, errors, "name");
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => GetAsync(transaction, name, Caller.Of(context)), async (transaction, copy) =>
        {
            var id = Guid.CreateVersion7();
            var caller = Caller.Of(context);
            var now = clock.Now;
            var atCity = await QueueAsync(transaction, name, attachments, caller, now);
            var content = toCity(new(copy, atCity, Timestamp.FromDateTimeOffset(now), id.ToString()));
            var method = content.Descriptor.Name[..^"Request".Length];
            var call = OutgoingCall.New(id, name, method, content.ToByteArray(), caller.Subject, now);
            await queue.AddAsync(transaction, call);
            await Journal.AddAsync(transaction, method, call.Name, version: 1, caller, request.RequestId);
            return call.ToProto();
        });
    }

    /// <summary>A unit's copy, if it is there for the caller.</summary>
    public async Task<WardAssignment> GetAsync(Session session, AssignmentName name, Caller caller) =>
        await served.IncludeVisibleAsync(session, name.Unit, caller)
            ? await assignments.GetAsync(session, name)
            : throw WardAssignmentStore.NotFound(name);

    async Task<IReadOnlyList<string>> QueueAsync(
        Transaction transaction, AssignmentName name, IReadOnlyList<string> attachments, Caller caller, DateTimeOffset now)
    {
        if (attachments.Count == 0)
        {
            return [];
        }

        await assignments.LockAsync(transaction, name);
        return await evidence.QueueAsync(transaction, name, attachments, caller, now);
    }
}
