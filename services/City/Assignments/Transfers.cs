using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Assignments;

/// <summary>
/// Work goes from one unit to another only through the unit that gave it, never sideways: the lead asks, the assigner decides. What
/// was agreed about time stays as it was, whoever does the work.
/// </summary>
static class Transfers
{
    public static Transfer? PendingOf(AssignmentSnapshot assignment) =>
        assignment.Transfers.LastOrDefault() is { State: TransferState.Requested } pending ? pending : null;

    public static AssignmentSnapshot Ask(AssignmentSnapshot assignment, Assignee to, Ground ground, Act act)
    {
        if (to.Unit == assignment.Lead.Unit)
        {
            var errors = new FieldErrors();
            errors.Add("to.unit", "leads already");
            errors.ThrowIfAny();
        }

        if (PendingOf(assignment) is not null)
        {
            throw DomainException.Precondition("TRANSFER_PENDING", "A request to give the work to another unit waits for its decision already.");
        }

        var asked = new Transfer(
            assignment.Transfers.Count + 1, TransferState.Requested, act.Unit, to, ground, act.Note, act.At, act.Actor);
        return assignment with { Transfers = [.. assignment.Transfers, asked] };
    }

    public static AssignmentSnapshot Refuse(AssignmentSnapshot assignment, Transfer pending, Act act) =>
        Decided(assignment, pending, TransferState.Refused, act);

    /// <summary>The other unit begins anew, with a person of its own, and leaves off coordinating if it did.</summary>
    public static AssignmentSnapshot Grant(AssignmentSnapshot assignment, Transfer pending, Person responsible, Act act) =>
        Holders.Begin(
            Holders.End(Decided(assignment, pending, TransferState.Granted, act), HolderEnd.Transferred, pending.Reason, act.At, pending.Ground) with
            {
                Lead = pending.To,
                Coordinators = [.. assignment.Coordinators.Where(one => one.Assignee.Unit != pending.To.Unit)],
                ResponsiblePerson = responsible,
                IssuedAt = act.At,
                ProgressPercent = 0,
            }, act.At);

    static AssignmentSnapshot Decided(AssignmentSnapshot assignment, Transfer pending, TransferState state, Act act) => assignment with
    {
        Transfers =
        [
            .. assignment.Transfers.Take(assignment.Transfers.Count - 1),
            pending with { State = state, DecidedAt = act.At, DecidedBy = act.Actor, DecisionNote = act.Note },
        ],
    };
}

/// <summary>Who had the work, from when to when, and why it left.</summary>
static class Holders
{
    public static AssignmentSnapshot Begin(AssignmentSnapshot assignment, DateTimeOffset at) => assignment with
    {
        Holders = [.. assignment.Holders, new Holder(assignment.Lead, assignment.ResponsiblePerson, at)],
    };

    /// <summary>Nothing changes if it had ended before, as by a return.</summary>
    public static AssignmentSnapshot End(
        AssignmentSnapshot assignment, HolderEnd end, string reason, DateTimeOffset at, Ground? ground = null) =>
        assignment.Holders is not [.., { EndedAt: null } holder] ? assignment : assignment with
        {
            Holders =
            [
                .. assignment.Holders.Take(assignment.Holders.Count - 1),
                holder with { EndedAt = at, End = end, Ground = ground, Reason = reason, ProgressPercent = assignment.ProgressPercent },
            ],
        };
}

static class GroundText
{
    /// <summary>For the history, which people read.</summary>
    public static string Of(Ground ground) => ground.Kind switch
    {
        GroundKind.LegalBasis => $"{ground.Article} {ground.Document}",
        GroundKind.WrongCompetence => "Không đúng thẩm quyền",
        GroundKind.UnitDissolved => "Đơn vị không còn",
        GroundKind.Duplicate => "Trùng nhiệm vụ",
        _ => "Lý do khác",
    };
}
