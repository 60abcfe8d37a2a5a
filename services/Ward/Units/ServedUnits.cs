using CanThoGov.Contracts;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.Ward.Units;

/// <summary>
/// The units that this service is the ward system of: those that the configuration names, or every ward and commune of the city's
/// register. The register is kept here too, so that work goes on while the city is away.
/// </summary>
public sealed class ServedUnits(WardDatabase database, WardOptions options, ServiceChannels channels, ITokenSource tokens)
    : ILogReaders<WardDatabase>
{
    public async Task<IReadOnlyList<string>> ListAsync(Session session) => options.Units is { } named
        ? [.. named]
        : [.. (await session.ListAsync<string>("SELECT id FROM units ORDER BY id")).Where(id => !options.ExceptUnits.Contains(id))];

    public async Task<bool> IncludeAsync(Session session, string unit) =>
        Serves(unit) && (options.Units is not null
            || await session.FindAsync<string>("SELECT id FROM units WHERE id = @unit", new { unit }) is not null);

    public async Task<bool> IncludeVisibleAsync(Session session, string unit, Caller caller) =>
        caller.SeesUnit(unit) && await IncludeAsync(session, unit);

    /// <summary>Of a list's parent, the served units that the caller sees.</summary>
    /// <param name="unit">An id, or <c>-</c> for all.</param>
    /// <exception cref="DomainException">NOT_FOUND, reason <c>UNIT_NOT_FOUND</c>, if it is none of them.</exception>
    public async Task<string[]> VisibleAsync(Session session, Caller caller, string unit)
    {
        if (unit == ResourceName.Wildcard)
        {
            return [.. (await ListAsync(session)).Where(caller.SeesUnit)];
        }

        return await IncludeVisibleAsync(session, unit, caller)
            ? [unit]
            : throw DomainException.NotFound("UNIT_NOT_FOUND", "unit", $"units/{unit}");
    }

    /// <summary>In whose names the logs are read; the register is asked first, because a log is only readable in some unit's name.</summary>
    public async Task<IReadOnlyCollection<string>> UnitsAsync(CancellationToken ct)
    {
        if (options.Units is null)
        {
            var registered = await RegisteredAsync(ct);
            await database.InTransactionAsync(transaction => AddAsync(transaction, registered), ct);
        }

        return await database.ReadAsync(ListAsync, ct);
    }

    /// <summary>A ward's also before they are in the register kept here: their logs hold their registration.</summary>
    public async Task<IReadOnlyCollection<string>> UnitsOfAsync(Caller caller, CancellationToken ct) =>
        caller.IsWard ? [.. caller.Units.Where(Serves)] : await database.ReadAsync(ListAsync, ct);

    /// <summary>A unit that is served only later finds what it missed in the logs: for it they are read from their beginning.</summary>
    public async Task<bool> SeeAsync(Session session, IEvent e)
    {
        if (e.Units() is not { Count: > 0 } concerned)
        {
            return true;
        }

        foreach (var unit in concerned)
        {
            if (await IncludeAsync(session, unit) || (IsNew(e) && Serves(unit)))
            {
                return true;
            }
        }

        return false;
    }

    static bool IsNew(IEvent e) => e is UnitRegistered { Kind: UnitKind.Ward or UnitKind.Commune };

    bool Serves(string unit) => options.Units?.Contains(unit) ?? !options.ExceptUnits.Contains(unit);

    /// <returns>How many were new.</returns>
    public static Task<int> AddAsync(Transaction transaction, IEnumerable<string> ids) =>
        transaction.ExecuteAsync("INSERT INTO units (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", ids.Select(id => new { id }));

    async Task<List<string>> RegisteredAsync(CancellationToken ct)
    {
        var register = new Pb.UnitService.UnitServiceClient(channels.To(EventCatalog.City));
        var token = await tokens.GetAsync(Roles.Ward, unit: null, ct);
        var request = new Pb.ListUnitsRequest { PageSize = 1000, Kinds = { Pb.Unit.Types.Kind.Ward, Pb.Unit.Types.Kind.Commune } };
        var ids = new List<string>();
        do
        {
            var page = await register.ListUnitsAsync(request, new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: ct);
            ids.AddRange(page.Units.Select(unit => unit.Name["units/".Length..]));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return ids;
    }
}

public sealed class UnitRegisteredHandler(CatchUp<WardDatabase> catchUp) : IEventHandler<UnitRegistered>
{
    public async Task HandleAsync(UnitRegistered e, Transaction transaction)
    {
        if (e.Kind is UnitKind.Ward or UnitKind.Commune)
        {
            if (await ServedUnits.AddAsync(transaction, [e.Id]) > 0)
            {
                // Work may have been given to it before it was known here.
                transaction.OnCommitted(catchUp.Wanted.Set);
            }
        }

        await Journal.AddAsync(transaction, e);
    }
}
