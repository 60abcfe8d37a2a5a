using CanThoGov.City.Documents;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Competences;

/// <summary>Reads a competence from a request, naming everything that is wrong with it at once.</summary>
static class CompetenceDraft
{
    public static Competence Parse(Pb.CreateCompetenceRequest request, string createdBy, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var draft = request.Competence ?? new Pb.Competence();
        errors.RequestId(request.RequestId);
        errors.Enum("competence.field", draft.Field);
        errors.Required("competence.power", draft.Power, 1000);
        errors.Enum("competence.level", draft.Level);
        errors.Enum("competence.basis", draft.Basis);
        errors.Enum("competence.organ", draft.Organ, required: false);
        errors.Optional("competence.holder", draft.Holder, 300);
        var unit = ParseHolder(draft, errors);
        var delegatedFrom = ParseDelegation(draft, errors);
        Guid? document = draft.Document.Length == 0 ? null : DocumentName.Parse(draft.Document, errors, "competence.document");
        errors.Optional("competence.document_text", draft.DocumentText, 500);
        if (document is null && string.IsNullOrWhiteSpace(draft.DocumentText))
        {
            errors.Add("competence.document_text", "is required, unless document names the one that says so");
        }

        var from = errors.Date("competence.valid_from", draft.ValidFrom, required: true);
        var to = errors.Date("competence.valid_to", draft.ValidTo, required: draft.Basis == Pb.Competence.Types.Basis.Delegation);
        if (from >= to)
        {
            errors.Add("competence.valid_to", "must be after valid_from");
        }

        errors.ThrowIfAny();
        return new Competence
        {
            Id = Guid.CreateVersion7(),
            Unit = unit,
            Organ = (Organ)draft.Organ,
            Holder = draft.Holder,
            Field = (FieldOfWork)draft.Field,
            Power = draft.Power,
            Level = (CompetenceLevel)draft.Level,
            Basis = (CompetenceBasis)draft.Basis,
            DelegatedFrom = delegatedFrom,
            DocumentId = document,
            DocumentText = draft.DocumentText,
            ValidFrom = from!.Value,
            ValidTo = to,
            CreatedAt = now,
            CreatedBy = createdBy,
        };
    }

    /// <returns>The unit's id; null for a body of the centre.</returns>
    static string? ParseHolder(Pb.Competence draft, FieldErrors errors)
    {
        var isCentre = draft.Level == Pb.Competence.Types.Level.Centre;
        if (isCentre == string.IsNullOrWhiteSpace(draft.Holder))
        {
            errors.Add("competence.holder", isCentre ? "is required for LEVEL_CENTRE" : "is for LEVEL_CENTRE");
        }

        if (!isCentre)
        {
            return ResourceName.Parse("units", draft.Unit, errors, "competence.unit");
        }

        if (draft.Unit.Length > 0)
        {
            errors.Add("competence.unit", "must be empty for LEVEL_CENTRE: the centre's bodies are not in the register of units");
        }

        return null;
    }

    static Guid? ParseDelegation(Pb.Competence draft, FieldErrors errors)
    {
        if (draft.Basis == Pb.Competence.Types.Basis.Delegation || draft.DelegatedFrom.Length > 0)
        {
            var from = CompetenceName.Parse(draft.DelegatedFrom, errors, "competence.delegated_from");
            if (draft.Basis != Pb.Competence.Types.Basis.Delegation)
            {
                errors.Add("competence.delegated_from", "is for BASIS_DELEGATION");
            }

            return from;
        }

        return null;
    }
}

/// <summary>Reads <c>competences/{competence}</c>.</summary>
static class CompetenceName
{
    public static Guid Parse(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse("competences", name, errors, field), errors, field);
}
