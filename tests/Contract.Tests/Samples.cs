using System.Reflection;
using CanThoGov.Contracts;

namespace CanThoGov.Contract.Tests;

/// <summary>An event of each type, made from its record, so that a new event and a new property are tried without a word here.</summary>
static class Samples
{
    static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Everything that may be there is there, each list with two elements.</summary>
    public static IEvent Full(Type type) => (IEvent)Make(type, new(true));

    /// <summary>Nothing is there that may be absent; lists and texts are empty.</summary>
    public static IEvent Bare(Type type) => (IEvent)Make(type, new(false));

    /// <summary>Everything that may be there is there, and one unit is all the units.</summary>
    public static IEvent OfOneUnit(Type type) => (IEvent)Make(type, new(true, oneUnit: true));

    /// <summary>Of one event: each unit in it is another one.</summary>
    sealed class Filling(bool full, bool oneUnit = false)
    {
        int _units;

        public bool Full => full;

        public string NextUnit() => oneUnit ? "31135-2025" : $"{31_100 + ++_units}-2025";
    }

    static object Make(Type type, Filling filling)
    {
        if (type == typeof(string)) return filling.Full ? "Dọn kênh Rạch Bần \"trước mùa mưa\"" : "";
        if (type == typeof(bool)) return filling.Full;
        if (type == typeof(int)) return filling.Full ? int.MaxValue : 0;
        if (type == typeof(long)) return filling.Full ? long.MaxValue : 1L;
        if (type == typeof(Guid)) return Guid.NewGuid();
        if (type == typeof(DateTimeOffset)) return filling.Full ? new DateTimeOffset(2027, 2, 28, 17, 0, 0, 123, 456, TimeSpan.FromHours(7)) : DateTimeOffset.UnixEpoch;
        if (type == typeof(DateOnly)) return new DateOnly(2027, 2, 28);
        if (type == typeof(TimeOnly)) return filling.Full ? new TimeOnly(13, 30, 15, 500) : new TimeOnly(7, 30);
        if (type.IsEnum) return filling.Full ? Enum.GetValues(type).Cast<object>().Last() : Enum.GetValues(type).Cast<object>().First();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type.GetGenericArguments()[0], filling);
        return Record(type, filling);
    }

    static Array List(Type element, Filling filling)
    {
        var list = Array.CreateInstance(element, filling.Full ? 2 : 0);
        for (var i = 0; i < list.Length; i++)
        {
            list.SetValue(Make(element, filling), i);
        }

        return list;
    }

    static object Record(Type type, Filling filling)
    {
        var constructor = type.GetConstructors().Single(one => one.IsPublic);
        var parameters = constructor.GetParameters();
        var record = constructor.Invoke([.. parameters.Select(parameter => Value(type.GetProperty(parameter.Name!)!, filling))]);
        foreach (var property in type.GetProperties().Where(one => one.CanWrite && parameters.All(parameter => parameter.Name != one.Name)))
        {
            property.SetValue(record, Value(property, filling));
        }

        return record;
    }

    static object? Value(PropertyInfo property, Filling filling)
    {
        if (Nullability.Create(property).ReadState == NullabilityState.Nullable && !filling.Full)
        {
            return null;
        }

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var isUnit = type == typeof(string) && (property.Name is "Unit" or "LeadUnit" or "Assigner" or "Id");
        return isUnit ? filling.NextUnit() : Make(type, filling);
    }
}

/// <summary>Every type of the catalog.</summary>
public static class CatalogData
{
    public static TheoryData<Type> Types => [.. EventCatalog.All.OrderBy(type => type.Name)];
}
