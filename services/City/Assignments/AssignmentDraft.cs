using System.Globalization;
using System.Text.RegularExpressions;
using CanThoGov.Calendar;
using CanThoGov.City.Documents;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

/// <summary>Reads a draft from a request, naming everything that is wrong with it at once.</summary>
static partial class AssignmentDraft
{
    public const int MaxCoordinators = 200, MaxDeciders = 20;

    /// <param name="caller">Gives the work in the name of a unit of its own.</param>
    public static AssignmentSnapshot Parse(Pb.CreateAssignmentRequest request, Caller caller, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var draft = request.Assignment ?? new Pb.Assignment();
        errors.RequestId(request.RequestId);
        errors.Required("assignment.title", draft.Title, 500);
        errors.Optional("assignment.content", draft.Content, 8000);
        errors.Optional("assignment.responsibility", draft.Responsibility, 2000);
        errors.Optional("assignment.expected_result", draft.ExpectedResult, 2000);
        errors.Optional("assignment.authority", draft.Authority, 2000);
        errors.Optional("assignment.portfolio_field", draft.PortfolioField, 200);
        var document = DocumentName.Parse(draft.Document, errors, "assignment.document");
        Guid? provision = null;
        if (draft.Provision.Length > 0)
        {
            (var parent, provision) = DocumentName.ParseProvision(draft.Provision, errors, "assignment.provision");
            if (parent != document)
            {
                errors.Add("assignment.provision", "must be a provision of the document");
            }
        }

        Guid? cascadedFrom = draft.Parent.Length > 0 ? AssignmentName.Parse(draft.Parent, errors, "assignment.parent") : null;
        var lead = ParseAssignee(draft.Lead, errors, "assignment.lead");
        errors.Range("assignment.coordinators", draft.Coordinators.Count, 0, MaxCoordinators);
        var coordinators = draft.Coordinators.Select((one, i) =>
        {
            var field = $"assignment.coordinators[{i}]";
            errors.Optional($"{field}.part", one.Part, 1000);
            errors.Optional($"{field}.due_reason", one.DueReason, 500);
            var date = errors.Date($"{field}.due_date", one.DueDate, required: false);
            return new Coordinator(
                ParseAssignee(one.Assignee, errors, $"{field}.assignee"), one.Part, null,
                ParseOptionalPerson(one.ResponsiblePerson, errors, $"{field}.responsible_person"),
                date is { } due ? new(LocalTime.At(due, LocalTime.EndOfBusiness), one.DueReason.Trim()) : null);
        }).ToArray();
        if (coordinators.Select(one => one.Assignee).Append(lead).GroupBy(one => one).Any(group => group.Count() > 1))
        {
            errors.Add("assignment.coordinators", "must name each unit once, and not the lead");
        }

        var criteria = draft.CriteriaSet == Pb.Assignment.Types.CriteriaSet.Unspecified ? CriteriaSet.FiveClear : (CriteriaSet)draft.CriteriaSet;
        if (!Enum.IsDefined(criteria))
        {
            errors.Add("assignment.criteria_set", "is none of the known sets");
        }

        errors.Enum("assignment.field", draft.Field, required: false);
        var person = ParsePerson(draft.ResponsiblePerson, errors, "assignment.responsible_person");
        var head = ParsePerson(draft.AccountableHead, errors, "assignment.accountable_head");
        var deadline = ParseDeadline(draft.Deadline, errors);
        var assigner = caller.RequireUnit(draft.Assigner, errors, "assignment.assigner");
        errors.Range("assignment.extension_deciders", draft.ExtensionDeciders.Count, 0, MaxDeciders);
        string[] deciders = [.. draft.ExtensionDeciders.Select((unit, i) =>
            ResourceName.Parse("units", unit, errors, $"assignment.extension_deciders[{i}]")).Distinct()];
        errors.ThrowIfAny();
        return new AssignmentSnapshot(
            Guid.CreateVersion7(), AssignmentState.Draft, draft.Title, draft.Content, document, provision, cascadedFrom, lead, coordinators,
            person, draft.Responsibility, draft.ExpectedResult, draft.Authority, criteria, deadline, head, draft.Illustrative,
            ProgressPercent: 0, Extensions: [], Obstacles: [], Submissions: [], Returns: [], CreatedAt: now, IssuedAt: null, CompletedAt: null)
        {
            Assigner = assigner,
            ExtensionDeciders = deciders,
            Field = (FieldOfWork)draft.Field,
            PortfolioField = draft.PortfolioField.Trim(),
        };
    }

