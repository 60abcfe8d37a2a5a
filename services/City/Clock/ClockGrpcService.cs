using CanThoGov.City.Occurrences;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Clock;

[Authorize]
public sealed class ClockGrpcService(
    CityDatabase database, BusinessClock<CityDatabase> clock, ClockFollowers followers, CatchUp<CityDatabase> catchUp, DutyOccurrences occurrences,
    IOptions<ClockOptions> options) : Pb.ClockService.ClockServiceBase
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    public override Task<Pb.Clock> GetClock(Pb.GetClockRequest request, ServerCallContext context) => Task.FromResult(
        new Pb.Clock
        {
            CurrentTime = Timestamp.FromDateTimeOffset(clock.Now),
            Simulated = clock.IsSimulated,
            Revision = clock.Revision,
        });

    [Authorize(Roles = Roles.Operator)]
    public override async Task<Pb.Clock> AdvanceClock(Pb.AdvanceClockRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var target = errors.Time("target_time", request.TargetTime, required: true);
        errors.ThrowIfAny();

        var moved = await database.MutateAsync(request, context, _ => Task.FromResult(target!.Value), MoveAsync);
        await FollowedAsync(moved.Revision, context.CancellationToken);
        return moved;
    }

    async Task<Pb.Clock> MoveAsync(Transaction transaction, DateTimeOffset target)
    {
        if (!clock.IsSimulated)
        {
            await RequireUnusedAsync(transaction);
        }
        else if (target < clock.Now)
        {
            var errors = new FieldErrors();
            errors.Add("target_time", $"lies before the clock, which shows {clock.Now:O}");
            errors.ThrowIfAny();
        }

        var revision = clock.Revision + 1;
        await clock.MoveAsync(transaction, target, revision);
        // Before the others hear of the new time: they fire by it what is issued now.
        await occurrences.IssueDueAsync(transaction, target, int.MaxValue);
        transaction.Publish(new ClockAdvanced(target, revision));
        return new Pb.Clock { CurrentTime = Timestamp.FromDateTimeOffset(target), Simulated = true, Revision = revision };
    }

    async Task RequireUnusedAsync(Transaction transaction)
    {
        if (!options.Value.AllowSimulation)
        {
            throw DomainException.Precondition("SIMULATION_NOT_ALLOWED", "Clock:AllowSimulation is off: this system keeps real time.");
        }

        if (await transaction.SingleAsync<long>("SELECT COUNT(*) FROM assignments") > 0)
        {
            throw DomainException.Precondition("CLOCK_IN_USE",
                "There are assignments by the system's clock already. Simulate on fresh data.");
        }
    }

    // The followers say so in their own logs; what they published for it stands before, and is handled here before the call returns.
    async Task FollowedAsync(long revision, CancellationToken ct)
    {
        while (await database.ReadAsync(followers.RevisionAsync, ct) < revision)
        {
            await Task.Delay(PollInterval, ct);
        }

        await catchUp.CatchUpAsync("monitoring", ct);
    }
}
