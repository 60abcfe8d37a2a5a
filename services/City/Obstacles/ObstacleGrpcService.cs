using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Documents;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Contracts.Registers;
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

namespace CanThoGov.City.Obstacles;

[Authorize]
public sealed class ObstacleGrpcService(
    CityDatabase database, ObstacleStore obstacles, AssignmentStore assignments, ObstacleRouting routing, UnitStore units, DocumentStore documents,
    Acts acts, BusinessClock<CityDatabase> clock) : Pb.ObstacleService.ObstacleServiceBase
{
    const int MaxNote = 2000;

    /// <summary>What a verb works on.</summary>
    sealed record Subject(Transaction Transaction, Assignment Assignment, int Number, Act Act)
    {
        public AssignmentSnapshot Snapshot => Assignment.Snapshot;
    }

    public override async Task<Pb.Obstacle> GetObstacle(Pb.GetObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var name = ObstacleName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        var caller = Caller.Of(context);
        return await database.ReadAsync(async session =>
        {
            var assignment = await assignments.FindAsync(session, name.Assignment);
            return assignment is { Snapshot.IssuedAt: not null } && (!caller.IsWard || caller.Units.Any(unit => IsVisible(assignment, unit)))
                ? await ShowAsync(session, assignment, name.Number)
                : throw AssignmentName.NotFound(name.Assignment.ToString());
        }, context.CancellationToken);
    }

    public override async Task<Pb.ListObstaclesResponse> ListObstacles(Pb.ListObstaclesRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        string[] filters =
        [
            "obstacles", string.Join(',', request.States), string.Join(',', request.Fields), request.AnsweringUnit, request.Unit,
            request.Overdue ? "overdue" : "",
        ];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.Enums("states", request.States);
        errors.Enums("fields", request.Fields);
        var filter = new ObstacleFilter
        {
            States = [.. request.States.Select(state => (ObstacleState)state)],
            Fields = [.. request.Fields.Select(field => (FieldOfWork)field)],
            AnsweringUnit = request.AnsweringUnit.Length == 0 ? null : ResourceName.Parse("units", request.AnsweringUnit, errors, "answering_unit"),
            Unit = request.Unit.Length == 0 ? null : ResourceName.Parse("units", request.Unit, errors, "unit"),
            Visible = caller.IsWard ? [.. caller.Units] : null,
            DueBefore = request.Overdue ? clock.Now : null,
        };
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        return await database.ReadAsync(async session =>
        {
            var found = await obstacles.ListAsync(session, filter, after, page.Size + 1);
            return new Pb.ListObstaclesResponse
            {
                Obstacles = { await ShowAsync(session, [.. found.Take(page.Size).Select(one => (one.Assignment, one.Number))]) },
                NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), filters) : "",
            };
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Obstacle> RerouteObstacle(Pb.RerouteObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Unit, errors, "unit");
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "reroute-obstacle", request.RequestId) with { Note = request.Reason };
        return DecideAsync(request, context, errors, act, async subject =>
        {
            await RequireCityUnitAsync(subject.Transaction, unit, act.At);
            var from = ObstacleRules.Find(subject.Snapshot, subject.Number).AnsweringUnit;
            subject.Assignment.Take(ObstacleRules.Reroute(subject.Snapshot, subject.Number, await routing.ToAsync(subject.Transaction, unit, act.At)));
            return new ObstacleRerouted(subject.Snapshot, subject.Number, from, request.Reason, act.At, subject.Assignment.Version);
        });
    }

    [Authorize(Roles = Roles.City)]
    public override Task<Pb.Obstacle> EscalateObstacle(Pb.EscalateObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "escalate-obstacle", request.RequestId) with { Note = request.Reason };
        return DecideAsync(request, context, errors, act, async subject =>
        {
            var from = ObstacleRules.Find(subject.Snapshot, subject.Number).AnsweringUnit;
            subject.Assignment.Take(ObstacleRules.Escalate(subject.Snapshot, subject.Number, await routing.ToCityAsync(subject.Transaction, act.At), act));
            return new ObstacleEscalated(subject.Snapshot, subject.Number, from, request.Reason, act.At, subject.Assignment.Version);
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Obstacle> ProposeObstacle(Pb.ProposeObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var proposal = ParseProposal(request.Proposal, errors);
        errors.Optional("note", request.Note, MaxNote);
        var act = acts.Of(context, "propose-obstacle", request.RequestId) with { Note = request.Note };
        return DecideAsync(request, context, errors, act, async subject =>
        {
            if (proposal.DocumentId is { } document)
            {
                await documents.GetAsync(subject.Transaction, document);
            }

            var followUpAt = await routing.FollowUpDueAsync(subject.Transaction, act.At);
            subject.Assignment.Take(ObstacleRules.Propose(subject.Snapshot, subject.Number, proposal, followUpAt));
            return new ObstacleProposed(subject.Snapshot, subject.Number, act.At, subject.Assignment.Version);
        });
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Obstacle> ConfirmObstacle(Pb.ConfirmObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, MaxNote);
        var act = acts.Of(context, "confirm-obstacle", request, errors) with { Note = request.Note };
        return SayAsync(request, context, errors, act, subject =>
        {
            subject.Assignment.Take(ObstacleRules.Confirm(subject.Snapshot, subject.Number, act));
            return Task.FromResult<IObstacleEvent>(new ObstacleResolved(subject.Snapshot, subject.Number, act.At, subject.Assignment.Version));
        });
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Obstacle> ReopenObstacle(Pb.ReopenObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, MaxNote);
        var act = acts.Of(context, "reopen-obstacle", request, errors) with { Note = request.Reason };
        return SayAsync(request, context, errors, act, async subject =>
        {
            var dueAt = await routing.AnswerDueAsync(subject.Transaction, act.At);
            subject.Assignment.Take(ObstacleRules.Reopen(subject.Snapshot, subject.Number, dueAt, act));
            return new ObstacleReopened(subject.Snapshot, subject.Number, request.Reason, act.At, subject.Assignment.Version);
        });
    }

    /// <summary>A decision of the city: it must say by its etag what it decides on.</summary>
    Task<Pb.Obstacle> DecideAsync(
        Pb.IVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<Subject, Task<IObstacleEvent>> verb)
    {
        if (request.Etag.Length == 0)
        {
            errors.Add("etag", "is required for a decision: send that of the obstacle as you read it");
        }

        return ChangeAsync(request, context, errors, act, _ => true, verb);
    }

    /// <summary>A unit's word on what it raised, also where the assignment was given to another unit since.</summary>
    Task<Pb.Obstacle> SayAsync(
        Pb.IUnitVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<Subject, Task<IObstacleEvent>> verb) =>
        ChangeAsync(request, context, errors, act, assignment => IsVisible(assignment, act.Unit), verb);

    static bool IsVisible(Assignment assignment, string unit) =>
        assignment.Concerns(unit) || assignment.WasLedBy(unit) || assignment.Snapshot.Obstacles.Any(obstacle => obstacle.Unit == unit);

    Task<Pb.Obstacle> ChangeAsync(
        Pb.IVerbRequest request, ServerCallContext context, FieldErrors errors, Act act, Func<Assignment, bool> isVisible,
        Func<Subject, Task<IObstacleEvent>> verb)
    {
        var (id, number) = ObstacleName.Parse(request.Name, errors, "name");
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        System.Diagnostics.Activity.Current?.SetTag("canthogov.subject", $"assignments/{id}");
        return database.MutateAsync(
            request, context,
            async transaction =>
                await assignments.FindForChangeAsync(transaction, id) is { Snapshot.IssuedAt: not null } assignment && isVisible(assignment)
                ? assignment
                : throw AssignmentName.NotFound(id.ToString()),
            async (transaction, assignment) =>
            {
                AssignmentStore.RequireUnchanged(assignment, request.Etag);
                var e = await verb(new(transaction, assignment, number, act));
                await assignments.UpdateAsync(transaction, assignment, e, act);
                return await ShowAsync(transaction, assignment, number);
            });
    }

    CentreProposal ParseProposal(Pb.CentreProposal? proposal, FieldErrors errors)
    {
        if (proposal is null)
        {
            errors.Add("proposal", "is required");
            return new("", null, "", default);
        }

        errors.Required("proposal.addressee", proposal.Addressee, 300);
        Guid? document = proposal.Document.Length == 0 ? null : DocumentName.Parse(proposal.Document, errors, "proposal.document");
        errors.Optional("proposal.document_text", proposal.DocumentText, 500);
        if (document is null && string.IsNullOrWhiteSpace(proposal.DocumentText))
        {
            errors.Add("proposal.document_text", "is required, unless document names it");
        }

        var date = errors.Date("proposal.date", proposal.Date, required: true);
        if (date > LocalTime.DateOf(clock.Now))
        {
            errors.Add("proposal.date", "must not be after today: what is recorded has been proposed");
        }

        return new(proposal.Addressee, document, proposal.DocumentText, date ?? default);
    }

    /// <summary>Obstacles are never pushed sideways, to another commune.</summary>
    async Task RequireCityUnitAsync(Transaction transaction, string id, DateTimeOffset at)
    {
        var unit = await units.GetAsync(transaction, id);
        var today = LocalTime.DateOf(at);
        if (!unit.ExistsOn(today))
        {
            throw DomainException.Precondition("UNIT_NOT_IN_FORCE", $"The unit {id} does not exist on {today:yyyy-MM-dd}.").With("unit", id);
        }

        var errors = new FieldErrors();
        if (unit.Kind is UnitKind.Ward or UnitKind.Commune)
        {
            errors.Add("unit", "must be a body of the city");
        }

        errors.ThrowIfAny();
    }

    async Task<Pb.Obstacle> ShowAsync(Session session, Assignment assignment, int number) => (await ShowAsync(session, [(assignment, number)]))[0];

    async Task<IReadOnlyList<Pb.Obstacle>> ShowAsync(Session session, IReadOnlyList<(Assignment Assignment, int Number)> found)
    {
        var steps = (await obstacles.ListStepsAsync(session, found.Select(one => one.Assignment.Snapshot.Id).Distinct()))
            .ToLookup(step => (step.AssignmentId, step.Number));
        return [.. found.Select(one =>
        {
            var snapshot = one.Assignment.Snapshot;
            var shown = ObstacleRules.Find(snapshot, one.Number).ToProto(snapshot, clock.Now, one.Assignment.Version);
            shown.Steps.AddRange(steps[(snapshot.Id, one.Number)].Select(ToProto));
            return shown;
        })];
    }

    static Pb.ObstacleStep ToProto(ObstacleStep step) => new()
    {
        Kind = (Pb.ObstacleStep.Types.Kind)step.Kind,
        Unit = step.Unit.Length == 0 ? "" : $"units/{step.Unit}",
        AnsweringUnit = step.AnsweringUnit.Length == 0 ? "" : $"units/{step.AnsweringUnit}",
        Level = (Pb.ObstacleLevel)step.Level,
        DueTime = step.DueAt.ToProto(),
        Note = step.Note,
        Proposal = step.ProposedOn is { } date
            ? new CentreProposal(step.Addressee ?? "", step.DocumentId, step.DocumentText ?? "", date).ToProto()
            : null,
        Actor = step.Actor,
        EventTime = Timestamp.FromDateTimeOffset(step.EventAt),
        ClaimedTime = step.ClaimedAt.ToProto(),
    };
}

/// <summary><c>assignments/{assignment}/obstacles/{obstacle}</c>.</summary>
readonly record struct ObstacleName(Guid Assignment, int Number)
{
    public static ObstacleName Parse(string name, FieldErrors errors, string field)
    {
        var ids = ResourceName.Parse(["assignments", "obstacles"], name, errors, field);
        if (!int.TryParse(ids[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && ids[1].Length > 0)
        {
            errors.Add(field, "must name the obstacle by its number within the assignment");
        }

        return new(DocumentName.AsGuid(ids[0], errors, field), number);
    }
}
