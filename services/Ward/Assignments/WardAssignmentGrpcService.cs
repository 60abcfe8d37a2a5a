using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Ward.Units;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using City = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Assignments;

[Authorize]
public sealed class WardAssignmentGrpcService(
    WardDatabase database, WardAssignmentStore assignments, WardVerbs verbs, ServedUnits served, BusinessClock<WardDatabase> clock)
    : Pb.WardAssignmentService.WardAssignmentServiceBase
{
    const int NoteLength = 2000, ReportLength = 4000, ResultLength = 8000, FieldLength = 200;

    public override async Task<Pb.WardAssignment> GetWardAssignment(Pb.GetWardAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var name = AssignmentName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var copy = await verbs.GetAsync(session, name, Caller.Of(context));
            return (await ToProtosAsync(session, [copy]))[0];
        }, context.CancellationToken);
    }

    public override async Task<Pb.ListWardAssignmentsResponse> ListWardAssignments(
        Pb.ListWardAssignmentsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent", wildcard: true);
        string[] filters = ["wardAssignments", request.Parent];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var units = await served.VisibleAsync(session, Caller.Of(context), unit);
            var found = await assignments.ListAsync(session, units, page.After, page.Size + 1);
            return new Pb.ListWardAssignmentsResponse
            {
                WardAssignments = { await ToProtosAsync(session, [.. found.Take(page.Size)]) },
                NextPageToken = found.Count > page.Size
                    ? Paging.Token(WardAssignmentStore.Cursor(found[page.Size - 1]), filters)
                    : "",
            };
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> AcknowledgeWardAssignment(
        Pb.AcknowledgeWardAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Optional("note", request.Note, NoteLength);
        CheckPerson(request.ResponsiblePerson, errors);
        return verbs.QueueAsync(request, context, errors, call => new City.AcknowledgeAssignmentRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Note = request.Note,
            ResponsiblePerson = request.ResponsiblePerson,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> SubmitWardContribution(Pb.SubmitWardContributionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("contribution", request.Contribution, NoteLength);
        CheckPerson(request.ResponsiblePerson, errors);
        return verbs.QueueAsync(request, context, errors, call => new City.SubmitContributionRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Contribution = request.Contribution,
            ResponsiblePerson = request.ResponsiblePerson,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> ReportWardProgress(Pb.ReportWardProgressRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("percent", request.Percent, 0, 100);
        errors.Required("report", request.Report, ReportLength);
        return verbs.QueueAsync(request, context, errors, call => new City.ReportProgressRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Percent = request.HasPercent ? request.Percent : RolledUp(call.Copy),
            Report = request.Report,
            Attachments = { call.Attachments },
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        }, request.Attachments);
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> SubmitWardResult(Pb.SubmitWardResultRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("result", request.Result, ResultLength);
        return verbs.QueueAsync(request, context, errors, call => new City.SubmitResultRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Result = request.Result,
            Attachments = { call.Attachments },
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        }, request.Attachments);
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> ReturnWardAssignment(Pb.ReturnWardAssignmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, NoteLength);
        GroundProto.Parse(request.Ground, errors, "ground");
        return verbs.QueueAsync(request, context, errors, call => new City.ReturnAssignmentRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Ground = request.Ground,
            Reason = request.Reason,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> RequestWardTransfer(Pb.RequestWardTransferRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        ResourceName.Parse("units", request.To?.Unit ?? "", errors, "to.unit");
        errors.Enum("to.organ", request.To?.Organ ?? default, required: false);
        errors.Required("reason", request.Reason, NoteLength);
        GroundProto.Parse(request.Ground, errors, "ground");
        return verbs.QueueAsync(request, context, errors, call => new City.RequestTransferRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            To = request.To,
            Ground = request.Ground,
            Reason = request.Reason,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> RequestWardExtension(Pb.RequestWardExtensionRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("reason", request.Reason, NoteLength);
        errors.Date("proposed_date", request.ProposedDate, required: true);
        return verbs.QueueAsync(request, context, errors, call => new City.RequestExtensionRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Reason = request.Reason,
            ProposedDate = request.ProposedDate,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> RaiseWardObstacle(Pb.RaiseWardObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("field", request.Field, FieldLength);
        errors.Required("description", request.Description, ReportLength);
        errors.Enum("field_of_work", request.FieldOfWork, required: false);
        errors.Optional("work_item", request.WorkItem, FieldLength);
        if (request.Provision.Length > 0)
        {
            ResourceName.Parse(["documents", "provisions"], request.Provision, errors, "provision");
        }

        return verbs.QueueAsync(request, context, errors, call => new City.RaiseObstacleRequest
        {
            Name = call.Name,
            Unit = call.Unit,
            Field = request.Field,
            Description = request.Description,
            FieldOfWork = request.FieldOfWork,
            WorkItem = request.WorkItem,
            Provision = request.Provision,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> ConfirmWardObstacle(Pb.ConfirmWardObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("number", request.Number, 1, int.MaxValue);
        errors.Optional("note", request.Note, NoteLength);
        return verbs.QueueAsync(request, context, errors, call => new City.ConfirmObstacleRequest
        {
            Name = $"{call.Name}/obstacles/{request.Number}",
            Unit = call.Unit,
            Note = request.Note,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.OutgoingCall> ReopenWardObstacle(Pb.ReopenWardObstacleRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Range("number", request.Number, 1, int.MaxValue);
        errors.Required("reason", request.Reason, NoteLength);
        return verbs.QueueAsync(request, context, errors, call => new City.ReopenObstacleRequest
        {
            Name = $"{call.Name}/obstacles/{request.Number}",
            Unit = call.Unit,
            Reason = request.Reason,
            ClaimedTime = call.Claimed,
            RequestId = call.RequestId,
        });
    }

    static void CheckPerson(City.Person? person, FieldErrors errors)
    {
        errors.Optional("responsible_person.display_name", person?.DisplayName, FieldLength);
        errors.Optional("responsible_person.role", person?.Role, FieldLength);
    }

    static int RolledUp(WardAssignment copy)
    {
        if (copy.WorkItemCount == 0)
        {
            var errors = new FieldErrors();
            errors.Add("percent", "is required, because there are no work items to roll up");
            errors.ThrowIfAny();
        }

        return copy.WorkProgressPercent;
    }

    async Task<Pb.WardAssignment[]> ToProtosAsync(Session session, WardAssignment[] copies)
    {
        var now = clock.Now;
        var notices = (await assignments.ListNoticesAsync(session, copies.Select(copy => copy.AssignmentId).Distinct()))
            .ToLookup(notice => (notice.Unit, notice.AssignmentId));
        var contributions = (await assignments.ListContributionsAsync(session, copies.Select(copy => copy.AssignmentId).Distinct()))
            .ToLookup(contributed => contributed.AssignmentId);
        return [.. copies.Select(copy => copy.ToProto(notices[(copy.Unit, copy.AssignmentId)], contributions[copy.AssignmentId], now))];
    }
}
