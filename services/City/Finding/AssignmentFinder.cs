using System.Text.Json;
using CanThoGov.City.Assignments;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Text;
using Dapper;

namespace CanThoGov.City.Finding;

/// <summary>
/// Lists of assignments, narrowed and sorted. A page is found by its key, never by counting, so that it costs the same however far down it lies.
/// </summary>
public sealed class AssignmentFinder
{
    sealed class Row
    {
        public long Version { get; init; }

        public string Snapshot { get; init; } = "";
    }

    /// <param name="behind">The last one of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<Assignment>> ListAsync(
        Session session, AssignmentFilter filter, AssignmentOrder order, DateTimeOffset now, AssignmentCursor? behind, int limit)
    {
        var rows = new List<Row>();
        foreach (var stretch in await StretchesAsync(session, filter, order, behind))
        {
            var (sql, parameters) = Query(session.Dialect, filter, order, now, behind, limit - rows.Count, stretch);
            rows.AddRange(await session.ListAsync<Row>(sql, parameters));
            if (rows.Count == limit)
            {
                break;
            }
        }

        return [.. rows.Select(row =>
            new Assignment(JsonSerializer.Deserialize<AssignmentSnapshot>(row.Snapshot, ContractJson.Options)!, row.Version))];
    }

    /// <summary>What is read one after the other until the page is full; null for all at once.</summary>
    public static async Task<IEnumerable<Stretch?>> StretchesAsync(
        Session session, AssignmentFilter filter, AssignmentOrder order, AssignmentCursor? behind)
    {
        if (filter.Words.Count == 0 || order.Field != AssignmentOrder.By.Created)
        {
            return [null];
        }

        var (down, up) = ("SELECT assignment_id FROM assignment_texts ORDER BY assignment_id DESC LIMIT 1",
            "SELECT assignment_id FROM assignment_texts ORDER BY assignment_id LIMIT 1");
        var last = await session.ListAsync<Guid>(order.IsDescending ? up : down);
        var first = behind is not null ? [behind.Id] : await session.ListAsync<Guid>(order.IsDescending ? down : up);
        return last.Count == 0 ? [] : Stretch.Between(first[0], last[0]);
    }

    /// <summary>The statement and its parameters, also for who wants to see its plan.</summary>
    /// <param name="within">Null for any time of creation.</param>
    public static (string Sql, DynamicParameters Parameters) Query(
        SqlDialect dialect, AssignmentFilter filter, AssignmentOrder order, DateTimeOffset now, AssignmentCursor? behind, int limit,
        Stretch? within)
    {
        var parameters = new DynamicParameters(new { now, limit });
        List<string> tables = ["assignments a"], conditions = [];

        // One unit's own rows come in the order of their key; for several at once they would not. Of what a unit leads, little is issued within
        // some time: an index has just that.
        var lead = filter.Issued.IsLimited ? null : filter.Lead;
        var unit = filter.Units is [var only] ? only : filter.Units is null ? lead ?? filter.Coordinator : null;
        if (unit is not null)
        {
            tables.Add("JOIN assignment_units u ON u.assignment_id = a.id");
            Where("u.unit = @unit", "unit", unit);
        }
        else if (filter.Units is not null)
        {
            Where($"a.id IN (SELECT assignment_id FROM assignment_units WHERE {dialect.In("unit", "@units")})", "units", filter.Units);
        }

        if (filter.Lead is not null)
        {
            Where("a.lead_unit = @lead", "lead", filter.Lead);
        }

        if (filter.Coordinator is not null)
        {
            Where("a.lead_unit <> @coordinator", "coordinator", filter.Coordinator);
            conditions.Add("EXISTS (SELECT 1 FROM assignment_units c WHERE c.unit = @coordinator AND c.assignment_id = a.id)");
        }

        if (filter.CoordinatorStates.Count > 0)
        {
            Where(
                $"""
                a.id IN (SELECT assignment_id FROM assignment_units WHERE {dialect.In("part_state", "@parts")}
                    {(filter.PartsOf is null ? "" : "AND unit = @partsOf")})
                """, "parts", filter.CoordinatorStates.Select(state => state.ToString()).ToArray());
            parameters.Add("partsOf", filter.PartsOf);
        }

        var found = "";
        if (filter.Words.Count > 0)
        {
            parameters.Add("words", dialect.Words(filter.Words));
        }

        if (within is not null)
        {
            // By itself, so that it is searched by its words and never walked through: of words that hardly any say nobody can tell how few.
            found =
                $"""
                WITH found AS MATERIALIZED (
                    SELECT assignment_id FROM assignment_texts
                    WHERE {dialect.HasWords("words", "@words")} AND {dialect.HasMark("words", "@Marks")} AND assignment_id >= @From AND assignment_id < @Below)

                """;
            tables.Add("JOIN found t ON t.assignment_id = a.id");
            parameters.AddDynamicParams(new { within.From, within.Below, within.Marks });
        }
        else if (filter.Words.Count > 0 || order.Field == AssignmentOrder.By.Title)
        {
            tables.Add("JOIN assignment_texts t ON t.assignment_id = a.id");
            if (filter.Words.Count > 0)
            {
                conditions.Add(dialect.HasWords("t.words", "@words"));
            }
        }

        if (filter.States.Count > 0)
        {
            Where(dialect.In("a.state", "@states"), "states", filter.States.Select(state => state.ToString()).ToArray());
        }

        if (filter.Timeliness.Count > 0)
        {
            conditions.Add(TimelinessColumns.Condition(filter.Timeliness));
        }

        if (filter.IsOpenOnly)
        {
            conditions.Add(unit is null ? "a.state NOT IN ('Completed', 'Returned', 'Cancelled')" : "u.is_open");
        }

        if (filter.WithoutDrafts)
        {
            conditions.Add("a.issued_once");
        }

        if (filter.DeadlineKinds.Count > 0)
        {
            Where(dialect.In("a.deadline_kind", "@kinds"), "kinds", filter.DeadlineKinds.Select(kind => kind.ToString()).ToArray());
        }

        Equal("a.assigner", "assigner", filter.Assigner);
        Equal("a.document_id", "document", filter.Document);
        Equal("a.provision_id", "provision", filter.Provision);
        Equal("a.parent_id", "parent", filter.Parent);
        Equal("a.illustrative", "illustrative", filter.Illustrative);
        Within(unit is null ? "a.due_order" : "u.due_order", "due", filter.Due);
        Within("a.issue_order", "issued", filter.Issued);
        Within("a.created_at", "created", filter.Created);
        if (filter.ObstacleOpen)
        {
            conditions.Add("a.obstacle_open");
        }

        if (filter.ExtensionPending)
        {
            conditions.Add("a.extension_pending");
        }

        var id = within is not null ? "t.assignment_id" : unit is not null ? "u.assignment_id" : "a.id";
        var key = order.Field switch
        {
            AssignmentOrder.By.Due => unit is null ? "a.due_order" : "u.due_order",
            AssignmentOrder.By.Issued => "a.issue_order",
            AssignmentOrder.By.Title => "t.title_key",
            _ => null,
        };
        id = order.Field switch
        {
            AssignmentOrder.By.Title => "t.assignment_id",
            AssignmentOrder.By.Issued => "a.id",
            _ => id,
        };
        if (behind is not null)
        {
            var comparison = order.IsDescending ? "<" : ">";
            Where(key is null ? $"{id} {comparison} @lastId" : $"({key}, {id}) {comparison} (@lastKey, @lastId)", "lastId", behind.Id);
            parameters.Add("lastKey", order.KeyOf(behind));
        }

        var direction = order.IsDescending ? " DESC" : "";
        return (
            $"""
            {found}SELECT a.version, a.snapshot FROM {string.Join(' ', tables)}
            {(conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions))}
            ORDER BY {(key is null ? "" : $"{key}{direction}, ")}{id}{direction} LIMIT @limit
            """, parameters);

        void Where(string condition, string name, object value)
        {
            conditions.Add(condition);
            parameters.Add(name, value);
        }

        void Equal<T>(string column, string name, T? value)
        {
            if (value is not null)
            {
                Where($"{column} = @{name}", name, value);
            }
        }

        void Within(string column, string name, Span span)
        {
            if (!span.IsLimited)
            {
                return;
            }

            // Whatever has no such time stands at the end of time, and is not before any.
            Where($"{column} < @{name}To", $"{name}To", span.To ?? AssignmentOrder.Never);
            if (span.From is { } from)
            {
                Where($"{column} >= @{name}From", $"{name}From", from);
            }
        }
    }

    /// <summary>What an assignment says.</summary>
    public Task AddTextsAsync(Transaction transaction, AssignmentSnapshot assignment, Guid work) => transaction.ExecuteAsync(
        "INSERT INTO assignment_texts (assignment_id, title_key, words, work_id) VALUES (@Id, @titleKey, @words, @work)",
        new
        {
            assignment.Id,
            titleKey = VietnameseOrder.Key(assignment.Title),
            words = StoredWords(transaction.Dialect, assignment),
            work,
        });

    /// <summary>Its words change only when another unit, with a person of its own, gets the work.</summary>
    public Task SetWordsAsync(Transaction transaction, AssignmentSnapshot assignment) => transaction.ExecuteAsync(
        "UPDATE assignment_texts SET words = @words WHERE assignment_id = @Id",
        new { assignment.Id, words = StoredWords(transaction.Dialect, assignment) });

    /// <summary>The keys by which the lists of its units are sorted. Writes only what has changed.</summary>
    public Task SetUnitKeysAsync(Transaction transaction, AssignmentSnapshot assignment) => transaction.ExecuteAsync(
        $"""
        UPDATE assignment_units SET is_open = @isOpen, due_order = @dueOrder
        WHERE {transaction.Dialect.In("unit", "@units")} AND assignment_id = @Id AND (is_open <> @isOpen OR due_order <> @dueOrder)
        """,
        new
        {
            assignment.Id,
            units = assignment.UnitIds().ToArray(),
            isOpen = !AssignmentFilter.IsEnded(assignment.State),
            dueOrder = AssignmentOrder.DueKey(assignment),
        });

    static object StoredWords(SqlDialect dialect, AssignmentSnapshot assignment) => dialect.StoredWords(
        Folding.Words(string.Join('\n', assignment.Title, assignment.Content, assignment.ExpectedResult,
            assignment.ResponsiblePerson.DisplayName, assignment.ResponsiblePerson.Role, assignment.Authority)),
        Stretch.MarkOf(assignment.Id));
}
