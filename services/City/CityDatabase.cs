using CanThoGov.Platform.Data;

namespace CanThoGov.City;

public sealed class CityDatabase(DatabaseOptions options, TimeProvider time) : Database("city", options, time);
