using System.Globalization;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using Grpc.Core;

namespace CanThoGov.City.Obstacles;

/// <summary>Whom an obstacle was given to.</summary>
/// <param name="Unit">Id of the unit that must answer.</param>
/// <param name="DueAt">By when.</param>
public sealed record ObstacleRoute(string Unit, ObstacleLevel Level, DateTimeOffset? DueAt, bool WithinOwnCompetence = false);

/// <summary>What a unit says about what stands in its way.</summary>
/// <param name="Words">The field in its own words.</param>
public sealed record RaisedObstacle(
    string Words, ObstacleRoute Route, FieldOfWork Field = FieldOfWork.Unspecified, string WorkItem = "", string Provision = "");

/// <summary>
/// What may be done to the obstacles of an assignment: each either refuses or gives the assignment as it then is. The lifecycle never changes
/// by it, and an obstacle outlives the work: whatever becomes of that, it is closed by the unit that raised it.
/// </summary>
public static class ObstacleRules
{
    public static AssignmentSnapshot Raise(AssignmentSnapshot assignment, RaisedObstacle raised, Act act) => assignment with
    {
        Obstacles =
        [
            .. assignment.Obstacles,
            new(
                assignment.Obstacles.Count + 1, ObstacleState.Open, raised.Words, act.Note, act.At, act.Actor, FieldOfWork: raised.Field, Unit: act.Unit,
                AnsweringUnit: raised.Route.Unit, Level: raised.Route.Level, DueAt: raised.Route.DueAt,
                WithinOwnCompetence: raised.Route.WithinOwnCompetence, WorkItem: raised.WorkItem, Provision: raised.Provision),
        ],
    };

    /// <summary>Beyond the unit's competence: the clock of the assignment stands still while it waits for somebody else.</summary>
    public static AssignmentSnapshot Accept(AssignmentSnapshot assignment, int number, string waitsFor, Act act)
    {
        RequireAnswering(assignment, number, act);
        var obstacle = Find(assignment, number);
        if (obstacle.State != ObstacleState.Open)
        {
            throw NotOpen(obstacle);
        }

        var pause = new Pause(assignment.Pauses.Count + 1, number, waitsFor, act.Note, act.At, act.Actor);
        return With(assignment, obstacle with { State = ObstacleState.Accepted }) with
        {
            Pauses = assignment.Deadline.DueAt is null || assignment.OpenPause() is not null ? assignment.Pauses : [.. assignment.Pauses, pause],
        };
    }

    /// <summary>Issued again after a return: the clock stands still at once if the answer to what was accepted before is still to come.</summary>
    public static AssignmentSnapshot StandStillAgain(AssignmentSnapshot assignment, Act act)
    {
        if (assignment.Pauses.Count == 0 || assignment.Obstacles.FirstOrDefault(one => one.State == ObstacleState.Accepted) is not { } waiting)
        {
            return assignment;
        }

        // One pause may have stood for several of them.
        var before = assignment.Pauses.LastOrDefault(pause => pause.ObstacleNumber == waiting.Number) ?? assignment.Pauses[^1];
        return assignment with
        {
            Pauses = [.. assignment.Pauses, new(assignment.Pauses.Count + 1, waiting.Number, before.WaitsFor, before.Reason, act.At, act.Actor)],
        };
    }

    /// <summary>It waits for the unit that raised it. A clock that stood still for it runs on, unless it stands for another one.</summary>
    public static AssignmentSnapshot Answer(AssignmentSnapshot assignment, int number, Schedule schedule, Act act)
    {
        RequireAnswering(assignment, number, act);
        var answered = With(assignment, Waiting(assignment, number) with
        {
            State = ObstacleState.Answered,
            Answer = act.Note,
            AnsweredAt = act.At,
            AnsweredBy = act.Actor,
            DueAt = null,
        });
        return answered.Obstacles.Any(one => one.State == ObstacleState.Accepted) ? answered : schedule.RunOn(answered, act.At, act);
    }

    public static AssignmentSnapshot Reroute(AssignmentSnapshot assignment, int number, ObstacleRoute route) =>
        With(assignment, Waiting(assignment, number) with { AnsweringUnit = route.Unit, Level = route.Level, DueAt = route.DueAt });

    /// <param name="route">To the city office.</param>
    public static AssignmentSnapshot Escalate(AssignmentSnapshot assignment, int number, ObstacleRoute route, Act act)
    {
        RequireAnswering(assignment, number, act);
        var obstacle = Waiting(assignment, number);
        return obstacle.Level == ObstacleLevel.Unit
            ? Reroute(assignment, number, route)
            : throw DomainException.Precondition("OBSTACLE_ESCALATED", "The city office has the obstacle already.").With("level", obstacle.Level);
    }

