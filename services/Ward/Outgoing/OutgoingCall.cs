using System.Diagnostics;
using CanThoGov.Platform.Contract;
using CanThoGov.Ward.Assignments;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Outgoing;

public enum OutgoingState { Pending = 1, Delivered, Refused }

/// <summary>A call from a unit to the city, kept until the city has answered. Its id is the request id with which the city is called.</summary>
public sealed record OutgoingCall
{
    public required Guid Id { get; init; }

    /// <summary>In the queue: rises in the order of the commits.</summary>
    public long Position { get; init; }

    public required string Unit { get; init; }

    public required Guid AssignmentId { get; init; }

    /// <summary>The city's rpc: <c>AcknowledgeAssignment</c>.</summary>
    public required string Method { get; init; }

    /// <summary>As it goes over the wire: the same bytes at every attempt, whatever release sends them.</summary>
    public required byte[] Request { get; init; }

    public required OutgoingState State { get; init; }

    /// <summary>The official who made the call; the city knows the unit only.</summary>
    public required string Actor { get; init; }

    public string? Traceparent { get; init; }

    /// <summary>Business time, as is the time of the answer.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public int AttemptCount { get; init; }

    public string RefusalReason { get; init; } = "";

    public string RefusalMessage { get; init; } = "";

    /// <summary>Marks the point in the city's log that holds what the call did; empty as long as there is none.</summary>
    public string ReadToken { get; init; } = "";

    public string Name => $"units/{Unit}/outgoingCalls/{Id}";

    public static OutgoingCall New(Guid id, AssignmentName assignment, string method, byte[] request, string actor, DateTimeOffset now) => new()
    {
        Id = id,
        Unit = assignment.Unit,
        AssignmentId = assignment.Assignment,
        Method = method,
        Request = request,
        State = OutgoingState.Pending,
        Actor = actor,
        Traceparent = Activity.Current?.Id,
        CreatedAt = now,
    };

    public Pb.OutgoingCall ToProto() => new()
    {
        Name = Name,
        WardAssignment = new AssignmentName(Unit, AssignmentId).ToString(),
        Method = Method,
        State = (Pb.OutgoingCall.Types.State)State,
        Actor = Actor,
        CreateTime = Timestamp.FromDateTimeOffset(CreatedAt),
        AnswerTime = AnsweredAt.ToProto(),
        AttemptCount = AttemptCount,
        RefusalReason = RefusalReason,
        RefusalMessage = RefusalMessage,
        ReadToken = ReadToken,
    };
}
