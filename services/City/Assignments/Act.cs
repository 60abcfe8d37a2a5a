using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

/// <summary>Who did what, when and with which words: what each verb is given, and what the history keeps of it.</summary>
public sealed record Act
{
    /// <summary>"acknowledge", "report-progress", ...</summary>
    public required string Verb { get; init; }

    /// <summary>The caller's <c>sub</c>.</summary>
    public required string Actor { get; init; }

    public string ActorRole { get; init; } = "";

    /// <summary>Ids of the units that the actor speaks for.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>Id of the unit on whose behalf; empty for the city.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Business time at which the city recorded it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the caller says that it happened; it may have been offline.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    public string Note { get; init; } = "";

    public int ProgressPercent { get; init; }

    /// <summary>Ids of the assignment's attachments that prove it.</summary>
    public IReadOnlyList<Guid> Attachments { get; init; } = [];

    public string RequestId { get; init; } = "";
}

/// <summary>Says of a call who does what, and when.</summary>
public sealed class Acts(BusinessClock<CityDatabase> clock)
{
    public Act Of(ServerCallContext context, string verb, string requestId)
    {
        var caller = Caller.Of(context);
        return new Act { Verb = verb, Actor = caller.Subject, ActorRole = caller.Role, Units = caller.Units, At = clock.Now, RequestId = requestId };
    }

    public Act Of(ServerCallContext context, string verb, Pb.IUnitVerbRequest request, FieldErrors errors)
    {
        var claimedAt = errors.Time("claimed_time", request.ClaimedTime);
        return Of(context, verb, request.RequestId) with
        {
            Unit = Caller.Of(context).RequireUnit(request.Unit, errors, "unit"),
            ClaimedAt = claimedAt,
        };
    }
}
