using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Enum = System.Enum;
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Scorecards;

[Authorize]
public sealed class ScorecardGrpcService(ScorecardStore scorecards, BusinessClock<MonitoringDatabase> clock)
    : Pb.ScorecardService.ScorecardServiceBase
{
    public override async Task<Pb.Scorecard> GetScorecard(Pb.GetScorecardRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("scorecards", request.Name, errors, "name");
        errors.ThrowIfAny();

        var now = clock.Now;
        string[] units = Caller.Of(context).SeesUnit(unit) ? [unit] : [];
        return await scorecards.ListAsync(units, "", 1, now, context.CancellationToken) is [var score]
            ? ToProto(score, now)
            : throw DomainException.NotFound("SCORECARD_NOT_FOUND", "scorecard", request.Name);
    }

    public override async Task<Pb.ListScorecardsResponse> ListScorecards(Pb.ListScorecardsRequest request, ServerCallContext context)
    {
        var page = Paging.Parse(request.PageSize, request.PageToken);
        var caller = Caller.Of(context);
        var now = clock.Now;
        var found = await scorecards.ListAsync(
            caller.IsWard ? [.. caller.Units] : null, page.After ?? "", page.Size + 1, now, context.CancellationToken);
        var response = new Pb.ListScorecardsResponse { Scorecards = { found.Take(page.Size).Select(score => ToProto(score, now)) } };
        if (found.Count > page.Size)
        {
            response.NextPageToken = Paging.Token(found[page.Size - 1].Unit.Id);
        }

        return response;
    }

    [Authorize(Roles = Roles.AllButWard)]
    public override async Task<Pb.CityOverview> GetCityOverview(Pb.GetCityOverviewRequest request, ServerCallContext context)
    {
        var now = clock.Now;
        var city = await scorecards.GetCityAsync(now, context.CancellationToken);
        return new Pb.CityOverview
        {
            States =
            {
                Enum.GetValues<AssignmentState>().Where(state => state != AssignmentState.Draft).Select(state =>
                    new Pb.CityOverview.Types.StateCount { State = state.ToProto(), Count = city.States.GetValueOrDefault(state) }),
            },
            Timeliness =
            {
                Enum.GetValues<Timeliness>().Select(timeliness => new Pb.CityOverview.Types.TimelinessCount
                {
                    Timeliness = timeliness.ToProto(),
                    Count = city.Timeliness.GetValueOrDefault(timeliness),
                }),
            },
            JudgedCount = city.Judged,
            OnTimeCount = city.OnTime,
            DueSoonEventCount = city.Rungs.DueSoon,
            MissedEventCount = city.Rungs.Missed,
            EscalatedEventCount = city.Rungs.Escalated,
            AsOfTime = Timestamp.FromDateTimeOffset(now),
            IllustrativeCount = city.Illustrative,
        };
    }

    static Pb.Scorecard ToProto(UnitScore score, DateTimeOffset now) => new()
    {
        Name = $"scorecards/{score.Unit.Id}",
        Unit = $"units/{score.Unit.Id}",
        UnitDisplayName = score.Unit.DisplayName,
        AssignedCount = score.Tally.Assigned,
        UnacknowledgedCount = score.Tally.Unacknowledged,
        OpenCount = score.Tally.Open,
        CompletedCount = score.Tally.Completed,
        CompletedLateCount = score.Tally.CompletedLate,
        OverdueCount = score.Tally.Overdue,
        DueSoonCount = score.Tally.DueSoon,
        ReturnCount = score.Tally.Returns,
        ExtensionCount = score.Tally.Extensions,
        OpenObstacleCount = score.Tally.OpenObstacles,
        JudgedCount = score.Tally.Judged,
        OnTimeCount = score.Tally.OnTime,
        Illustrative = score.Unit.Illustrative,
        IllustrativeCount = score.Tally.Illustrative,
        AsOfTime = Timestamp.FromDateTimeOffset(now),
    };
}
