using System.Diagnostics;
using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Batches;

[Authorize(Roles = Roles.AllButWard)]
public sealed class BatchGrpcService(
    CityDatabase database, BatchStore batches, AssignmentReferences references, UnitStore units, BatchIssuing issuing,
    BusinessClock<CityDatabase> clock) : Pb.BatchService.BatchServiceBase
{
    const int MaxItems = 10_000, MaxNote = 2000;

    /// <summary>Stands for the lead unit where what all receivers get is checked by itself.</summary>
    static readonly Pb.Receiver AnyReceiver = new() { Unit = "units/receiver" };

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Batch> BatchIssueAssignments(Pb.BatchIssueAssignmentsRequest request, ServerCallContext context)
    {
        var (batch, draft) = Parse(request, Caller.Of(context));
        return database.MutateAsync(request, context, _ => Task.FromResult(batch), async (transaction, _) =>
        {
            await references.RequireSourcesAsync(transaction, draft);
            await references.RequireInForceAsync(transaction,
                [.. draft.Coordinators.Select(one => one.Assignee.Unit), draft.Assigner, .. draft.ExtensionDeciders]);
            var receivers = await ReceiversAsync(transaction, request);
            await batches.AddAsync(transaction, batch, receivers);
            transaction.OnCommitted(issuing.Wanted.Set);
            return new BatchProgress(batch, receivers.Count, IssuedCount: 0, RefusedCount: 0, FinishedAt: null).ToProto();
        });
    }

    public override async Task<Pb.Batch> GetBatch(Pb.GetBatchRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = BatchProto.ParseName(request.Name, errors, "name");
        errors.ThrowIfAny();
        return (await database.ReadAsync(session => batches.GetAsync(session, id), context.CancellationToken)).ToProto();
    }

    public override async Task<Pb.ListBatchesResponse> ListBatches(Pb.ListBatchesRequest request, ServerCallContext context)
    {
        var page = Paging.Parse(request.PageSize, request.PageToken, "batches");
        Guid? before = page.After is null ? null : Guid.Parse(page.After);
        var found = await database.ReadAsync(session => batches.ListAsync(session, before, page.Size + 1), context.CancellationToken);
        return new Pb.ListBatchesResponse
        {
            Batches = { found.Take(page.Size).Select(BatchProto.ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Batch.Id.ToString(), "batches") : "",
        };
    }

    public override async Task<Pb.ListBatchItemsResponse> ListBatchItems(Pb.ListBatchItemsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = BatchProto.ParseName(request.Parent, errors, "parent");
        errors.Enums("states", request.States);
        string[] filters = ["batchItems", request.Parent, string.Join(',', request.States)];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : int.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
        {
            await batches.GetAsync(session, id);
            return await batches.ListItemsAsync(session, id, [.. request.States.Select(BatchProto.FromProto)], after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListBatchItemsResponse
        {
            Items = { found.Take(page.Size).Select(BatchProto.ToProto) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Number.ToString(CultureInfo.InvariantCulture), filters)
                : "",
        };
    }

    /// <returns>With it, what all receivers get as an assignment of nobody.</returns>
    (Batch Batch, AssignmentSnapshot Draft) Parse(Pb.BatchIssueAssignmentsRequest request, Caller caller)
    {
        var errors = new FieldErrors();
        var all = request.Assignment ?? new Pb.Assignment();
        var batch = new Batch
        {
            Id = Guid.CreateVersion7(),
            Assignment = all,
            WorkingDeadline = ParseWorkingDeadline(request.WorkingDeadline, all, errors),
            Note = request.Note,
            Caller = caller,
            RequestId = request.RequestId,
            Traceparent = Activity.Current?.Id,
            CreatedAt = clock.Now,
        };
        errors.Optional("note", request.Note, MaxNote);
        errors.Enums("all.kinds", request.All?.Kinds ?? []);
        for (var i = 0; i < request.All?.Except.Count; i++)
        {
            ResourceName.Parse("units", request.All.Except[i], errors, $"all.except[{i}]");
        }

        RequireDifferent(request.Receivers, errors);
        if (request.Receivers.Count == 0 && request.All is not { Kinds.Count: > 0 })
        {
            errors.Add("receivers", "must name a unit, or `all.kinds` a kind of units");
        }

        if (all.Lead is { Unit.Length: > 0 })
        {
            errors.Add("assignment.lead.unit", "must be empty: it is each receiver's own");
        }

        AssignmentSnapshot? draft = null;
        try
        {
            draft = AssignmentDraft.Parse(batch.RequestFor(AnyReceiver), caller, batch.CreatedAt);
        }
        catch (DomainException refusal) when (refusal.Reason == FieldErrors.Reason)
        {
            foreach (var (field, description) in refusal.FieldViolations)
            {
                errors.Add(field, description);
            }
        }

        errors.ThrowIfAny();
        return (batch, draft!);
    }

    static WorkingDeadline? ParseWorkingDeadline(Pb.WorkingDeadline? deadline, Pb.Assignment all, FieldErrors errors)
    {
        if (deadline is null)
        {
            return null;
        }

        if (all.Deadline?.Kind is not (Pb.Deadline.Types.Kind.None or Pb.Deadline.Types.Kind.Immediate))
        {
            errors.Add("working_deadline", "is for KIND_NONE and KIND_IMMEDIATE, which leave the date open");
        }

        var date = errors.Date("working_deadline.date", deadline.Date, required: true);
        var setBy = AssignmentDraft.ParsePerson(deadline.SetBy, errors, "working_deadline.set_by");
        if (setBy is { DisplayName: "", Role: "" })
        {
            errors.Add("working_deadline.set_by", "must name the person, or the role, who answers for the date");
        }

        errors.Required("working_deadline.reason", deadline.Reason, MaxNote);
        return new(date ?? default, setBy, deadline.Reason);
    }

    static void RequireDifferent(IReadOnlyList<Pb.Receiver> receivers, FieldErrors errors)
    {
        var seen = new Dictionary<Pb.Receiver, int>();
        for (var i = 0; i < receivers.Count; i++)
        {
            if (!seen.TryAdd(receivers[i], i))
            {
                errors.Add($"receivers[{i}]", $"is the same as receivers[{seen[receivers[i]]}]");
            }
        }
    }

    /// <summary>Those of the request, then all units of the kinds asked for that it does not name.</summary>
    async Task<IReadOnlyList<Pb.Receiver>> ReceiversAsync(Session session, Pb.BatchIssueAssignmentsRequest request)
    {
        var receivers = request.Receivers.ToList();
        if (request.All is { Kinds.Count: > 0 } all)
        {
            var today = LocalTime.DateOf(clock.Now);
            var others = request.Receivers.Select(one => one.Unit).Concat(all.Except).ToHashSet(StringComparer.Ordinal);
            var found = await units.ListAsync(session, [.. all.Kinds.Select(kind => ((UnitKind)kind).ToString())], after: null, MaxItems + 1);
            receivers.AddRange(found
                .Where(unit => unit.ExistsOn(today) && !others.Contains($"units/{unit.Id}"))
                .Select(unit => new Pb.Receiver { Unit = $"units/{unit.Id}" }));
        }

        var errors = new FieldErrors();
        errors.Range("receivers", receivers.Count, 1, MaxItems);
        errors.ThrowIfAny();
        return receivers;
    }
}
