using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
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

namespace CanThoGov.City.Calendars;

[Authorize]
public sealed class CalendarGrpcService(
    CityDatabase database, CalendarStore calendars, AssignmentStore assignments, DueTimeReprojection reprojection,
    BusinessClock<CityDatabase> clock) : Pb.CalendarService.CalendarServiceBase
{
    const int ShownMoves = 1000, PageOfOpen = 500;

    public override async Task<Pb.Calendar> GetCalendar(Pb.GetCalendarRequest request, ServerCallContext context)
    {
        var number = ParseName(request.Name, "name");
        return await database.ReadAsync(async session =>
        {
            var inForce = (await calendars.CurrentAsync(session)).Number;
            return ToProto(await calendars.GetAsync(session, number ?? inForce), inForce);
        }, context.CancellationToken);
    }

    public override async Task<Pb.ListCalendarsResponse> ListCalendars(Pb.ListCalendarsRequest request, ServerCallContext context)
    {
        var page = Paging.Parse(request.PageSize, request.PageToken, "calendars");
        var before = page.After is null ? long.MaxValue : long.Parse(page.After, CultureInfo.InvariantCulture);
        return await database.ReadAsync(async session =>
        {
            var inForce = (await calendars.CurrentAsync(session)).Number;
            var found = await calendars.ListAsync(session, before, page.Size + 1);
            return new Pb.ListCalendarsResponse
            {
                Calendars = { found.Take(page.Size).Select(calendar => ToProto(calendar, inForce)) },
                NextPageToken = found.Count > page.Size ? Paging.Token(Text(found[page.Size - 1].Calendar.Number), "calendars") : "",
            };
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override async Task<Pb.PreviewCalendarResponse> PreviewCalendar(Pb.PreviewCalendarRequest request, ServerCallContext context)
    {
        var draft = CalendarDraft.Parse(request.Calendar, new FieldErrors());
        return await database.ReadAsync(async session =>
        {
            RequireAsLong(draft, await calendars.CurrentAsync(session));
            return await PreviewAsync(session, draft);
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Calendar> PublishCalendar(Pb.PublishCalendarRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var draft = CalendarDraft.Parse(request.Calendar, errors);
        return database.MutateAsync(request, context, transaction => calendars.CurrentAsync(transaction), async (transaction, current) =>
        {
            RequireAsLong(draft, current);
            var published = await calendars.TryPublishAsync(transaction, draft, Caller.Of(context).Subject, transaction.RealNow)
                ?? throw DomainException.Exists(
                    "CALENDAR_EXISTS", $"There is a calendar '{draft.Version}', or another one was published just now. Versions are never used again.",
                    "calendar", draft.Version);
            transaction.OnCommitted(reprojection.Wanted.Set);
            return ToProto(published, published.Calendar.Number);
        });
    }

    [Authorize(Roles = Roles.AllButWard)]
    public override async Task<Pb.ListDueTimeMovesResponse> ListDueTimeMoves(Pb.ListDueTimeMovesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var number = ParseName(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "moves", request.Parent);
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        return await database.ReadAsync(async session =>
        {
            var inForce = (await calendars.CurrentAsync(session)).Number;
            await calendars.GetAsync(session, number ?? inForce);
            var found = await calendars.ListMovesAsync(session, number ?? inForce, after, page.Size + 1);
            var moves = new List<DueTimeMove>();
            foreach (var move in found.Take(page.Size))
            {
                var assignment = (await assignments.FindAsync(session, move.AssignmentId))!.Snapshot;
                moves.Add(move with { Title = assignment.Title, LeadUnit = assignment.Lead.Unit });
            }

            return new Pb.ListDueTimeMovesResponse
            {
                Moves = { moves.Select(ToProto) },
                NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].AssignmentId.ToString(), "moves", request.Parent) : "",
                OpenCount = await assignments.CountOutdatedAsync(session, inForce),
            };
        }, context.CancellationToken);
    }

    async Task<Pb.PreviewCalendarResponse> PreviewAsync(Session session, WorkingCalendar draft)
    {
        var response = new Pb.PreviewCalendarResponse();
        var schedule = new Schedule(new(long.MaxValue, draft));
        var now = clock.Now;
        var after = Guid.Empty;
        while (await assignments.ListOpenAsync(session, after, PageOfOpen) is { Count: > 0 } page)
        {
            foreach (var snapshot in page.Select(assignment => assignment.Snapshot))
            {
                response.OpenCount++;
                try
                {
                    Add(response, snapshot, schedule.Reckon(snapshot, now).DueAt!.Value);
                }
                catch (DomainException e)
                {
                    // As when it is published: one that cannot be reckoned does not hold up the others.
                    AddKept(response, snapshot, e.Message);
                }
            }

            after = page[^1].Snapshot.Id;
        }

        return response;
    }

    static void Add(Pb.PreviewCalendarResponse response, AssignmentSnapshot assignment, DateTimeOffset to)
    {
        var from = assignment.Deadline.DueAt!.Value;
        response.MovedCount += from == to ? 0 : 1;
        if (from != to && response.Moves.Count < ShownMoves)
        {
            response.Moves.Add(ToProto(new DueTimeMove(assignment.Id, from, to) { Title = assignment.Title, LeadUnit = assignment.Lead.Unit }));
        }
    }

    static void AddKept(Pb.PreviewCalendarResponse response, AssignmentSnapshot assignment, string reason)
    {
        response.KeptCount++;
        if (response.Kept.Count < ShownMoves)
        {
            response.Kept.Add(new Pb.KeptDueTime
            {
                Assignment = $"assignments/{assignment.Id}",
                Title = assignment.Title,
                LeadUnit = $"units/{assignment.Lead.Unit}",
                DueTime = assignment.Deadline.DueAt.ToProto(),
                Reason = reason,
            });
        }
    }

    // Deadlines were given by what the calendar knew; none may fall out of it.
    static void RequireAsLong(WorkingCalendar draft, NumberedCalendar current)
    {
        if (draft.FirstYear > current.Days.FirstYear || draft.LastYear < current.Days.LastYear)
        {
            throw DomainException.Precondition("CALENDAR_TOO_SHORT",
                $"The calendar in force knows {current.Days.FirstYear} to {current.Days.LastYear}; a new one must know these years too.")
                .With("first_year", current.Days.FirstYear).With("last_year", current.Days.LastYear);
        }
    }

    static long? ParseName(string name, string field)
    {
        var errors = new FieldErrors();
        var number = ParseName(name, errors, field);
        errors.ThrowIfAny();
        return number;
    }

    /// <returns>Null for the one in force.</returns>
    static long? ParseName(string name, FieldErrors errors, string field)
    {
        var id = ResourceName.Parse("calendars", name, errors, field, wildcard: true);
        // An id that is no number is the name of no calendar.
        return id == ResourceName.Wildcard ? null : long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    static Pb.Calendar ToProto(StoredCalendar stored, long inForce)
    {
        var calendar = stored.Calendar.Days;
        return new Pb.Calendar
        {
            Name = $"calendars/{Text(stored.Calendar.Number)}",
            Version = calendar.Version,
            FirstYear = calendar.FirstYear,
            LastYear = calendar.LastYear,
            Days =
            {
                calendar.Days.Select(day => new Pb.CalendarDay
                {
                    Date = AssignmentProto.ToProto((DateOnly?)day.Date),
                    Worked = day.Effect == DayEffect.Work,
                    Kind = day.Kind,
                    DisplayName = day.NameVi,
                    DisplayNameEn = day.NameEn,
                    Basis = day.Basis,
                }),
            },
            Hours =
            {
                calendar.Hours.Spells.Select(spell => new Pb.WorkingSpell
                {
                    From = spell.From.ToString("HH:mm", CultureInfo.InvariantCulture),
                    To = spell.To.ToString("HH:mm", CultureInfo.InvariantCulture),
                }),
            },
            InForce = stored.Calendar.Number == inForce,
            CreateTime = Timestamp.FromDateTimeOffset(stored.CreatedAt),
            PublishedBy = stored.PublishedBy,
        };
    }

    static Pb.DueTimeMove ToProto(DueTimeMove move) => new()
    {
        Assignment = $"assignments/{move.AssignmentId}",
        Title = move.Title,
        LeadUnit = $"units/{move.LeadUnit}",
        FromTime = Timestamp.FromDateTimeOffset(move.FromAt),
        ToTime = Timestamp.FromDateTimeOffset(move.ToAt),
    };

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