    public static Person ParsePerson(Pb.Person? person, FieldErrors errors, string field)
    {
        errors.Optional($"{field}.display_name", person?.DisplayName, 200);
        errors.Optional($"{field}.role", person?.Role, 200);
        return new Person(person?.DisplayName ?? "", person?.Role ?? "");
    }

    /// <returns>Null if nobody was named.</returns>
    public static Person? ParseOptionalPerson(Pb.Person? person, FieldErrors errors, string field) =>
        ParsePerson(person, errors, field) is var named && !(string.IsNullOrWhiteSpace(named.DisplayName) && string.IsNullOrWhiteSpace(named.Role))
            ? named
            : null;

    public static Assignee ParseAssignee(Pb.Assignee? assignee, FieldErrors errors, string field)
    {
        var organ = (Organ)(assignee?.Organ ?? 0);
        if (!Enum.IsDefined(organ))
        {
            errors.Add($"{field}.organ", "is none of the known organs");
        }

        return new Assignee(ResourceName.Parse("units", assignee?.Unit ?? "", errors, $"{field}.unit"), organ);
    }

    static Deadline ParseDeadline(Pb.Deadline? deadline, FieldErrors errors)
    {
        deadline ??= new Pb.Deadline();
        var kind = (DeadlineKind)deadline.Kind;
        if (!Enum.IsDefined(kind))
        {
            errors.Add("assignment.deadline.kind", "is required");
        }

        errors.Optional("assignment.deadline.words", deadline.Words, 500);
        var date = errors.Date("assignment.deadline.date", deadline.Date, required: kind == DeadlineKind.FixedDate);
        if (date is not null && kind != DeadlineKind.FixedDate)
        {
            errors.Add("assignment.deadline.date", "is for KIND_FIXED_DATE; a working deadline is set with SetWorkingDeadline");
        }

        if (kind == DeadlineKind.WorkingDays)
        {
            errors.Range("assignment.deadline.working_days", deadline.WorkingDays, 1, 1000);
        }
        else if (deadline.WorkingDays != 0)
        {
            errors.Add("assignment.deadline.working_days", "is for KIND_WORKING_DAYS");
        }

        if (kind == DeadlineKind.CalendarDays)
        {
            errors.Range("assignment.deadline.calendar_days", deadline.CalendarDays, 1, 1000);
        }
        else if (deadline.CalendarDays != 0)
        {
            errors.Add("assignment.deadline.calendar_days", "is for KIND_CALENDAR_DAYS");
        }

        if (kind == DeadlineKind.Period && !Quarter().IsMatch(deadline.Period))
        {
            errors.Add("assignment.deadline.period", "must be a quarter YYYY-Qn");
        }
        else if (kind != DeadlineKind.Period && deadline.Period.Length > 0)
        {
            errors.Add("assignment.deadline.period", "is for KIND_PERIOD");
        }

        errors.Enum("assignment.deadline.recurrence", deadline.Recurrence, required: false);
        errors.Range("assignment.deadline.recurrence_day", deadline.RecurrenceDay, 0, 31);
        if (kind != DeadlineKind.Periodic && deadline.Recurrence != Pb.Deadline.Types.Recurrence.Unspecified)
        {
            errors.Add("assignment.deadline.recurrence", "is for KIND_PERIODIC");
        }
        else if (deadline.Recurrence == Pb.Deadline.Types.Recurrence.Unspecified && deadline.RecurrenceDay != 0)
        {
            errors.Add("assignment.deadline.recurrence_day", "is for a duty with a recurrence");
        }

        return new Deadline(
            kind, deadline.Words, date, deadline.WorkingDays, deadline.Period, CalendarDays: deadline.CalendarDays,
            Recurrence: (Recurrence)deadline.Recurrence, RecurrenceDay: deadline.RecurrenceDay);
    }

    [GeneratedRegex("^20[0-9]{2}-Q[1-4]$", RegexOptions.CultureInvariant)]
    private static partial Regex Quarter();
}

/// <summary>Reads <c>assignments/{assignment}</c>.</summary>
static class AssignmentName
{
    public static Guid Parse(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse("assignments", name, errors, field), errors, field);

    public static DomainException NotFound(string id) =>
        DomainException.NotFound("ASSIGNMENT_NOT_FOUND", "assignment", string.Create(CultureInfo.InvariantCulture, $"assignments/{id}"));
}
