namespace CanThoGov.Testing;

/// <summary>Until when a call may take.</summary>
public static class CallDeadline
{
    public static DateTime In(TimeSpan limit) => TimeProvider.System.GetUtcNow().UtcDateTime + limit;
}
