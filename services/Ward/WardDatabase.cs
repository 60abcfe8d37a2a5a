using CanThoGov.Platform.Data;

namespace CanThoGov.Ward;

public sealed class WardDatabase(DatabaseOptions options, TimeProvider time) : Database("ward", options, time);
