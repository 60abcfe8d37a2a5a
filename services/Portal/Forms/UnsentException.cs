namespace CanThoGov.Portal.Forms;

/// <summary>What the viewer put in cannot be sent: it says so beside the field.</summary>
public sealed class UnsentException(string name, string text) : Exception(text)
{
    public string Field => name;
}
