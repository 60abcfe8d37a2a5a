using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Overlaps;

[Authorize(Roles = Roles.AllButWard)]
public sealed class OverlapGrpcService(
    CityDatabase database, AssignmentStore assignments, OverlapStore overlaps, OverlapCheck check, CalendarStore calendars,
    BusinessClock<CityDatabase> clock) : Pb.OverlapService.OverlapServiceBase
{
    const int MaxReason = 2000, MaxShown = 50;

    public override async Task<Pb.CheckOverlapsResponse> CheckOverlaps(Pb.CheckOverlapsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Assignment, errors, "assignment");
        errors.ThrowIfAny();
        var found = await database.ReadAsync(
            async session => await check.FindAsync(session, await AsIssuedAsync(session, (await GetAsync(session, id)).Snapshot)), context.CancellationToken);
        return new Pb.CheckOverlapsResponse { Overlaps = { found.Take(MaxShown).Select(ToProto) } };
    }

    public override async Task<Pb.ListOverlapsResponse> ListOverlaps(Pb.ListOverlapsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "overlaps", request.Parent);
        errors.ThrowIfAny();
        Guid? before = page.After is null ? null : Guid.Parse(page.After);
        var found = await database.ReadAsync(async session =>
        {
            await GetAsync(session, id);
            return await overlaps.ListRulingsAsync(session, id, before, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListOverlapsResponse
        {
            Overlaps = { found.Take(page.Size).Select(one => ToProto(one.Ruled, one.Kept)) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Ruled.Id.ToString(), "overlaps", request.Parent) : "",
        };
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Overlap> RuleOverlap(Pb.RuleOverlapRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Assignment, errors, "assignment");
        var otherId = AssignmentName.Parse(request.Other, errors, "other");
        errors.Required("etag", request.Etag, 40);
        errors.Enum("ruling", request.Ruling);
        Guid? kept = request.Kept.Length == 0 ? null : AssignmentName.Parse(request.Kept, errors, "kept");
        if (request.Ruling == Pb.Overlap.Types.Ruling.KeepBoth && kept is not null)
        {
            errors.Add("kept", "is empty where both are kept");
        }
        else if (request.Ruling is Pb.Overlap.Types.Ruling.Merge or Pb.Overlap.Types.Ruling.CancelOne && kept != id && kept != otherId)
        {
            errors.Add("kept", "must be one of the two");
        }

        errors.Required("reason", request.Reason, MaxReason);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        var caller = Caller.Of(context);
        return database.MutateAsync(request, context, async transaction =>
        {
            var (one, other) = (await assignments.FindForChangeAsync(transaction, id) ?? throw AssignmentName.NotFound(id.ToString()),
                await GetAsync(transaction, otherId));
            if (!caller.SpeaksFor(one.Snapshot.Assigner) && !caller.SpeaksFor(other.Snapshot.Assigner))
            {
                throw new DomainException(StatusCode.PermissionDenied, "NOT_ASSIGNER",
                    "Only a unit that gave one of the two decides about them.").With("assigner", one.Snapshot.Assigner);
            }

            return (one, other);
        }, async (transaction, pair) =>
        {
            var (one, other) = pair;
            if (request.Etag != AssignmentProto.Etag(one.Version))
            {
                throw AssignmentStore.Changed().With("etag", AssignmentProto.Etag(one.Version));
            }

            var (work, otherWork) = (Work.Of(one.Snapshot).Id, Work.Of(other.Snapshot).Id);
            var found = (await check.FindAsync(transaction, await AsIssuedAsync(transaction, one.Snapshot)))
                .FirstOrDefault(overlap => overlap.Other.Id == otherId || (other.IsWithUnits && Work.Of(overlap.Other).Id == otherWork))
                ?? throw DomainException.NotFound("OVERLAP_NOT_FOUND", "overlap", $"{request.Assignment} with {request.Other}");
            var ruled = found with
            {
                Other = other.Snapshot,
                Ruled = new(
                    Guid.CreateVersion7(), id, otherId, work, otherWork, (OverlapRuling)request.Ruling, kept, request.Reason, caller.Subject,
                    caller.Role, clock.Now),
            };
            await overlaps.AddRulingAsync(transaction, ruled);
            return ToProto(ruled);
        });
    }

    async Task<Assignment> GetAsync(Session session, Guid id) =>
        await assignments.FindAsync(session, id) ?? throw AssignmentName.NotFound(id.ToString());

    /// <summary>With the due time that it would have if it were issued now.</summary>
    async Task<AssignmentSnapshot> AsIssuedAsync(Session session, AssignmentSnapshot assignment)
    {
        if (assignment.IssuedAt is not null)
        {
            return assignment;
        }

        var started = assignment with { Deadline = assignment.Deadline with { StartedAt = clock.Now } };
        return started with { Deadline = new Schedule(await calendars.CurrentAsync(session)).Reckon(started, clock.Now) };
    }

    static Pb.Overlap ToProto(Overlap overlap)
    {
        var proto = new Pb.Overlap
        {
            Assignment = $"assignments/{overlap.Assignment.Id}",
            Other = $"assignments/{overlap.Other.Id}",
            OtherTitle = overlap.Other.Title,
            OtherLead = $"units/{overlap.Other.Lead.Unit}",
            OtherCount = overlap.Count,
            Similarity = overlap.Similarity,
            Findings = { overlap.Findings.Select(ToProto) },
        };
        return overlap.Ruled is null ? proto : With(proto, overlap.Ruled);
    }

    static Pb.Overlap ToProto(Ruled ruled, OverlapStore.Kept kept) => With(new()
    {
        Assignment = $"assignments/{ruled.AssignmentId}",
        Other = $"assignments/{ruled.OtherId}",
        OtherTitle = kept.OtherTitle,
        OtherLead = $"units/{kept.OtherLead}",
        OtherCount = kept.Count,
        Similarity = kept.Similarity,
        Findings = { kept.Findings.Select(ToProto) },
    }, ruled);

    static Pb.Overlap With(Pb.Overlap proto, Ruled ruled)
    {
        proto.Ruling = (Pb.Overlap.Types.Ruling)ruled.Ruling;
        proto.Kept = ruled.KeptId is { } kept ? $"assignments/{kept}" : "";
        proto.Reason = ruled.Reason;
        proto.RuledBy = ruled.RuledBy;
        proto.RuleTime = Timestamp.FromDateTimeOffset(ruled.RuledAt);
        return proto;
    }

    static Pb.Overlap.Types.Finding ToProto(OverlapFinding finding) => new() { Kind = (Pb.Overlap.Types.Kind)finding.Kind, Why = finding.Why };
}
