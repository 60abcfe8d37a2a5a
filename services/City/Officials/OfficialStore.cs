using CanThoGov.City.Units;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Officials;

/// <summary>What a list of officials is narrowed to; null means all.</summary>
/// <param name="Seen">A ward's units: only posts in these, and heads.</param>
public sealed record OfficialFilter(string? Unit, DateOnly? Date, bool HeadsOnly, string[]? Seen);

public sealed class OfficialStore(UnitStore units)
{
    const string Columns = "id, display_name, illustrative, created_at";

    const string AppointmentColumns =
        "a.id, a.official_id, o.display_name, a.unit, a.organ, a.role, a.is_head, a.valid_from, a.valid_to, a.version";

    const string Appointments = $"SELECT {AppointmentColumns} FROM appointments a JOIN officials o ON o.id = a.official_id";

    public async Task<Official> GetAsync(Session session, Guid id) =>
        await session.FindAsync<Official>($"SELECT {Columns} FROM officials WHERE id = @id", new { id }) ?? throw NotFound(id);

    /// <summary>In the order in which they were registered, after <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<Official>> ListAsync(Session session, OfficialFilter filter, Guid after, int limit)
    {
        var conditions = new List<string>();
        if (filter.Unit is not null)
        {
            conditions.Add("a.unit = @Unit");
        }

        if (filter.Date is not null)
        {
            conditions.Add("a.valid_from <= @Date AND (a.valid_to IS NULL OR a.valid_to > @Date)");
        }

        if (filter.HeadsOnly)
        {
            conditions.Add("a.is_head");
        }

        if (filter.Seen is not null)
        {
            conditions.Add(Seen(session));
        }

        return session.ListAsync<Official>(
            $"""
            SELECT {Columns} FROM officials o
            WHERE id > @after {(conditions.Count == 0
                ? ""
                : $"AND EXISTS (SELECT 1 FROM appointments a WHERE a.official_id = o.id AND {string.Join(" AND ", conditions)})")}
            ORDER BY id LIMIT @limit
            """, new { filter.Unit, filter.Date, seen = filter.Seen, after, limit });
    }

    public Task AddAsync(Transaction transaction, Official official) => transaction.ExecuteAsync(
        $"INSERT INTO officials ({Columns}) VALUES (@Id, @DisplayName, @Illustrative, @CreatedAt)", official);

    /// <summary>Oldest first.</summary>
    /// <param name="seen">A ward's units: only posts in these, and heads; null for all.</param>
    public Task<IReadOnlyList<Appointment>> ListAppointmentsAsync(Session session, IEnumerable<Guid> officials, string[]? seen) =>
        session.ListAsync<Appointment>(
            $"""
            {Appointments} WHERE {session.Dialect.In("a.official_id", "@ids")} {(seen is null ? "" : "AND " + Seen(session))}
            ORDER BY a.valid_from, a.id
            """, new { ids = session.Dialect.Ids(officials), seen });

    public async Task<Appointment> GetAppointmentAsync(Session session, Guid official, Guid id) =>
        await session.FindAsync<Appointment>($"{Appointments} WHERE a.id = @id AND a.official_id = @official", new { id, official })
        ?? throw DomainException.NotFound("APPOINTMENT_NOT_FOUND", "appointment", $"officials/{official}/appointments/{id}");

    public Task<IReadOnlyList<Appointment>> ListAppointmentsAsync(Session session, IEnumerable<Guid> ids) =>
        session.ListAsync<Appointment>($"{Appointments} WHERE {session.Dialect.In("a.id", "@ids")}", new { ids = session.Dialect.Ids(ids) });

    /// <summary>
    /// The heads of a unit, which is held until the end of the transaction: who issues to it meanwhile waits, so that no assignment is issued
    /// under a head who is being replaced, and missed.
    /// </summary>
    public async Task<Headships> HoldHeadsAsync(Transaction transaction, string unit)
    {
        await units.HoldAsync(transaction, unit);
        return await HeadsAsync(transaction, unit);
    }

    public async Task<Headships> HeadsAsync(Session session, string unit) =>
        new(await session.ListAsync<Appointment>($"{Appointments} WHERE a.unit = @unit AND a.is_head", new { unit }));

    public Task AddAppointmentAsync(Transaction transaction, Appointment appointment) => transaction.ExecuteAsync(
        """
        INSERT INTO appointments (id, official_id, unit, organ, role, is_head, valid_from, valid_to, version)
        VALUES (@Id, @OfficialId, @Unit, @organ, @Role, @IsHead, @ValidFrom, @ValidTo, @Version)
        """,
        new
        {
            appointment.Id,
            appointment.OfficialId,
            appointment.Unit,
            organ = appointment.Organ.ToString(),
            appointment.Role,
            appointment.IsHead,
            appointment.ValidFrom,
            appointment.ValidTo,
            appointment.Version,
        });

    /// <summary>Saves the end of an appointment.</summary>
    /// <exception cref="DomainException">APPOINTMENT_CHANGED.</exception>
    public async Task EndAppointmentAsync(Transaction transaction, Appointment appointment)
    {
        var updated = await transaction.ExecuteAsync(
            "UPDATE appointments SET valid_to = @ValidTo, version = @Version WHERE id = @Id AND version = @Version - 1",
            new { appointment.ValidTo, appointment.Version, appointment.Id });
        if (updated == 0)
        {
            throw Changed();
        }
    }

    public Task AddHandoverAsync(Transaction transaction, Handover handover) => transaction.ExecuteAsync(
        """
        INSERT INTO handovers (id, unit, organ, from_id, to_id, date, note, assignment_count, created_at, created_by)
        VALUES (@Id, @Unit, @organ, @FromId, @ToId, @Date, @Note, @AssignmentCount, @CreatedAt, @CreatedBy)
        """,
        new
        {
            handover.Id,
            handover.Unit,
            organ = handover.Organ.ToString(),
            handover.FromId,
            handover.ToId,
            handover.Date,
            handover.Note,
            handover.AssignmentCount,
            handover.CreatedAt,
            handover.CreatedBy,
        });

    /// <summary>Latest first, before <paramref name="before"/>.</summary>
    public Task<IReadOnlyList<Handover>> ListHandoversAsync(Session session, string unit, Guid? before, int limit) =>
        session.ListAsync<Handover>(
            $"""
            SELECT id, unit, organ, from_id, to_id, date, note, assignment_count, created_at, created_by FROM handovers
            WHERE unit = @unit {(before is null ? "" : "AND id < @before")} ORDER BY id DESC LIMIT @limit
            """, new { unit, before, limit });

    public static DomainException NotFound(Guid id) => DomainException.NotFound("OFFICIAL_NOT_FOUND", "official", $"officials/{id}");

    public static DomainException Changed() =>
        DomainException.Changed("APPOINTMENT_CHANGED", "The appointment changed meanwhile. Read it again, then decide.");

    static string Seen(Session session) => $"(a.is_head OR {session.Dialect.In("a.unit", "@seen")})";
}
