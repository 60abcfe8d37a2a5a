using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CanThoGov.Monitoring.Firing;

/// <summary>Whether the firing was stopped, since when, and why.</summary>
public sealed record Firing
{
    public DateTimeOffset? StoppedAt { get; init; }
    public string Reason { get; init; } = "";
    public string ConfirmedBy { get; init; } = "";
    public long ConfirmedAheadSeconds { get; init; }
}

/// <summary>
/// Trusts the clock as long as it goes with the monotonic one, and with the database's where that is another machine's. One that jumps ahead
/// would call everybody late at once, which cannot be taken back: the firing stops, for all replicas, until an operator confirms the
/// clock. One that jumps back only fires later, and nothing twice.
/// </summary>
public sealed partial class ClockGuard(
    MonitoringDatabase database, TimeProvider time, IOptions<DeadlineOptions> options, ILogger<ClockGuard> logger)
{
    long _monotonic = time.GetTimestamp();
    DateTimeOffset _wall = time.GetUtcNow();

    public Task<Firing> FindAsync(CancellationToken ct) => database.ReadAsync(ReadAsync, ct);

    static Task<Firing> ReadAsync(Session session) =>
        session.SingleAsync<Firing>("SELECT stopped_at, reason, confirmed_by, confirmed_ahead_seconds FROM firing");

    /// <returns>False if nothing may fire.</returns>
    public async Task<bool> IsTrustedAsync(CancellationToken ct)
    {
        var (wall, monotonic) = (time.GetUtcNow(), time.GetTimestamp());
        var jumped = wall - _wall - time.GetElapsedTime(_monotonic, monotonic);
        (_wall, _monotonic) = (wall, monotonic);

        var firing = await FindAsync(ct);
        if (firing.StoppedAt is not null)
        {
            return false;
        }

        if (jumped > options.Value.ClockJumpLimit)
        {
            return await StopAsync($"The clock jumped ahead by {jumped:d\\.hh\\:mm\\:ss} against the monotonic clock.", ct);
        }

        var ahead = await AheadOfDatabaseAsync(ct) - TimeSpan.FromSeconds(firing.ConfirmedAheadSeconds);
        return ahead <= options.Value.ClockJumpLimit
            || await StopAsync($"The clock is {ahead:d\\.hh\\:mm\\:ss} ahead of the database's.", ct);
    }

    /// <summary>An operator has looked at the clock and finds it right.</summary>
    /// <exception cref="DomainException">FIRING_NOT_STOPPED.</exception>
    public async Task<Firing> ConfirmAsync(Transaction transaction, string operatorName)
    {
        var ahead = (long)(await AheadOfDatabaseAsync(transaction.Cancelled)).TotalSeconds;
        var confirmed = await transaction.ExecuteAsync(
            "UPDATE firing SET stopped_at = NULL, reason = '', confirmed_by = @operatorName, confirmed_ahead_seconds = @ahead WHERE stopped_at IS NOT NULL",
            new { operatorName, ahead });
        return confirmed == 1
            ? await ReadAsync(transaction)
            : throw DomainException.Precondition("FIRING_NOT_STOPPED", "The firing goes on: there is nothing to confirm.");
    }

    async Task<bool> StopAsync(string reason, CancellationToken ct)
    {
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE firing SET stopped_at = @now, reason = @reason WHERE stopped_at IS NULL", new { now = time.GetUtcNow(), reason }), ct);
        Log.Stopped(logger, reason);
        return false;
    }

    // SQLite's clock is this process's own.
    async Task<TimeSpan> AheadOfDatabaseAsync(CancellationToken ct) =>
        database.Dialect.Provider == DatabaseProvider.Sqlite
            ? TimeSpan.Zero
            : time.GetUtcNow() - await database.ReadAsync(session => session.SingleAsync<DateTimeOffset>("SELECT clock_timestamp()"), ct);

    static partial class Log
    {
        [LoggerMessage(4002, LogLevel.Critical, "The firing of deadlines is stopped until an operator confirms the clock: {Reason}")]
        public static partial void Stopped(ILogger logger, string reason);
    }
}
