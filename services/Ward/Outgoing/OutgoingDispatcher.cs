using System.Diagnostics;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Ward.Evidence;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Ward.Outgoing;

/// <summary>
/// Delivers the outgoing calls. An attempt that the city did not decide is repeated until it does, with the same request id, so the city
/// carries a call out once however often it is sent; meanwhile nothing on that assignment overtakes it. While the city cannot be reached at
/// all, one call asks for it now and then, and the others keep their places: so what has piled up goes out oldest first.
/// </summary>
public sealed partial class OutgoingDispatcher(
    WardDatabase database, OutgoingQueue queue, CityCalls city, TurnedAway turnedAway, BusinessClock<WardDatabase> clock,
    IOptions<OutgoingOptions> options, TimeProvider time, ILogger<OutgoingDispatcher> logger) : BackgroundService
{
    // What lies between the end of an attempt and its mark in the queue.
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    static readonly ActivitySource Source = new(PlatformTelemetry.SourceName);

    readonly OutgoingOptions _options = options.Value;
    readonly Lock _away = new();
    int _underWay;
    int _failures;
    DateTimeOffset _awayUntil;
    long _answered;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var deliveries = new List<Task>();
        var started = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                started = started || await StartAsync();
                deliveries.RemoveAll(delivery => delivery.IsCompleted);
                var (limit, wait) = Room();
                var calls = await ClaimAsync(limit, stoppingToken);
                Interlocked.Add(ref _underWay, calls.Count);
                deliveries.AddRange(calls.Select(call => DeliverAsync(call, stoppingToken)));
                if (calls.Count == 0)
                {
                    await queue.Changed.WaitAsync(wait, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Log.QueueFailed(logger, e);
                await Task.Delay(_options.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(deliveries);

        async Task<bool> StartAsync()
        {
            // SQLite serves one process: leases that stand at its start belong to nobody.
            if (database.Dialect.Provider == DatabaseProvider.Sqlite)
            {
                await database.InTransactionAsync(OutgoingQueue.ReleaseAllAsync, stoppingToken);
            }

            return true;
        }
    }

    /// <returns>How many calls may be handed out now, and how long to wait if there are none.</returns>
    (int Limit, TimeSpan Wait) Room()
    {
        var underWay = Volatile.Read(ref _underWay);
        lock (_away)
        {
            var left = _awayUntil - time.GetUtcNow();
            return _failures == 0 ? (_options.Parallelism - underWay, _options.PollInterval)
                : left > TimeSpan.Zero ? (0, left < _options.PollInterval ? left : _options.PollInterval)
                : (underWay == 0 ? 1 : 0, _options.PollInterval);
        }
    }

    // Those that were under way together fail together; that counts once.
    void CityIsAway(RpcException e)
    {
        lock (_away)
        {
            if (_awayUntil <= time.GetUtcNow())
            {
                _awayUntil = time.GetUtcNow() + WaitAfter(++_failures, e);
            }
        }
    }

    void CityIsThere()
    {
        lock (_away)
        {
            _failures = 0;
            _answered = time.GetTimestamp();
        }
    }

    bool HasAnsweredSince(long start)
    {
        lock (_away)
        {
            return _answered > start;
        }
    }

    async Task<IReadOnlyList<OutgoingCall>> ClaimAsync(int limit, CancellationToken ct) =>
        limit == 0 ? [] : await database.InTransactionAsync(transaction =>
            queue.ClaimAsync(transaction, time.GetUtcNow() + _options.CallTimeout + Margin, limit), ct);

    async Task DeliverAsync(OutgoingCall call, CancellationToken stopping)
    {
        using var activity = Source.StartActivity(
            $"outgoing {call.Method}", ActivityKind.Internal, call.Traceparent,
            [new("canthogov.service", database.Service), new("canthogov.subject", call.Name)]);
        try
        {
            var mark = await AttemptAsync(call, stopping);
            await database.InTransactionAsync(mark, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Not marked: it is sent again when the lease ends.
            Log.QueueFailed(logger, e);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            queue.Changed.Set();
        }
    }

    /// <returns>What has to be noted in the queue.</returns>
    async Task<Func<Transaction, Task>> AttemptAsync(OutgoingCall call, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        try
        {
            var readToken = await city.DeliverAsync(call, _options.CallTimeout, stopping);
            CityIsThere();
            turnedAway.LetIn(call.Unit);
            return transaction => queue.DeliveredAsync(transaction, call.Id, clock.Now, readToken);
        }
        catch (RpcException e) when (IsDecision(e))
        {
            CityIsThere();
            turnedAway.LetIn(call.Unit);
            var reason = RpcErrors.ReasonOf(e) ?? "";
            Log.Refused(logger, call.Name, call.Method, e.StatusCode, reason);
            Activity.Current?.SetStatus(ActivityStatusCode.Error, reason);
            return transaction => queue.RefusedAsync(transaction, call.Id, clock.Now, reason, e.Status.Detail);
        }
        catch (DomainException e) when (e.Code == StatusCode.DataLoss)
        {
            // No repeat brings back what is damaged here; the official has to send it anew.
            Log.Refused(logger, call.Name, call.Method, e.Code, e.Reason);
            Activity.Current?.SetStatus(ActivityStatusCode.Error, e.Reason);
            return transaction => queue.RefusedAsync(transaction, call.Id, clock.Now, e.Reason, e.Message);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return transaction => queue.PostponeAsync(transaction, call.Id, time.GetUtcNow());
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && RpcErrors.ReasonOf(e) is null)
        {
            CityIsAway(e);
            Log.Postponed(logger, call.AttemptCount == 1 ? LogLevel.Information : LogLevel.Debug, call.Name, call.Method, e.Message);
            Activity.Current?.SetStatus(ActivityStatusCode.Error, e.Message);
            return transaction => queue.PostponeAsync(transaction, call.Id, time.GetUtcNow());
        }
        catch (RpcException e) when (IsSilence(e))
        {
            // Not an upload, which takes several attempts on a slow line.
            if (call.Method != EvidenceUploads.Method && !HasAnsweredSince(started))
            {
                CityIsAway(e);
            }

            return Postpone(e);
        }
        catch (Exception e)
        {
            if (e is RpcException refusal)
            {
                CityIsThere();
                if (IsAboutTheSignIn(refusal) && turnedAway.Add(call.Unit, RpcErrors.ReasonOf(refusal) ?? refusal.StatusCode.ToString()))
                {
                    Log.TurnedAway(logger, call.Unit, refusal.StatusCode, RpcErrors.ReasonOf(refusal) ?? "", refusal.Status.Detail);
                }
            }

            return Postpone(e);
        }

        Func<Transaction, Task> Postpone(Exception e)
        {
            var wait = WaitAfter(call.AttemptCount, e);
            Log.Postponed(logger, call.AttemptCount == 1 ? LogLevel.Information : LogLevel.Debug, call.Name, call.Method, e.Message);
            Activity.Current?.SetStatus(ActivityStatusCode.Error, e.Message);
            return transaction => queue.PostponeAsync(transaction, call.Id, time.GetUtcNow() + wait);
        }
    }

    /// <summary>
    /// Whether the city judged the call itself. Everything else (away, too slow, failing, signed in wrongly, changed meanwhile) says
    /// nothing about it, and giving up would lose what the official was told is on its way.
    /// </summary>
    static bool IsDecision(RpcException e) => !EvidenceUploads.IsAboutTheTransfer(RpcErrors.ReasonOf(e)) && !IsAboutTheSignIn(e) && e.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.PermissionDenied
            or StatusCode.FailedPrecondition or StatusCode.OutOfRange => true,
        // With a reason it is the content that is too much, without one the server is.
        StatusCode.ResourceExhausted => RpcErrors.ReasonOf(e) is not null,
        _ => false,
    };

    // Without a reason it is not the city that says so, but something before it.
    static bool IsAboutTheSignIn(RpcException e) => e.StatusCode == StatusCode.Unauthenticated
        || (e.StatusCode == StatusCode.PermissionDenied && RpcErrors.ReasonOf(e) is null or TokenErrors.RoleNotAllowed or TokenErrors.UnitNotAllowed);

    /// <summary>Nothing came within the time of the attempt: the city is slow, or the line swallows everything.</summary>
    static bool IsSilence(RpcException e) =>
        e.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Cancelled && RpcErrors.ReasonOf(e) is null;

    // Half of it by chance, so that calls which failed together do not come back together.
    TimeSpan WaitAfter(int attempts, Exception e)
    {
        var doubled = _options.FirstRetry * Math.Pow(2, Math.Min(attempts - 1, 30));
        var wait = (doubled < _options.LongestRetry ? doubled : _options.LongestRetry) * (0.5 + (Random.Shared.NextDouble() / 2));
        return e is RpcException refusal && RpcErrors.RetryAfterOf(refusal) is { } asked && asked > wait && asked < _options.LongestRetry
            ? asked
            : wait;
    }

    static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "The outgoing queue of the ward service failed; it is tried again.")]
        public static partial void QueueFailed(ILogger logger, Exception exception);

        [LoggerMessage(3002, LogLevel.Warning, "{Call} ({Method}) was refused: {Code}, {Reason}")]
        public static partial void Refused(ILogger logger, string call, string method, StatusCode code, string reason);

        [LoggerMessage(3004, LogLevel.Warning,
            "The city turns {Unit} away: {Code}, {Reason} ({Message}). Its calls wait until this service signs in as it should.")]
        public static partial void TurnedAway(ILogger logger, string unit, StatusCode code, string reason, string message);

        [LoggerMessage(EventId = 3003, Message = "{Call} ({Method}) waits for the city: {Reason}")]
        public static partial void Postponed(ILogger logger, LogLevel level, string call, string method, string reason);
    }
}
