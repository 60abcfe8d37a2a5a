using System.Globalization;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Firing;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Ladders;

[Authorize]
public sealed class LadderGrpcService(MonitoringDatabase database, PlanStore plans, LadderStore watches) : Pb.LadderService.LadderServiceBase
{
    const int MaxRungs = 40, MaxWorkingDays = 250;

    public override async Task<Pb.Ladder> GetLadder(Pb.GetLadderRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ResourceName.Parse("ladders", request.Name, errors, "name", wildcard: true);
        errors.ThrowIfAny();
        // An id that is no number is the name of none.
        long? number = id == ResourceName.Wildcard ? null : long.TryParse(id, CultureInfo.InvariantCulture, out var value) ? value : 0;
        return await database.ReadAsync(async session =>
        {
            var inForce = (await plans.GetLaddersAsync(session, null)).Number;
            return ToProto(await plans.GetLaddersAsync(session, number), inForce);
        }, context.CancellationToken);
    }

    public override async Task<Pb.ListLaddersResponse> ListLadders(Pb.ListLaddersRequest request, ServerCallContext context)
    {
        var page = Paging.Parse(request.PageSize, request.PageToken, "ladders");
        var before = page.After is null ? long.MaxValue : long.Parse(page.After, CultureInfo.InvariantCulture);
        return await database.ReadAsync(async session =>
        {
            var inForce = (await plans.GetLaddersAsync(session, null)).Number;
            var found = await plans.ListLaddersAsync(session, before, page.Size + 1);
            return new Pb.ListLaddersResponse
            {
                Ladders = { found.Take(page.Size).Select(ladders => ToProto(ladders, inForce)) },
                NextPageToken = found.Count > page.Size ? Paging.Token(Text(found[page.Size - 1].Number), "ladders") : "",
            };
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.Oversight)]
    public override Task<Pb.Ladder> PublishLadder(Pb.PublishLadderRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var ladder = request.Ladder ?? new Pb.Ladder();
        var rungs = Rungs("ladder.rungs", ladder.Rungs, errors);
        var kinds = new Dictionary<DeadlineKind, IReadOnlyList<LadderRung>>();
        foreach (var (i, kind) in ladder.Kinds.Index())
        {
            errors.Enum($"ladder.kinds[{i}].kind", kind.Kind);
            if (!kinds.TryAdd((DeadlineKind)kind.Kind, Rungs($"ladder.kinds[{i}].rungs", kind.Rungs, errors)))
            {
                errors.Add($"ladder.kinds[{i}].kind", "has a ladder already");
            }
        }

        errors.ThrowIfAny();
        return database.MutateAsync(request, context, _ => Task.FromResult(true), async (transaction, _) =>
        {
            var published = await plans.PublishLaddersAsync(
                transaction, new Ladders(rungs) { Kinds = kinds }, Caller.Of(context).Subject);
            transaction.OnCommitted(watches.Changed.Set);
            return ToProto(published, published.Number);
        });
    }

    static IReadOnlyList<LadderRung> Rungs(string field, IReadOnlyList<Pb.LadderRung> rungs, FieldErrors errors)
    {
        errors.Range(field, rungs.Count, 1, MaxRungs);
        for (var i = 0; i < rungs.Count; i++)
        {
            errors.Range($"{field}[{i}].working_days", rungs[i].WorkingDays, -MaxWorkingDays, MaxWorkingDays);
            if (i > 0 && rungs[i].WorkingDays <= rungs[i - 1].WorkingDays)
            {
                errors.Add($"{field}[{i}].working_days", $"is {rungs[i].WorkingDays}, not after {rungs[i - 1].WorkingDays}: rungs stand in ascending order");
            }

            Told($"{field}[{i}].told", rungs[i].Told, errors);
        }

        return [.. rungs.Select(rung => new LadderRung(rung.WorkingDays, [.. rung.Told.Select(one => (Recipient)one)]))];
    }

    /// <summary>At least one, each known and once.</summary>
    internal static void Told(string field, IReadOnlyList<Pb.Rung.Types.Recipient> told, FieldErrors errors)
    {
        if (told.Count == 0)
        {
            errors.Add(field, "is required: say who is told");
        }

        errors.Enums(field, told);
        if (told.Distinct().Count() < told.Count)
        {
            errors.Add(field, "must name each once");
        }
    }

    static Pb.Ladder ToProto(StoredLadders stored, long inForce) => new()
    {
        Name = $"ladders/{Text(stored.Number)}",
        Rungs = { stored.Ladders.Rungs.Select(ToProto) },
        Kinds =
        {
            stored.Ladders.Kinds.OrderBy(kind => kind.Key).Select(kind => new Pb.KindLadder
            {
                Kind = (Protos.City.V1.Deadline.Types.Kind)kind.Key,
                Rungs = { kind.Value.Select(ToProto) },
            }),
        },
        InForce = stored.Number == inForce,
        CreateTime = Timestamp.FromDateTimeOffset(stored.CreatedAt),
        PublishedBy = stored.PublishedBy,
    };

    static Pb.LadderRung ToProto(LadderRung rung) =>
        new() { WorkingDays = rung.WorkingDays, Told = { rung.Told.Select(one => (Pb.Rung.Types.Recipient)one) } };

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
