using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring;

public sealed class MonitoringDatabase(DatabaseOptions options, TimeProvider time) : Database("monitoring", options, time);
