using CanThoGov.City.Calendars;
using CanThoGov.City.Competences;
using CanThoGov.City.Documents;
using CanThoGov.City.Finding;
using CanThoGov.City.Obstacles;
using CanThoGov.City.Officials;
using CanThoGov.City.Overlaps;
using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

[Authorize]
public sealed class AssignmentGrpcService(
    CityDatabase database, AssignmentStore assignments, AssignmentFinder finder, AssignmentReferences references, ContributionStore contributions,
    AssignmentEvidence evidence, CalendarStore calendars, CompetenceGate competence, AccountableHeads heads, OverlapCheck overlaps,
    ObstacleRouting routing, DocumentStore documents, BusinessClock<CityDatabase> clock, IOptions<ExtensionOptions> extensions)
    : Pb.AssignmentService.AssignmentServiceBase
{
    const int MaxNote = 2000, MaxReport = 4000, MaxResult = 8000;

    public override async Task<Pb.Assignment> GetAssignment(Pb.GetAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(
            async session => await ShowAsync(session, await GetVisibleAsync(session, id, Caller.Of(context))), context.CancellationToken);
    }

    public override async Task<Pb.ListAssignmentsResponse> ListAssignments(Pb.ListAssignmentsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var filter = AssignmentFilter.Parse(request, Caller.Of(context), errors);
        var order = AssignmentOrder.Parse(request.OrderBy, errors, "order_by");
        var filters = AssignmentCursor.FiltersOf(request);
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();

        var behind = page.After is null ? null : AssignmentCursor.Parse(page.After);
        return await database.ReadAsync(async session =>
        {
            var found = await finder.ListAsync(session, filter, order, clock.Now, behind, page.Size + 1);
            return new Pb.ListAssignmentsResponse
            {
                Assignments = { await ShowAsync(session, [.. found.Take(page.Size)]) },
                NextPageToken = found.Count > page.Size ? Paging.Token(order.CursorOf(found[page.Size - 1].Snapshot).ToString(), filters) : "",
            };
        }, context.CancellationToken);
    }

    public override Task ExportAssignments(
        Pb.ExportAssignmentsRequest request, IServerStreamWriter<Pb.ExportAssignmentsResponse> responseStream, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var list = request.List ?? new Pb.ListAssignmentsRequest();
        var filter = AssignmentFilter.Parse(list, Caller.Of(context), errors, "list.");
        var order = AssignmentOrder.Parse(list.OrderBy, errors, "list.order_by");
        errors.Range("list.page_size", list.PageSize, 0, 0);
        errors.Optional("list.page_token", list.PageToken, 0);
        errors.Enum("format", request.Format);
        errors.ThrowIfAny();
        return new AssignmentExport(database, finder, clock).WriteAsync(request.Format, filter, order, responseStream, context.CancellationToken);
    }

    public override async Task<Pb.ListAssignmentHistoryResponse> ListAssignmentHistory(
        Pb.ListAssignmentHistoryRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "history", request.Parent);
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        var found = await database.ReadAsync(async session =>
        {
            await GetVisibleAsync(session, id, Caller.Of(context));
            return await assignments.ListHistoryAsync(session, id, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListAssignmentHistoryResponse
        {
            Entries = { found.Take(page.Size).Select(row => ToProto(row, id)) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), "history", request.Parent) : "",
        };
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> CreateAssignment(Pb.CreateAssignmentRequest request, ServerCallContext context)
    {
        var draft = AssignmentDraft.Parse(request, Caller.Of(context), clock.Now);
        return database.MutateAsync(request, context, transaction => references.RequireKnownAsync(transaction, draft), async (transaction, _) =>
        {
            if (draft.Coordinators.Any(part => part.Due is not null))
            {
                Coordination.CheckDraft(draft, new Schedule(await calendars.CurrentAsync(transaction)), clock.Now);
            }

            var assignment = new Assignment(draft, version: 1);
            await assignments.AddAsync(transaction, assignment, ActOf(context, "create", request.RequestId));
            return await ShowAsync(transaction, assignment);
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> SetWorkingDeadline(Pb.SetWorkingDeadlineRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var date = errors.Date("date", request.Date, required: true);
        var setBy = AssignmentDraft.ParsePerson(request.SetBy, errors, "set_by");
        if (setBy is { DisplayName: "", Role: "" })
        {
            errors.Add("set_by", "must name the person, or the role, who answers for the date");
        }

        errors.Required("reason", request.Reason, MaxNote);
        var act = ActOf(context, "set-working-deadline", request.RequestId) with { Note = request.Reason };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) =>
        {
            assignment.SetWorkingDeadline(date!.Value, setBy, request.Reason, schedule, act);
            return null;
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> IssueAssignment(Pb.IssueAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        errors.Optional("outside_competence_reason", request.OutsideCompetenceReason, MaxNote);
        var act = ActOf(context, "issue", request.RequestId) with { Note = request.Note };
        CompetenceAnswer? found = null;
        return DecideAsync(
            request, context, errors, request.Name, request.Etag, act,
            (assignment, schedule) => assignment.Issue(schedule, act, found),
            async (transaction, assignment) =>
            {
                await heads.NameAsync(transaction, assignment, act);
                await references.RequireInForceAsync(transaction, [.. assignment.Snapshot.UnitIds()]);
                found = await competence.CheckAsync(transaction, assignment.Snapshot, request.OutsideCompetenceReason, act);
                return found.Record(act);
            },
            (transaction, assignment) => overlaps.RequireRuledAsync(transaction, assignment.Snapshot));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> AcknowledgeAssignment(Pb.AcknowledgeAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var person = AssignmentDraft.ParseOptionalPerson(request.ResponsiblePerson, errors, "responsible_person");
        var act = ActOf(context, "acknowledge", request.RequestId, request.Unit, request.ClaimedTime, errors) with { Note = request.Note };
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.Acknowledge(act, person));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> SubmitContribution(Pb.SubmitContributionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("contribution", request.Contribution, MaxNote);
        var person = AssignmentDraft.ParseOptionalPerson(request.ResponsiblePerson, errors, "responsible_person");
        var act = ActOf(context, "submit-contribution", request.RequestId, request.Unit, request.ClaimedTime, errors) with
        {
            Note = request.Contribution,
        };
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.Contribute(person, act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> ReportProgress(Pb.ReportProgressRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("percent", request.Percent, 0, 100);
        errors.Required("report", request.Report, MaxReport);
        var act = ActOf(context, "report-progress", request.RequestId, request.Unit, request.ClaimedTime, errors) with
        {
            Note = request.Report,
            Attachments = AssignmentEvidence.Parse(request.Name, request.Attachments, errors, "attachments"),
            ProgressPercent = request.Percent,
        };
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.ReportProgress(act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> SubmitResult(Pb.SubmitResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("result", request.Result, MaxResult);
        var act = ActOf(context, "submit-result", request.RequestId, request.Unit, request.ClaimedTime, errors) with
        {
            Note = request.Result,
            Attachments = AssignmentEvidence.Parse(request.Name, request.Attachments, errors, "attachments"),
        };
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.SubmitResult(act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> AcceptResult(Pb.AcceptResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var act = ActOf(context, "accept-result", request.RequestId) with { Note = request.Note };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) => assignment.AcceptResult(schedule, act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> SendBackResult(Pb.SendBackResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = ActOf(context, "send-back-result", request.RequestId) with { Note = request.Reason };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.SendBackResult(act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> ReturnAssignment(Pb.ReturnAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var ground = GroundProto.Parse(request.Ground, errors, "ground");
        var act = ActOf(context, "return", request.RequestId, request.Unit, request.ClaimedTime, errors) with
        {
            Note = $"{GroundText.Of(ground)}: {request.Reason}",
        };
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) =>
            assignment.Return(ground, schedule, act with { Note = request.Reason }));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> RequestTransfer(Pb.RequestTransferRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var to = AssignmentDraft.ParseAssignee(request.To, errors, "to");
        errors.Required("reason", request.Reason, MaxNote);
        var ground = GroundProto.Parse(request.Ground, errors, "ground");
        var act = ActOf(context, "request-transfer", request.RequestId, request.Unit, request.ClaimedTime, errors) with
        {
            Note = $"units/{to.Unit}: {GroundText.Of(ground)}: {request.Reason}",
        };
        return CarryOutAsync(
            request, context, errors, request.Name, request.Etag, act,
            (assignment, _) => assignment.RequestTransfer(to, ground, act with { Note = request.Reason }),
            async (transaction, _) =>
            {
                await references.RequireInForceAsync(transaction, [to.Unit]);
                return act;
            });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> DecideTransfer(Pb.DecideTransferRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var responsible = AssignmentDraft.ParseOptionalPerson(request.ResponsiblePerson, errors, "responsible_person");
        var head = AssignmentDraft.ParsePerson(request.AccountableHead, errors, "accountable_head");
        if (request.Grant)
        {
            errors.Optional("note", request.Note, MaxNote);
            if (responsible is null)
            {
                errors.Add("responsible_person", "must name the person, or the role, who does it in the unit that gets the work");
            }
        }
        else
        {
            errors.Required("note", request.Note, MaxNote);
        }

        var act = ActOf(context, request.Grant ? "grant-transfer" : "refuse-transfer", request.RequestId) with { Note = request.Note };
        errors.Optional("outside_competence_reason", request.OutsideCompetenceReason, MaxNote);
        CompetenceAnswer? found = null;
        Appointment? known = null;
        return DecideAsync(
            request, context, errors, request.Name, request.Etag, act,
            (assignment, _) => assignment.DecideTransfer(request.Grant ? responsible : null, head, known, Caller.Of(context).Units, act, found),
            async (transaction, assignment) =>
            {
                if (!request.Grant || Transfers.PendingOf(assignment.Snapshot) is not { } pending)
                {
                    return act;
                }

                await references.RequireInForceAsync(transaction, [pending.To.Unit]);
                known = await heads.FindAsync(transaction, pending.To, act);
                found = await competence.CheckAsync(
                    transaction, assignment.Snapshot with { Lead = pending.To }, request.OutsideCompetenceReason, act);
                return found.Record(act);
            });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> CancelAssignment(Pb.CancelAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = ActOf(context, "cancel", request.RequestId) with { Note = request.Reason };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) => assignment.Cancel(schedule, act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> SuspendAssignment(Pb.SuspendAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = ActOf(context, "suspend", request.RequestId) with { Note = request.Reason };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.Suspend(act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> ResumeAssignment(Pb.ResumeAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var act = ActOf(context, "resume", request.RequestId) with { Note = request.Note };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) => assignment.Resume(act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> RequestExtension(Pb.RequestExtensionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var proposed = errors.Date("proposed_date", request.ProposedDate, required: true);
        var act = ActOf(context, "request-extension", request.RequestId, request.Unit, request.ClaimedTime, errors) with { Note = request.Reason };
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) =>
            assignment.RequestExtension(proposed!.Value, extensions.Value.MaxGranted, schedule, act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> DecideExtension(Pb.DecideExtensionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        if (request.Grant)
        {
            errors.Optional("note", request.Note, MaxNote);
        }
        else
        {
            errors.Required("note", request.Note, MaxNote);
        }

        var act = ActOf(context, request.Grant ? "grant-extension" : "refuse-extension", request.RequestId) with { Note = request.Note };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) =>
            assignment.DecideExtension(request.Grant, Caller.Of(context).Units, schedule, act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> RaiseObstacle(Pb.RaiseObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("field", request.Field, 200);
        errors.Required("description", request.Description, MaxReport);
        var act = ActOf(context, "raise-obstacle", request.RequestId, request.Unit, request.ClaimedTime, errors) with { Note = request.Description };
        errors.Enum("field_of_work", request.FieldOfWork, required: false);
        errors.Optional("work_item", request.WorkItem, 200);
        var provision = request.Provision.Length == 0 ? default : DocumentName.ParseProvision(request.Provision, errors, "provision");
        var field = (FieldOfWork)request.FieldOfWork;
        ObstacleRoute? route = null;
        return CarryOutAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) =>
            assignment.RaiseObstacle(new(request.Field, route!, field, request.WorkItem, request.Provision), act), async (transaction, assignment) =>
        {
            if (request.Provision.Length > 0)
            {
                await documents.GetProvisionAsync(transaction, provision.Document, provision.Provision);
            }

            route = await routing.FindAsync(transaction, assignment.Snapshot, field, act.Unit, act.At);
            return act;
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> AnswerObstacle(Pb.AnswerObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("number", request.Number, 1, int.MaxValue);
        errors.Required("answer", request.Answer, MaxReport);
        var act = ActOf(context, "answer-obstacle", request.RequestId) with { Note = request.Answer };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, schedule) =>
        {
            ObstacleRules.RequireAnswering(assignment.Snapshot, request.Number, Caller.Of(context));
            return assignment.AnswerObstacle(request.Number, schedule, act);
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> AcceptObstacle(Pb.AcceptObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("number", request.Number, 1, int.MaxValue);
        errors.Required("waits_for", request.WaitsFor, 200);
        errors.Required("reason", request.Reason, MaxNote);
        var act = ActOf(context, "accept-obstacle", request.RequestId) with { Note = $"{request.WaitsFor}: {request.Reason}" };
        return DecideAsync(request, context, errors, request.Name, request.Etag, act, (assignment, _) =>
            assignment.AcceptObstacle(request.Number, request.WaitsFor, act with { Note = request.Reason }));
    }

    public override async Task<Pb.DeadlineExplanation> ExplainDeadline(Pb.ExplainDeadlineRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var assignment = await GetVisibleAsync(session, id, Caller.Of(context));
            var calendar = await calendars.CurrentAsync(session);
            return new Schedule(calendar).Explain(assignment.Snapshot)?.ToProto(assignment.Snapshot, calendar)
                ?? throw DomainException.Precondition("NO_DUE_DATE", "The assignment has no due time that could be explained.");
        }, context.CancellationToken);
    }

    /// <summary>A decision of the city: it must say by its etag what it decides on.</summary>
    /// <param name="require">What else must hold for the assignment as it is after the verb; nothing is saved if it refuses.</param>
    Task<Pb.Assignment> DecideAsync<TRequest>(
        TRequest request, ServerCallContext context, FieldErrors errors, string name, string etag, Act act,
        Func<Assignment, Schedule, IAssignmentEvent?> verb, Func<Transaction, Assignment, Task<Act>>? prepare = null,
        Func<Transaction, Assignment, Task>? require = null) where TRequest : IMessage
    {
        if (etag.Length == 0)
        {
            errors.Add("etag", "is required for a decision: send that of the assignment as you read it");
        }

        return ChangeAsync(
            request, context, errors, name, etag, act, (session, id) => GetVisibleAsync(session, id, Caller.Of(context)), verb, prepare, require);
    }

    /// <summary>A verb of a unit, on an assignment that concerns it.</summary>
    Task<Pb.Assignment> CarryOutAsync<TRequest>(
        TRequest request, ServerCallContext context, FieldErrors errors, string name, string etag, Act act,
        Func<Assignment, Schedule, IAssignmentEvent?> verb, Func<Transaction, Assignment, Task<Act>>? prepare = null) where TRequest : IMessage =>
        ChangeAsync(request, context, errors, name, etag, act, async (transaction, id) =>
        {
            var assignment = await assignments.FindForChangeAsync(transaction, id);
            if (assignment is not { Snapshot.IssuedAt: not null } || !(assignment.Concerns(act.Unit) || assignment.WasLedBy(act.Unit)))
            {
                throw AssignmentName.NotFound(id.ToString());
            }

            await evidence.RequireUploadedAsync(transaction, id, act.Attachments);
            return assignment;
        }, (assignment, schedule) => assignment.Concerns(act.Unit)
            ? verb(assignment, schedule)
            : throw new DomainException(StatusCode.PermissionDenied, "FORMER_LEAD_UNIT", "The work was given to another unit; this one only reads it.")
                .With("unit", act.Unit).With("lead_unit", assignment.Snapshot.Lead.Unit), prepare);

    /// <param name="prepare">Finds what the verb needs to know beside the assignment, and says what the history keeps; null for nothing.</param>
    Task<Pb.Assignment> ChangeAsync<TRequest>(
        TRequest request, ServerCallContext context, FieldErrors errors, string name, string etag, Act act,
        Func<Transaction, Guid, Task<Assignment>> authorise, Func<Assignment, Schedule, IAssignmentEvent?> verb,
        Func<Transaction, Assignment, Task<Act>>? prepare, Func<Transaction, Assignment, Task>? require = null) where TRequest : IMessage
    {
        var id = AssignmentName.Parse(name, errors, "name");
        errors.RequestId(act.RequestId);
        errors.ThrowIfAny();
        System.Diagnostics.Activity.Current?.SetTag("canthogov.subject", name);
        return database.MutateAsync(request, context, transaction => authorise(transaction, id), async (transaction, assignment) =>
        {
            if (etag.Length > 0 && etag != AssignmentProto.Etag(assignment.Version))
            {
                throw AssignmentStore.Changed().With("etag", AssignmentProto.Etag(assignment.Version));
            }

            var recorded = prepare is null ? act : await prepare(transaction, assignment);
            var e = verb(assignment, new Schedule(await calendars.CurrentAsync(transaction)));
            if (require is not null)
            {
                await require(transaction, assignment);
            }

            await assignments.UpdateAsync(transaction, assignment, e, recorded);
            return await ShowAsync(transaction, assignment);
        });
    }

    async Task<Assignment> GetVisibleAsync(Session session, Guid id, Caller caller)
    {
        var assignment = session is Transaction transaction
            ? await assignments.FindForChangeAsync(transaction, id)
            : await assignments.FindAsync(session, id);
        var visible = assignment is not null
            && (!caller.IsWard || (assignment.Snapshot.IssuedAt is not null
                && caller.Units.Any(unit => assignment.Concerns(unit) || assignment.WasLedBy(unit))));
        return visible ? assignment! : throw AssignmentName.NotFound(id.ToString());
    }

    Act ActOf(ServerCallContext context, string verb, string requestId)
    {
        var caller = Caller.Of(context);
        return new Act { Verb = verb, Actor = caller.Subject, ActorRole = caller.Role, At = clock.Now, RequestId = requestId };
    }

    Act ActOf(ServerCallContext context, string verb, string requestId, string unit, Timestamp? claimed, FieldErrors errors)
    {
        var claimedAt = errors.Time("claimed_time", claimed);
        return ActOf(context, verb, requestId) with { Unit = Caller.Of(context).RequireUnit(unit, errors, "unit"), ClaimedAt = claimedAt };
    }

    async Task<Pb.Assignment> ShowAsync(Session session, Assignment assignment) => (await ShowAsync(session, [assignment]))[0];

    async Task<IReadOnlyList<Pb.Assignment>> ShowAsync(Session session, IReadOnlyList<Assignment> found)
    {
        Pb.Assignment[] shown = [.. found.Select(assignment => assignment.Snapshot.ToProto(clock.Now, assignment.Version))];
        await contributions.ShowAsync(session, shown);
        return shown;
    }

    static Pb.HistoryEntry ToProto(HistoryRow row, Guid assignment) => new()
    {
        Version = row.Version,
        Verb = row.Verb,
        Actor = row.Actor,
        ActorRole = row.ActorRole,
        Unit = row.Unit.Length == 0 ? "" : $"units/{row.Unit}",
        Note = row.Note,
        ProgressPercent = row.ProgressPercent,
        EventTime = Timestamp.FromDateTimeOffset(row.EventAt),
        ClaimedTime = row.ClaimedAt.ToProto(),
        RequestId = row.RequestId,
        Attachments =
        {
            row.Attachments.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => $"assignments/{assignment}/attachments/{id}"),
        },
    };
}
