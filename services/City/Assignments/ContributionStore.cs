using CanThoGov.Contracts.Assignments;
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

    /// <summary>Shows them where they belong. Reads nothing where nobody has answered.</summary>
    public async Task ShowAsync(Session session, IReadOnlyList<Pb.Assignment> assignments)
    {
        var answered = assignments.Where(one => one.Coordinators.Any(part => part.ContributeTime is not null))
            .ToDictionary(one => Guid.Parse(one.Name.AsSpan("assignments/".Length)));
        if (answered.Count == 0)
        {
            return;
        }

        var rows = await session.ListAsync<Row>(
            $"SELECT assignment_id, unit, text FROM contributions WHERE {session.Dialect.In("assignment_id", "@ids")}",
            new { ids = session.Dialect.Ids(answered.Keys) });
        foreach (var row in rows)
        {
            foreach (var part in answered[row.AssignmentId].Coordinators.Where(part => part.Assignee.Unit == $"units/{row.Unit}"))
            {
                part.Contribution = row.Text;
            }
        }
    }
}
