using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.City.Competences;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Data;
using Microsoft.Extensions.Options;

namespace CanThoGov.City.Obstacles;

/// <summary>
/// Finds who must answer an obstacle, by the register of competences: the body of the city that holds a competence in the field on that day;
/// the city office, if it lies with the centre; otherwise the unit that gave the work. Never another commune.
/// </summary>
public sealed class ObstacleRouting(CompetenceStore competences, CalendarStore calendars, IOptions<ObstacleOptions> options)
{
    readonly ObstacleOptions _options = options.Value;

    /// <param name="field">Unspecified if the unit did not say; then nobody is competent by the register.</param>
    /// <param name="raisedBy">Id of the unit that raises it: it is told if the matter is within its own competence, and never answers itself.</param>
    public async Task<ObstacleRoute> FindAsync(Session session, AssignmentSnapshot assignment, FieldOfWork field, string raisedBy, DateTimeOffset at)
    {
        IReadOnlyList<Competence> held = field == FieldOfWork.Unspecified ? [] : await competences.HeldAsync(session, field, LocalTime.DateOf(at));
        var competent = held.FirstOrDefault(competence => competence.Level == CompetenceLevel.City && competence.Unit != raisedBy)?.Unit;
        var assigner = assignment.Assigner.Length > 0 && assignment.Assigner != raisedBy ? assignment.Assigner : _options.CityOffice;
        var liesWithCentre = held.Any(competence => competence.Level == CompetenceLevel.Centre);
        var route = await ToAsync(session, competent ?? (liesWithCentre ? _options.CityOffice : assigner), at);
        return route with { WithinOwnCompetence = held.Any(competence => competence.Unit == raisedBy) };
    }

    /// <summary>To the city office.</summary>
    public Task<ObstacleRoute> ToCityAsync(Session session, DateTimeOffset at) => ToAsync(session, _options.CityOffice, at);

    public async Task<ObstacleRoute> ToAsync(Session session, string unit, DateTimeOffset at) =>
        new(unit, unit == _options.CityOffice ? ObstacleLevel.City : ObstacleLevel.Unit, await AnswerDueAsync(session, at));

    public Task<DateTimeOffset> AnswerDueAsync(Session session, DateTimeOffset at) => DueAsync(session, _options.AnswerDays, at);

    public Task<DateTimeOffset> FollowUpDueAsync(Session session, DateTimeOffset at) => DueAsync(session, _options.CentreDays, at);

    async Task<DateTimeOffset> DueAsync(Session session, int workingDays, DateTimeOffset at) =>
        new Schedule(await calendars.CurrentAsync(session)).After(workingDays, at);
}