    /// <param name="followUpAt">By when the city office must have followed it up.</param>
    public static AssignmentSnapshot Propose(AssignmentSnapshot assignment, int number, CentreProposal proposal, DateTimeOffset followUpAt)
    {
        var obstacle = Waiting(assignment, number);
        return obstacle.Level == ObstacleLevel.Unit
            ? throw DomainException.Precondition("OBSTACLE_NOT_ESCALATED",
                "Only what the city office has is proposed to the centre: escalate it first.")
                .With("answering_unit", $"units/{obstacle.AnsweringUnit}")
            : With(assignment, obstacle with { Level = ObstacleLevel.Centre, Proposal = proposal, DueAt = followUpAt });
    }

    public static AssignmentSnapshot Confirm(AssignmentSnapshot assignment, int number, Act act) =>
        With(assignment, AnsweredTo(assignment, number, act) with { State = ObstacleState.Resolved, ResolvedAt = act.At, ResolvedBy = act.Actor });

    /// <summary>
    /// It is open again, with the unit that answered. The clock of the assignment runs on: a unit cannot stop its own clock, so it stands still
    /// again only from when the city accepts the obstacle once more.
    /// </summary>
    public static AssignmentSnapshot Reopen(AssignmentSnapshot assignment, int number, DateTimeOffset dueAt, Act act)
    {
        var obstacle = AnsweredTo(assignment, number, act);
        return assignment.State is AssignmentState.Completed or AssignmentState.Cancelled
            ? throw DomainException.Precondition("ASSIGNMENT_CLOSED",
                $"The assignment is {assignment.State}; what stands in the way of ended work is not opened again.")
                .With("state", assignment.State)
            : With(assignment, obstacle with { State = ObstacleState.Open, DueAt = dueAt, ReopenCount = obstacle.ReopenCount + 1 });
    }

    /// <summary>The unit that must answer, the one that gave the work, and the city office deal with an obstacle; other departments do not.</summary>
    static void RequireAnswering(AssignmentSnapshot assignment, int number, Act act)
    {
        var obstacle = Find(assignment, number);
        if (act.ActorRole != Roles.CityOffice && !act.Units.Contains(obstacle.AnsweringUnit) && !act.Units.Contains(assignment.Assigner))
        {
            throw new DomainException(StatusCode.PermissionDenied, "NOT_ANSWERING_UNIT",
                $"It is for units/{obstacle.AnsweringUnit}, the unit that gave the work, or the city office.")
                .With("answering_unit", $"units/{obstacle.AnsweringUnit}");
        }
    }

    /// <exception cref="DomainException">OBSTACLE_NOT_FOUND.</exception>
    public static Obstacle Find(AssignmentSnapshot assignment, int number) =>
        assignment.Obstacles.FirstOrDefault(one => one.Number == number)
        ?? throw DomainException.NotFound("OBSTACLE_NOT_FOUND", "obstacle", number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Id of the unit that raised it; of one without, the lead.</summary>
    public static string RaisedBy(AssignmentSnapshot assignment, Obstacle obstacle) => obstacle.Unit.Length > 0 ? obstacle.Unit : assignment.Lead.Unit;

    static Obstacle Waiting(AssignmentSnapshot assignment, int number)
    {
        var obstacle = Find(assignment, number);
        return obstacle.WaitsForAnswer() ? obstacle : throw NotOpen(obstacle);
    }

    static Obstacle AnsweredTo(AssignmentSnapshot assignment, int number, Act act)
    {
        var obstacle = Find(assignment, number);
        if (RaisedBy(assignment, obstacle) is var raisedBy && raisedBy != act.Unit)
        {
            throw new DomainException(StatusCode.PermissionDenied, "NOT_RAISING_UNIT", "Only the unit that raised it says whether it is resolved.")
                .With("unit", act.Unit).With("raising_unit", raisedBy);
        }

        return obstacle.State == ObstacleState.Answered
            ? obstacle
            : throw DomainException.Precondition("OBSTACLE_NOT_ANSWERED", $"The obstacle is {obstacle.State}; no answer waits for the unit.")
                .With("number", number).With("state", obstacle.State);
    }

    static AssignmentSnapshot With(AssignmentSnapshot assignment, Obstacle changed) => assignment with
    {
        Obstacles = [.. assignment.Obstacles.Select(one => one.Number == changed.Number ? changed : one)],
    };

    static DomainException NotOpen(Obstacle obstacle) =>
        DomainException.Precondition("OBSTACLE_NOT_OPEN", $"The obstacle is {obstacle.State}.")
            .With("number", obstacle.Number).With("state", obstacle.State);
}
