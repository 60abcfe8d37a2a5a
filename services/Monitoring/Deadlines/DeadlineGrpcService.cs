using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Deadlines;

[Authorize]
public sealed class DeadlineGrpcService(DeadlineStore deadlines, BusinessClock<MonitoringDatabase> clock)
    : Pb.DeadlineService.DeadlineServiceBase
{
    public override async Task<Pb.Deadline> GetDeadline(Pb.GetDeadlineRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ResourceName.Parse("deadlines", request.Name, errors, "name");
        errors.ThrowIfAny();

        var deadline = Guid.TryParse(id, out var assignment) ? await deadlines.FindAsync(assignment, context.CancellationToken) : null;
        return deadline is not null && Caller.Of(context).SeesUnit(deadline.Assignment.Lead.Unit)
            ? deadline.ToProto(clock.Now)
            : throw DomainException.NotFound("DEADLINE_NOT_FOUND", "deadline", request.Name);
    }

    public override async Task<Pb.ListDeadlinesResponse> ListDeadlines(Pb.ListDeadlinesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Enums("timeliness", request.Timeliness);
        var unit = request.LeadUnit.Length == 0 ? null : ResourceName.Parse("units", request.LeadUnit, errors, "lead_unit");
        string[] filters = [string.Join(',', request.Timeliness.Order().Distinct()), request.LeadUnit];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        var after = DeadlineCursor.TryParse(page.After);
        if (page.After is not null && after is null)
        {
            errors.Add("page_token", "is not a token of a page with these filters");
        }

        errors.ThrowIfAny();

        var caller = Caller.Of(context);
        string[]? units = unit is not null ? (caller.SeesUnit(unit) ? [unit] : []) : caller.IsWard ? [.. caller.Units] : null;
        var filter = new DeadlineFilter(units, [.. request.Timeliness.Select(timeliness => (Timeliness)timeliness)]);
        var now = clock.Now;
        var found = await deadlines.ListAsync(filter, after, page.Size + 1, now, context.CancellationToken);
        var response = new Pb.ListDeadlinesResponse { Deadlines = { found.Take(page.Size).Select(deadline => deadline.ToProto(now)) } };
        if (found.Count > page.Size)
        {
            response.NextPageToken = Paging.Token(found[page.Size - 1].Cursor.ToString(), filters);
        }

        return response;
    }
}
