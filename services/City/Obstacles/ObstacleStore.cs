using System.Text.Json;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Data;

namespace CanThoGov.City.Obstacles;

/// <summary>See <c>canthogov.city.v1.ObstacleStep.Kind</c>.</summary>
public enum ObstacleStepKind { Raised = 1, Accepted, Rerouted, Escalated, Proposed, Answered, Reopened, Resolved }

/// <summary>One step on the way of an obstacle, as it is stored.</summary>
public sealed record ObstacleStep
{
    public Guid AssignmentId { get; init; }

    public int Number { get; init; }

    public ObstacleStepKind Kind { get; init; }

    public string Unit { get; init; } = "";

    public string AnsweringUnit { get; init; } = "";

    public ObstacleLevel Level { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string Note { get; init; } = "";

    public string? Addressee { get; init; }

    public Guid? DocumentId { get; init; }

    public string? DocumentText { get; init; }

    public DateOnly? ProposedOn { get; init; }

    public string Actor { get; init; } = "";

    public DateTimeOffset EventAt { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }
}

/// <summary>What a list of obstacles is narrowed to; null or empty means all.</summary>
public sealed record ObstacleFilter
{
    public IReadOnlyList<ObstacleState> States { get; init; } = [];

    public IReadOnlyList<FieldOfWork> Fields { get; init; } = [];

    public string? AnsweringUnit { get; init; }

    /// <summary>That raised it.</summary>
    public string? Unit { get; init; }

    /// <summary>Raised by one of these, or in the way of assignments that they lead or help with.</summary>
    public string[]? Visible { get; init; }

    /// <summary>Waits for an answer since before this moment.</summary>
    public DateTimeOffset? DueBefore { get; init; }
}

/// <param name="Id">Where it stands in the list: rises in the order in which they were raised.</param>
public sealed record ListedObstacle(Guid Id, int Number, Assignment Assignment);

public sealed class ObstacleStore
{
    sealed class Row
    {
        public Guid Id { get; init; }

        public int Number { get; init; }

        public long Version { get; init; }

        public string Snapshot { get; init; } = "";
    }

    /// <summary>In the order in which they were raised, after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<ListedObstacle>> ListAsync(Session session, ObstacleFilter filter, Guid after, int limit)
    {
        var rows = await session.ListAsync<Row>(
            $"""
            SELECT o.id, o.number, a.version, a.snapshot FROM obstacles o JOIN assignments a ON a.id = o.assignment_id
            WHERE o.id > @after
                {(filter.States.Count == 0 ? "" : $"AND {session.Dialect.In("o.state", "@states")}")}
                {(filter.Fields.Count == 0 ? "" : $"AND {session.Dialect.In("o.field", "@fields")}")}
                {(filter.AnsweringUnit is null ? "" : "AND o.answering_unit = @answeringUnit")}
                {(filter.Unit is null ? "" : "AND o.unit = @unit")}
                {(filter.DueBefore is null ? "" : "AND o.due_at < @dueBefore")}
                {(filter.Visible is null ? "" : VisibleTo(session.Dialect))}
            ORDER BY o.id LIMIT @limit
            """,
            new
            {
                after,
                states = filter.States.Select(state => state.ToString()).ToArray(),
                fields = filter.Fields.Select(field => field.ToString()).ToArray(),
                answeringUnit = filter.AnsweringUnit,
                unit = filter.Unit,
                dueBefore = filter.DueBefore,
                visible = filter.Visible,
                limit,
            });
        return [.. rows.Select(row => new ListedObstacle(
            row.Id, row.Number, new(JsonSerializer.Deserialize<AssignmentSnapshot>(row.Snapshot, ContractJson.Options)!, row.Version)))];
    }

    /// <summary>SQL: raised by one of the units, or in the way of what they lead or help with.</summary>
    static string VisibleTo(SqlDialect dialect) =>
        $"""
        AND ({dialect.In("o.unit", "@visible")}
            OR o.assignment_id IN (SELECT assignment_id FROM assignment_units WHERE {dialect.In("unit", "@visible")}))
        """;

