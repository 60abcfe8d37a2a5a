using System.Globalization;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Monitoring.Ladders;
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
using Pb = CanThoGov.Protos.Monitoring.V1;

namespace CanThoGov.Monitoring.Reminders;

[Authorize]
public sealed class ReminderGrpcService(MonitoringDatabase database, ReminderStore reminders, BusinessClock<MonitoringDatabase> clock)
    : Pb.ReminderService.ReminderServiceBase
{
    const int MaxText = 2000;

    public override async Task<Pb.ListRemindersResponse> ListReminders(Pb.ListRemindersRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ResourceName.Parse("deadlines", request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "reminders", request.Parent);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : long.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
        {
            var deadline = await GetVisibleAsync(session, id, request.Parent, context);
            return await reminders.ListAsync(session, deadline.AssignmentId, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListRemindersResponse
        {
            Reminders = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Number.ToString(CultureInfo.InvariantCulture), "reminders", request.Parent)
                : "",
        };
    }

    [Authorize(Roles = Roles.City + "," + Roles.Supervisor)]
    public override Task<Pb.Reminder> CreateReminder(Pb.CreateReminderRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ResourceName.Parse("deadlines", request.Parent, errors, "parent");
        var requested = request.Reminder ?? new Pb.Reminder();
        errors.Required("reminder.text", requested.Text, MaxText);
        LadderGrpcService.Told("reminder.told", requested.Told, errors);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context,
            transaction => GetVisibleAsync(transaction, id, request.Parent, context),
            async (transaction, deadline) =>
            {
                if (!deadline.IsOpen)
                {
                    throw DomainException.Precondition("ASSIGNMENT_CLOSED", "There is no open work with a due time: nobody can be urged on.")
                        .Violating(request.Parent, "is not open");
                }

                return ToProto(await reminders.AddAsync(
                    transaction, deadline, [.. requested.Told.Select(one => (Recipient)one)], requested.Text, Caller.Of(context).Subject, clock.Now));
            });
    }

    async Task<RemindedDeadline> GetVisibleAsync(Session session, string id, string name, ServerCallContext context) =>
        Guid.TryParse(id, out var assignment) && await reminders.FindDeadlineAsync(session, assignment) is { } deadline
        && Caller.Of(context).SeesUnit(deadline.LeadUnit)
            ? deadline
            : throw DomainException.NotFound("DEADLINE_NOT_FOUND", "deadline", name);

    static Pb.Reminder ToProto(StoredReminder reminder)
    {
        var proto = new Pb.Reminder
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"deadlines/{reminder.AssignmentId}/reminders/{reminder.Number}"),
            Told = { reminder.Recipients().Select(one => (Pb.Rung.Types.Recipient)one) },
            Text = reminder.Text,
            IssuedBy = reminder.IssuedBy,
            Revision = reminder.Revision,
            DueTime = reminder.DueAt.ToProto(),
            FireTime = Timestamp.FromDateTimeOffset(reminder.FireAt),
            IssueTime = Timestamp.FromDateTimeOffset(reminder.IssuedAt),
            Late = reminder.Late,
        };
        if (reminder.Rung is { } rung)
        {
            proto.WorkingDays = rung;
        }

        return proto;
    }
}
