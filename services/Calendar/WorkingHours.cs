namespace CanThoGov.Calendar;

/// <summary>A stretch of the working day, by local time.</summary>
public readonly record struct WorkingSpell(TimeOnly From, TimeOnly To);

/// <summary>The hours in which work is done, the same on every working day. Immutable.</summary>
public sealed class WorkingHours
{
    readonly WorkingSpell[] _spells;

    /// <exception cref="ArgumentException">There is no spell, one is empty, or they overlap or are out of order.</exception>
    public WorkingHours(IReadOnlyList<WorkingSpell> spells)
    {
        if (spells.Count == 0)
            throw new ArgumentException("Working hours need at least one spell.", nameof(spells));

        var end = TimeOnly.MinValue;
        foreach (var (index, spell) in spells.Index())
        {
            if (spell.From >= spell.To)
                throw new ArgumentException($"Spell {index + 1} ends at {spell.To:HH:mm}, not after it begins at {spell.From:HH:mm}.", nameof(spells));
            if (index > 0 && spell.From < end)
                throw new ArgumentException($"Spell {index + 1} begins at {spell.From:HH:mm}, before the one ahead of it ends.", nameof(spells));
            end = spell.To;
            PerDay += spell.To - spell.From;
        }

        _spells = [.. spells];
    }

    /// <summary>07:00 to 11:00 and 13:00 to 17:00: eight hours, as southern offices keep them.</summary>
    public static WorkingHours Default { get; } = new([new(new(7, 0), new(11, 0)), new(new(13, 0), new(17, 0))]);

    /// <summary>In order of time.</summary>
    public IReadOnlyList<WorkingSpell> Spells => _spells;

    /// <summary>Working time of one day.</summary>
    public TimeSpan PerDay { get; }

    /// <summary>Working time of a day up to this time of day.</summary>
    internal TimeSpan Until(TimeSpan timeOfDay)
    {
        var worked = TimeSpan.Zero;
        foreach (var spell in _spells)
        {
            var (from, to) = (spell.From.ToTimeSpan(), spell.To.ToTimeSpan());
            if (timeOfDay <= from)
                break;
            worked += (timeOfDay < to ? timeOfDay : to) - from;
        }

        return worked;
    }

    /// <summary>The first time of day at which so much work is done: the end of a spell rather than the beginning of the next one.</summary>
    internal TimeSpan FirstAt(TimeSpan worked)
    {
        foreach (var spell in _spells)
        {
            var length = spell.To - spell.From;
            if (worked <= length)
                return spell.From.ToTimeSpan() + worked;
            worked -= length;
        }

        throw new ArgumentOutOfRangeException(nameof(worked));
    }

    /// <summary>The last time of day at which no more work is done than that: the beginning of a spell rather than the end of the one before.</summary>
    internal TimeSpan LastAt(TimeSpan worked)
    {
        foreach (var spell in _spells)
        {
            var length = spell.To - spell.From;
            if (worked < length)
                return spell.From.ToTimeSpan() + worked;
            worked -= length;
        }

        throw new ArgumentOutOfRangeException(nameof(worked));
    }
}
