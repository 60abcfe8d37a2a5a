using CanThoGov.City.Assignments;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;

namespace CanThoGov.City.Competences;

/// <summary>
/// Passes the competences of a dissolved unit to its successor: each ends with the unit and is recorded anew, and so is what was delegated from
/// it. What only a unit of another level may hold ends for good, and so does a delegation between the two.
/// </summary>
public sealed class CompetenceSuccession(CompetenceStore competences)
{
    /// <param name="dissolved">Held, and its successor.</param>
    public async Task PassOnAsync(Transaction transaction, UnitDissolved dissolved, Unit successor, Act act)
    {
        var taken = (await competences.TakeOfUnitAsync(transaction, dissolved.Id, dissolved.ValidTo)).ToDictionary(one => one.Id);
        var renewed = new Dictionary<Guid, Competence>();

        // A power has a lower id than what was delegated from it.
        foreach (var one in taken.Values.OrderBy(one => one.Id))
        {
            var power = one.DelegatedFrom is { } id ? taken.GetValueOrDefault(id) : null;
            if (one.Unit != dissolved.Id && power?.Unit != dissolved.Id)
            {
                continue;
            }

            // One that had not begun yet never holds.
            var end = one.ValidFrom > dissolved.ValidTo ? one.ValidFrom : dissolved.ValidTo;
            await competences.EndAsync(transaction, one.End(end, dissolved.Decision), act.At);
            var unit = one.Unit == dissolved.Id ? successor.Id : one.Unit;
            var from = power?.Unit == dissolved.Id ? renewed.GetValueOrDefault(power.Id) : power;
            if ((unit == successor.Id && Competence.LevelOf(successor.Kind) != one.Level) || (power is not null && (from is null || from.Unit == unit)))
            {
                continue;
            }

            var next = one with
            {
                Id = TimeOrderedId.Next(),
                Version = 1,
                Unit = unit,
                DelegatedFrom = from?.Id,
                ValidFrom = end,
                CreatedAt = act.At,
                CreatedBy = act.Actor,
            };
            await competences.AddAsync(transaction, next);
            renewed[one.Id] = next;
        }
    }
}
