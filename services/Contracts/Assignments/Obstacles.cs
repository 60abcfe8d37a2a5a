using CanThoGov.Contracts.Competences;

namespace CanThoGov.Contracts.Assignments;

/// <summary>See <c>canthogov.city.v1.Obstacle.State</c>.</summary>
public enum ObstacleState { Open = 1, Answered, Accepted, Resolved }

/// <summary>How far up an obstacle has gone; see <c>canthogov.city.v1.ObstacleLevel</c>.</summary>
public enum ObstacleLevel { Unit = 1, City, Centre }

/// <param name="Addressee">The body of the centre, as printed.</param>
/// <param name="DocumentText">The document with which it was proposed, as printed.</param>
public sealed record CentreProposal(string Addressee, Guid? DocumentId, string DocumentText, DateOnly Date);

/// <param name="Field">What it is about, in the unit's own words.</param>
/// <param name="Unit">Id of the unit that raised it, and that alone can say that it is resolved.</param>
/// <param name="AnsweringUnit">Id of the unit that must answer, or that answered.</param>
/// <param name="DueAt">By when it must be answered; null while nothing waits for an answer.</param>
/// <param name="WithinOwnCompetence">The unit that raised it holds a competence in the field itself.</param>
/// <param name="WorkItem">Of the unit's own system: what it stands in the way of.</param>
/// <param name="Provision"><c>documents/{document}/provisions/{provision}</c> that it is about.</param>
/// <param name="Proposal">The last one to the centre.</param>
/// <param name="ReopenCount">How often the unit said that an answer did not resolve it.</param>
public sealed record Obstacle(
    int Number, ObstacleState State, string Field, string Description, DateTimeOffset RaisedAt, string RaisedBy,
    string Answer = "", DateTimeOffset? AnsweredAt = null, string AnsweredBy = "",
    FieldOfWork FieldOfWork = FieldOfWork.Unspecified, string Unit = "", string AnsweringUnit = "", ObstacleLevel Level = ObstacleLevel.Unit,
    DateTimeOffset? DueAt = null, bool WithinOwnCompetence = false, string WorkItem = "", string Provision = "", CentreProposal? Proposal = null,
    int ReopenCount = 0, DateTimeOffset? ResolvedAt = null, string ResolvedBy = "")
{
    /// <summary>True while somebody must answer it.</summary>
    public bool WaitsForAnswer() => State is ObstacleState.Open or ObstacleState.Accepted;
}

/// <summary>Something happened to one obstacle of an assignment.</summary>
public interface IObstacleEvent : IAssignmentEvent
{
    /// <summary>Of the obstacle within the assignment.</summary>
    int Number { get; }
}

/// <summary>A unit said what stands in the way: the last of the obstacles.</summary>
public sealed record ObstacleRaised(AssignmentSnapshot Assignment, DateTimeOffset OccurredAt, long Version) : IObstacleEvent
{
    int IObstacleEvent.Number => Assignment.Obstacles[^1].Number;
}

/// <summary>An obstacle was answered; it waits for the unit that raised it to confirm.</summary>
public sealed record ObstacleAnswered(AssignmentSnapshot Assignment, int Number, DateTimeOffset OccurredAt, long Version)
    : IObstacleEvent;

/// <summary>The city accepted an obstacle as beyond the unit's competence: the clock stands still until it is answered.</summary>
public sealed record ObstacleAccepted(AssignmentSnapshot Assignment, int Number, DateTimeOffset OccurredAt, long Version)
    : IObstacleEvent;

/// <summary>The city gave an obstacle to another unit to answer.</summary>
/// <param name="From">Id of the unit that had to answer before.</param>
public sealed record ObstacleRerouted(
    AssignmentSnapshot Assignment, int Number, string From, string Reason, DateTimeOffset OccurredAt, long Version) : IObstacleEvent;

/// <summary>Who had to answer an obstacle took it to the city office.</summary>
/// <param name="From">Id of the unit that had to answer before.</param>
public sealed record ObstacleEscalated(
    AssignmentSnapshot Assignment, int Number, string From, string Reason, DateTimeOffset OccurredAt, long Version) : IObstacleEvent;

/// <summary>The city proposed an obstacle to the centre.</summary>
public sealed record ObstacleProposed(AssignmentSnapshot Assignment, int Number, DateTimeOffset OccurredAt, long Version)
    : IObstacleEvent;

/// <summary>The unit that raised an obstacle confirmed that it is resolved: it is closed.</summary>
public sealed record ObstacleResolved(AssignmentSnapshot Assignment, int Number, DateTimeOffset OccurredAt, long Version)
    : IObstacleEvent;

/// <summary>The unit that raised an obstacle said that the answer does not resolve it: it is open again.</summary>
public sealed record ObstacleReopened(AssignmentSnapshot Assignment, int Number, string Reason, DateTimeOffset OccurredAt, long Version)
    : IObstacleEvent;
