using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Assignments;

/// <summary>What the coordinating units answered, in their words.</summary>
public sealed class ContributionStore
{
    sealed record Row(Guid AssignmentId, string Unit, string Text);

    public Task SaveAsync(Transaction transaction, ContributionSubmitted contributed) => transaction.ExecuteAsync(
        """
        INSERT INTO contributions (assignment_id, unit, text) VALUES (@Id, @Unit, @Text)
        ON CONFLICT (assignment_id, unit) DO UPDATE SET text = excluded.text
        """, new { contributed.Assignment.Id, contributed.Unit, contributed.Text });

    /// <summary>What was answered for the parts of a unit.</summary>
    public async Task<IReadOnlyList<ContributionWords>> ListAsync(Session session, AssignmentSnapshot assignment, string unit)
    {
        var units = assignment.Coordinators.Where(part => part.Assignee.Unit == unit)
            .SelectMany(part => part.Contribution?.UnitsOf(part.Assignee) ?? []).Distinct(StringComparer.Ordinal).ToArray();
        return units.Length == 0 ? [] : await session.ListAsync<ContributionWords>(
            $"SELECT unit, text FROM contributions WHERE assignment_id = @Id AND {session.Dialect.In("unit", "@units")} ORDER BY unit",
            new { assignment.Id, units });
    }

    /// <summary>Shows them where they belong. Reads nothing where nobody has answered.</summary>
    public async Task ShowAsync(Session session, IReadOnlyList<(AssignmentSnapshot Assignment, Pb.Assignment Shown)> assignments)
    {
        var answered = assignments.Where(one => one.Assignment.Coordinators.Any(part => part.Contribution is not null)).ToArray();
        if (answered.Length == 0)
        {
            return;
        }

        var rows = (await session.ListAsync<Row>(
            $"SELECT assignment_id, unit, text FROM contributions WHERE {session.Dialect.In("assignment_id", "@ids")}",
            new { ids = session.Dialect.Ids(answered.Select(one => one.Assignment.Id)) })).ToLookup(row => row.AssignmentId);
        foreach (var (assignment, shown) in answered)
        {
            shown.ShowContributions(assignment, rows[assignment.Id].ToDictionary(row => row.Unit, row => row.Text));
        }
    }
}
