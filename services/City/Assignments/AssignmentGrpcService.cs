using CanThoGov.City.Calendars;
using CanThoGov.City.Competences;
using CanThoGov.City.Documents;
using CanThoGov.City.Finding;
using CanThoGov.City.Obstacles;
using CanThoGov.City.Officials;
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
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

[Authorize]
public sealed class AssignmentGrpcService(
    CityDatabase database, AssignmentStore assignments, AssignmentFinder finder, VisibleAssignments visible, AssignmentReferences references,
    AssignmentVerbs verbs, Acts acts, Issuing issuing, CompetenceGate competence, AccountableHeads heads, ObstacleRouting routing,
    DocumentStore documents, CalendarStore calendars, BusinessClock<CityDatabase> clock, IOptions<ExtensionOptions> extensions)
    : Pb.AssignmentService.AssignmentServiceBase
{
    const int MaxNote = 2000, MaxReport = 4000, MaxResult = 8000;

    public override async Task<Pb.Assignment> GetAssignment(Pb.GetAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(
            async session => await visible.ShowAsync(session, await visible.GetAsync(session, id, Caller.Of(context))), context.CancellationToken);
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
                Assignments = { await visible.ShowAsync(session, [.. found.Take(page.Size)]) },
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
            await visible.GetAsync(session, id, Caller.Of(context));
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
        return database.MutateAsync(request, context, _ => Task.FromResult(draft), async (transaction, _) =>
        {
            var schedule = new Schedule(await calendars.CurrentAsync(transaction));
            return await visible.ShowAsync(
                transaction, await issuing.CreateAsync(transaction, draft, schedule, acts.Of(context, "create", request.RequestId)));
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
        var act = acts.Of(context, "set-working-deadline", request.RequestId) with { Note = request.Reason };
        return verbs.DecideAsync(request, context, errors, act, (assignment, schedule) =>
        {
            assignment.SetWorkingDeadline(new(date!.Value, setBy, request.Reason), schedule, act);
            return null;
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> IssueAssignment(Pb.IssueAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        errors.Optional("outside_competence_reason", request.OutsideCompetenceReason, MaxNote);
        var act = acts.Of(context, "issue", request.RequestId) with { Note = request.Note };
        return verbs.DecideAsync(
            request, context, errors, act, async subject => await issuing.IssueAsync(subject, request.OutsideCompetenceReason),
            receivers: draft => draft.UnitIds());
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> AcknowledgeAssignment(Pb.AcknowledgeAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var person = AssignmentDraft.ParseOptionalPerson(request.ResponsiblePerson, errors, "responsible_person");
        var act = acts.Of(context, "acknowledge", request, errors) with { Note = request.Note };
        return verbs.CarryOutAsync(request, context, errors, act, (assignment, _) => assignment.Acknowledge(act, person));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> SubmitContribution(Pb.SubmitContributionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("contribution", request.Contribution, MaxNote);
        var person = AssignmentDraft.ParseOptionalPerson(request.ResponsiblePerson, errors, "responsible_person");
        var act = acts.Of(context, "submit-contribution", request, errors) with
        {
            Note = request.Contribution,
        };
        return verbs.CarryOutAsync(request, context, errors, act, (assignment, _) => assignment.Contribute(person, act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> ReportProgress(Pb.ReportProgressRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("percent", request.Percent, 0, 100);
        errors.Required("report", request.Report, MaxReport);
        var act = acts.Of(context, "report-progress", request, errors) with
        {
            Note = request.Report,
            Attachments = AssignmentEvidence.Parse(request.Name, request.Attachments, errors, "attachments"),
            ProgressPercent = request.Percent,
        };
        return verbs.CarryOutAsync(request, context, errors, act, (assignment, _) => assignment.ReportProgress(act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> SubmitResult(Pb.SubmitResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("result", request.Result, MaxResult);
        var act = acts.Of(context, "submit-result", request, errors) with
        {
            Note = request.Result,
            Attachments = AssignmentEvidence.Parse(request.Name, request.Attachments, errors, "attachments"),
        };
        return verbs.CarryOutAsync(request, context, errors, act, (assignment, _) => assignment.SubmitResult(act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> AcceptResult(Pb.AcceptResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var act = acts.Of(context, "accept-result", request.RequestId) with { Note = request.Note };
        return verbs.DecideAsync(request, context, errors, act, (assignment, schedule) => assignment.AcceptResult(schedule, act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> SendBackResult(Pb.SendBackResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "send-back-result", request.RequestId) with { Note = request.Reason };
        return verbs.DecideAsync(request, context, errors, act, (assignment, _) => assignment.SendBackResult(act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> ReturnAssignment(Pb.ReturnAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var ground = GroundProto.Parse(request.Ground, errors, "ground");
        var act = acts.Of(context, "return", request, errors) with
        {
            Note = $"{GroundText.Of(ground)}: {request.Reason}",
        };
        return verbs.CarryOutAsync(request, context, errors, act, (assignment, schedule) =>
            assignment.Return(ground, schedule, act with { Note = request.Reason }));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> RequestTransfer(Pb.RequestTransferRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var to = AssignmentDraft.ParseAssignee(request.To, errors, "to");
        errors.Required("reason", request.Reason, MaxNote);
        var ground = GroundProto.Parse(request.Ground, errors, "ground");
        var act = acts.Of(context, "request-transfer", request, errors) with
        {
            Note = $"units/{to.Unit}: {GroundText.Of(ground)}: {request.Reason}",
        };
        return verbs.CarryOutAsync(request, context, errors, act, async subject =>
        {
            await references.RequireInForceAsync(subject.Transaction, [to.Unit]);
            return subject.Assignment.RequestTransfer(to, ground, act with { Note = request.Reason });
        }, receivers: _ => [to.Unit]);
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

        var act = acts.Of(context, request.Grant ? "grant-transfer" : "refuse-transfer", request.RequestId) with { Note = request.Note };
        errors.Optional("outside_competence_reason", request.OutsideCompetenceReason, MaxNote);
        return verbs.DecideAsync(request, context, errors, act, async subject =>
        {
            CompetenceAnswer? found = null;
            Appointment? known = null;
            if (request.Grant && Transfers.PendingOf(subject.Snapshot) is { } pending)
            {
                await references.RequireInForceAsync(subject.Transaction, [pending.To.Unit]);
                known = await heads.FindAsync(subject.Transaction, pending.To, act);
                found = await competence.CheckAsync(
                    subject.Transaction, subject.Snapshot with { Lead = pending.To }, request.OutsideCompetenceReason, act);
                subject.Act = found.Record(act);
            }

            return subject.Assignment.DecideTransfer(request.Grant ? responsible : null, head, known, act, found);
        }, receivers: assignment => request.Grant && Transfers.PendingOf(assignment) is { } pending ? [pending.To.Unit] : []);
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> CancelAssignment(Pb.CancelAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "cancel", request.RequestId) with { Note = request.Reason };
        return verbs.DecideAsync(request, context, errors, act, (assignment, schedule) => assignment.Cancel(schedule, act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> SuspendAssignment(Pb.SuspendAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "suspend", request.RequestId) with { Note = request.Reason };
        return verbs.DecideAsync(request, context, errors, act, (assignment, _) => assignment.Suspend(act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> ResumeAssignment(Pb.ResumeAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var act = acts.Of(context, "resume", request.RequestId) with { Note = request.Note };
        return verbs.DecideAsync(request, context, errors, act, (assignment, _) => assignment.Resume(act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> RequestExtension(Pb.RequestExtensionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var proposed = errors.Date("proposed_date", request.ProposedDate, required: true);
        var act = acts.Of(context, "request-extension", request, errors) with { Note = request.Reason };
        return verbs.CarryOutAsync(request, context, errors, act, (assignment, schedule) =>
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

        var act = acts.Of(context, request.Grant ? "grant-extension" : "refuse-extension", request.RequestId) with { Note = request.Note };
        return verbs.DecideAsync(request, context, errors, act, (assignment, schedule) =>
            assignment.DecideExtension(request.Grant, schedule, act));
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Assignment> RaiseObstacle(Pb.RaiseObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("field", request.Field, 200);
        errors.Required("description", request.Description, MaxReport);
        var act = acts.Of(context, "raise-obstacle", request, errors) with { Note = request.Description };
        errors.Enum("field_of_work", request.FieldOfWork, required: false);
        errors.Optional("work_item", request.WorkItem, 200);
        var provision = request.Provision.Length == 0 ? default : DocumentName.ParseProvision(request.Provision, errors, "provision");
        var field = (FieldOfWork)request.FieldOfWork;
        return verbs.CarryOutAsync(request, context, errors, act, async subject =>
        {
            if (request.Provision.Length > 0)
            {
                await documents.GetProvisionAsync(subject.Transaction, provision.Document, provision.Provision);
            }

            var route = await routing.FindAsync(subject.Transaction, subject.Snapshot, field, act.Unit, act.At);
            return subject.Assignment.RaiseObstacle(new(request.Field, route, field, request.WorkItem, request.Provision), act);
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> AnswerObstacle(Pb.AnswerObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("number", request.Number, 1, int.MaxValue);
        errors.Required("answer", request.Answer, MaxReport);
        var act = acts.Of(context, "answer-obstacle", request.RequestId) with { Note = request.Answer };
        return verbs.DecideAsync(request, context, errors, act, (assignment, schedule) => assignment.AnswerObstacle(request.Number, schedule, act));
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Assignment> AcceptObstacle(Pb.AcceptObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("number", request.Number, 1, int.MaxValue);
        errors.Required("waits_for", request.WaitsFor, 200);
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "accept-obstacle", request.RequestId) with { Note = $"{request.WaitsFor}: {request.Reason}" };
        return verbs.DecideAsync(request, context, errors, act, (assignment, _) =>
            assignment.AcceptObstacle(request.Number, request.WaitsFor, act with { Note = request.Reason }));
    }

    public override async Task<Pb.DeadlineExplanation> ExplainDeadline(Pb.ExplainDeadlineRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var assignment = await visible.GetAsync(session, id, Caller.Of(context));
            var calendar = await calendars.CurrentAsync(session);
            return new Schedule(calendar).Explain(assignment.Snapshot)?.ToProto(assignment.Snapshot, calendar)
                ?? throw DomainException.Precondition("NO_DUE_DATE", "The assignment has no due time that could be explained.");
        }, context.CancellationToken);
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
