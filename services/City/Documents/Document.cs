using CanThoGov.Contracts.Registers;

namespace CanThoGov.City.Documents;

/// <summary>A document that gives work. What the paper does not give stays empty.</summary>
public sealed record Document
{
    public required Guid Id { get; init; }

    public string Number { get; init; } = "";

    public string Symbol { get; init; } = "";

    /// <summary>Number and symbol as printed together, stray spaces and all.</summary>
    public string PrintedNumber { get; init; } = "";

    public required string Kind { get; init; }

    public DateOnly? IssueDate { get; init; }

    public string Place { get; init; } = "";

    /// <summary>As printed, never rewritten when the body is renamed.</summary>
    public required string Issuer { get; init; }

    /// <summary>In whose name it is signed: <c>T/M BAN CÁN SỰ ĐẢNG</c>.</summary>
    public string AuthorityLine { get; init; } = "";

    public string Signer { get; init; } = "";

    public string SignerRole { get; init; } = "";

    public string Title { get; init; } = "";

    /// <summary>One a line.</summary>
    public string Bases { get; init; } = "";

    /// <summary>Nơi nhận, one a line.</summary>
    public string Recipients { get; init; } = "";

    /// <summary>Lưu: ...</summary>
    public string ArchiveNote { get; init; } = "";

    public Urgency Urgency { get; init; }

    public Secrecy Secrecy { get; init; }

    public bool Illustrative { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Null if number and symbol are in the format of neither world.</summary>
    public DocumentNumber? InFormat => DocumentNumber.Of(Number, Symbol);

    public DocumentRegistered Registered() => new(
        Id, Number, Symbol, Kind, IssueDate, Issuer, Title, Illustrative, CreatedAt, Version)
    {
        PrintedNumber = PrintedNumber,
        Place = Place,
        AuthorityLine = AuthorityLine,
        Signer = Signer,
        SignerRole = SignerRole,
        Urgency = Urgency,
        Secrecy = Secrecy,
    };
}

/// <summary>A numbered part of a document.</summary>
public sealed record Provision
{
    public required Guid Id { get; init; }

    public required Guid DocumentId { get; init; }

    /// <summary>Place in the document, from 1; in a new one 0 for the end.</summary>
    public int Ordinal { get; init; }

    public required string Section { get; init; }

    /// <summary>Which dash or paragraph within the section, from 1; 0 if it has no parts.</summary>
    public int Item { get; init; }

    public required string Summary { get; init; }

    /// <summary>Word for word; empty where only the summary is kept.</summary>
    public string Text { get; init; } = "";

    /// <summary>False for one that states a value and gives nobody work.</summary>
    public bool GivesWork { get; init; }

    public int AssignmentCount { get; init; }
}