    /// <summary>Of all obstacles of these assignments, oldest first.</summary>
    public Task<IReadOnlyList<ObstacleStep>> ListStepsAsync(Session session, IEnumerable<Guid> assignments) =>
        session.ListAsync<ObstacleStep>(
            $"""
            SELECT assignment_id, number, kind, unit, answering_unit, level, due_at, note, addressee, document_id, document_text, proposed_on, actor,
                event_at, claimed_at
            FROM obstacle_steps WHERE {session.Dialect.In("assignment_id", "@ids")} ORDER BY id
            """, new { ids = session.Dialect.Ids(assignments) });

    /// <summary>The successor of a dissolved unit answers, or confirms, in its place.</summary>
    public static Task PassOnAsync(Transaction transaction, AssignmentSnapshot assignment, string from) => transaction.ExecuteAsync(
        """
        UPDATE obstacles SET unit = @unit, answering_unit = @answeringUnit
        WHERE assignment_id = @Id AND number = @number AND (unit = @from OR answering_unit = @from)
        """,
        assignment.Obstacles.Select(obstacle => new
        {
            assignment.Id,
            from,
            number = obstacle.Number,
            unit = ObstacleRules.RaisedBy(assignment, obstacle),
            answeringUnit = obstacle.AnsweringUnit,
        }).ToArray());

    /// <summary>Keeps where the obstacle stands after the event, and the step that led there.</summary>
    public static async Task SaveAsync(Transaction transaction, IObstacleEvent e, Act act)
    {
        var obstacle = ObstacleRules.Find(e.Assignment, e.Number);
        var assignmentId = e.Assignment.Id;
        await transaction.ExecuteAsync(
            """
            INSERT INTO obstacles (id, assignment_id, number, state, field, unit, answering_unit, due_at)
            VALUES (@id, @assignmentId, @Number, @state, @field, @unit, @AnsweringUnit, @DueAt)
            ON CONFLICT (assignment_id, number) DO UPDATE
            SET state = excluded.state, answering_unit = excluded.answering_unit, due_at = excluded.due_at
            """,
            new
            {
                id = Guid.CreateVersion7(),
                assignmentId,
                obstacle.Number,
                state = obstacle.State.ToString(),
                field = obstacle.FieldOfWork.ToString(),
                unit = ObstacleRules.RaisedBy(e.Assignment, obstacle),
                obstacle.AnsweringUnit,
                obstacle.DueAt,
            });
        var proposal = e is ObstacleProposed ? obstacle.Proposal : null;
        await transaction.ExecuteAsync(
            """
            INSERT INTO obstacle_steps (id, assignment_id, number, kind, unit, answering_unit, level, due_at, note,
                addressee, document_id, document_text, proposed_on, actor, event_at, claimed_at)
            VALUES (@id, @assignmentId, @Number, @kind, @Unit, @AnsweringUnit, @level, @DueAt, @Note,
                @Addressee, @DocumentId, @DocumentText, @Date, @Actor, @At, @ClaimedAt)
            """,
            new
            {
                id = Guid.CreateVersion7(),
                assignmentId,
                obstacle.Number,
                kind = KindOf(e).ToString(),
                act.Unit,
                obstacle.AnsweringUnit,
                level = obstacle.Level.ToString(),
                obstacle.DueAt,
                act.Note,
                proposal?.Addressee,
                proposal?.DocumentId,
                proposal?.DocumentText,
                proposal?.Date,
                act.Actor,
                act.At,
                act.ClaimedAt,
            });
    }

    static ObstacleStepKind KindOf(IObstacleEvent e) => e switch
    {
        ObstacleRaised => ObstacleStepKind.Raised,
        ObstacleAccepted => ObstacleStepKind.Accepted,
        ObstacleRerouted => ObstacleStepKind.Rerouted,
        ObstacleEscalated => ObstacleStepKind.Escalated,
        ObstacleProposed => ObstacleStepKind.Proposed,
        ObstacleAnswered => ObstacleStepKind.Answered,
        ObstacleReopened => ObstacleStepKind.Reopened,
        ObstacleResolved => ObstacleStepKind.Resolved,
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, null),
    };
}
