using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Protos.Events.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace CanThoGov.Platform.Messaging;

/// <summary>A service's own log and figures; the same for every service.</summary>
[Authorize]
public sealed class EventLogGrpcService<TDatabase>(TDatabase database, Subscriptions<TDatabase> subscriptions, SourceLogs<TDatabase> logs)
    : EventLogService.EventLogServiceBase where TDatabase : Database
{
    public override async Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        errors.Range("after_position", request.AfterPosition, 0, long.MaxValue);
        errors.Range("up_to_position", request.UpToPosition, 0, long.MaxValue);
        errors.Range("page_size", request.PageSize, 0, 1000);
        var filter = EventFilter.Of(caller, request.Types_, request.Unit, errors);
        errors.ThrowIfAny();

        return await database.ReadAsync(async session =>
        {
            // The head is read first: an event that commits between the two reads is above it and comes with the next page.
            var response = new ListEventsResponse { HeadPosition = await EventLog.HeadAsync(session) };
            var upTo = request.UpToPosition == 0 ? response.HeadPosition : Math.Min(request.UpToPosition, response.HeadPosition);
            var limit = request.PageSize == 0 ? 100 : request.PageSize;
            var events = await EventLog.ReadAsync(session, request.AfterPosition, upTo, limit, filter);
            if (!request.WithCondensed)
            {
                await EventLog.RequireAsync(session, request.AfterPosition);
            }

            response.OldestPosition = await EventLog.OldestAsync(session);
            response.Events.AddRange(events.Select(e => e.ToProto(database.Service)));
            return response;
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.Supervisor + "," + Roles.Operator)]
    public override async Task<EventStatistics> GetEventStatistics(GetEventStatisticsRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        await using var session = await database.OpenAsync(ct);
        var statistics = new EventStatistics
        {
            Service = database.Service,
            Published = await session.SingleAsync<long>("SELECT COUNT(*) FROM event_log"),
            Pending = await session.SingleAsync<long>("SELECT COUNT(*) FROM event_log WHERE sent_at IS NULL"),
        };
        foreach (var source in subscriptions.Sources)
        {
            statistics.Consumptions.Add(new EventStatistics.Types.Consumption
            {
                Source = source,
                Consumed = await session.SingleAsync<long>("SELECT COUNT(*) FROM inbox WHERE source = @source", new { source }),
                RepeatedEffects = await session.SingleAsync<long>(subscriptions.CountRepeatedEffects, new { source }),
                Missing = await logs.CountMissingAsync(source, ct),
            });
        }

        return statistics;
    }
}
