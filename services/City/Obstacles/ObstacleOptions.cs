using System.ComponentModel.DataAnnotations;

namespace CanThoGov.City.Obstacles;

/// <summary>How obstacles are routed and how long they may wait.</summary>
public sealed class ObstacleOptions
{
    public const string Section = "Obstacles";

    /// <summary>Working days in which a unit must answer.</summary>
    [Range(1, 250)]
    public int AnswerDays { get; init; } = 5;

    /// <summary>Working days after which the city office must have followed up what was proposed to the centre.</summary>
    [Range(1, 250)]
    public int CentreDays { get; init; } = 30;

    /// <summary>Id of the unit to which obstacles are escalated.</summary>
    [Required]
    public string CityOffice { get; init; } = "van-phong-ubnd";
}
