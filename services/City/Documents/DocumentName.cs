using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;

namespace CanThoGov.City.Documents;

/// <summary>Reads <c>documents/{document}</c> and <c>documents/{document}/provisions/{provision}</c>.</summary>
static class DocumentName
{
    public static Guid Parse(string name, string field)
    {
        var errors = new FieldErrors();
        var id = Parse(name, errors, field);
        errors.ThrowIfAny();
        return id;
    }

    public static Guid Parse(string name, FieldErrors errors, string field) =>
        AsGuid(ResourceName.Parse("documents", name, errors, field), errors, field);

    public static (Guid Document, Guid Provision) ParseProvision(string name, FieldErrors errors, string field)
    {
        var ids = ResourceName.Parse(["documents", "provisions"], name, errors, field);
        return (AsGuid(ids[0], errors, field), AsGuid(ids[1], errors, field));
    }

    /// <summary>An id that no resource can have is like one that none has: the resource is not found.</summary>
    public static Guid AsGuid(string id, FieldErrors errors, string field)
    {
        if (id.Length == 0)
        {
            return Guid.Empty;
        }

        if (!Guid.TryParse(id, out var guid))
        {
            errors.Add(field, "must name it by the id that the server gave: 36 characters, hexadecimal digits and -");
        }

        return guid;
    }
}
