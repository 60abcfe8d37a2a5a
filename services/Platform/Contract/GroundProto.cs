using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.Platform.Contract;

public static class GroundProto
{
    const int MaxDocument = 500, MaxArticle = 200;

    /// <summary>A legal basis is cited; every other kind may be.</summary>
    public static Ground Parse(Pb.Ground? ground, FieldErrors errors, string field)
    {
        ground ??= new Pb.Ground();
        errors.Enum($"{field}.kind", ground.Kind);
        if (ground.Kind == Pb.Ground.Types.Kind.LegalBasis)
        {
            errors.Required($"{field}.document", ground.Document, MaxDocument);
            errors.Required($"{field}.article", ground.Article, MaxArticle);
        }
        else
        {
            errors.Optional($"{field}.document", ground.Document, MaxDocument);
            errors.Optional($"{field}.article", ground.Article, MaxArticle);
        }

        return new Ground((GroundKind)ground.Kind, ground.Document, ground.Article);
    }

    public static Pb.Ground ToProto(this Ground ground) =>
        new() { Kind = (Pb.Ground.Types.Kind)ground.Kind, Document = ground.Document, Article = ground.Article };
}
