using System.Collections;
using System.Text.Json;

namespace CanThoGov.Platform.Data;

/// <summary>All that differs between the two databases. Everything else is one SQL text.</summary>
/// <param name="Name">Also the folder of the migrations.</param>
/// <param name="ForUpdate">Holds the rows read until the end of the transaction; SQLite has one writer at a time anyway.</param>
/// <param name="ForShare">Keeps the rows read as they are until then; others may do so at the same time.</param>
/// <param name="SkipLocked">Holds the rows read and passes over those that another replica holds.</param>
public sealed record SqlDialect(DatabaseProvider Provider, string Name, string ForUpdate, string ForShare, string SkipLocked)
{
    public static readonly SqlDialect Sqlite = new(DatabaseProvider.Sqlite, "Sqlite", "", "", "");
    public static readonly SqlDialect Postgres = new(DatabaseProvider.Postgres, "Postgres", "FOR UPDATE", "FOR SHARE", "FOR UPDATE SKIP LOCKED");

    /// <summary>
    /// Before a query that takes the first rows of an index in its order. PostgreSQL takes what lies at the end of an index for fewer rows than
    /// there are, and would read and sort all of them for each batch. Holds until the end of the transaction.
    /// </summary>
    public string InIndexOrder => Provider == DatabaseProvider.Postgres ? "SET LOCAL enable_bitmapscan = off;" : "";

    /// <summary>
    /// <paramref name="column"/> is one of an array parameter's values. Dapper expands <c>IN @ids</c> for SQLite but hands the array to Npgsql.
    /// </summary>
    public string In(string column, string parameter) =>
        Provider == DatabaseProvider.Postgres ? $"{column} = ANY({parameter})" : $"{column} IN {parameter}";

    /// <summary>
    /// <paramref name="column"/>, which holds <see cref="StoredWords"/>, has each of those of a parameter made by <see cref="Words"/>, or one
    /// that begins with it.
    /// </summary>
    public string HasWords(string column, string parameter) =>
        Provider == DatabaseProvider.Postgres
            ? $"{column} @> {parameter}"
            : $"NOT EXISTS (SELECT 1 FROM json_each({parameter}) AS wanted WHERE instr(' ' || {column}, ' ' || wanted.value) = 0)";

    /// <summary>Of <see cref="StoredWords"/>, at least one mark of an array parameter. SQLite, which has no index of words, asks for nothing.</summary>
    public string HasMark(string column, string parameter) =>
        Provider == DatabaseProvider.Postgres ? $"{column} && {parameter}" : "TRUE";

    public object Words(IEnumerable<string> words) =>
        Provider == DatabaseProvider.Postgres ? words.ToArray() : JsonSerializer.Serialize(words);

    /// <summary>
    /// A text as its words are searched. On PostgreSQL an array with a GIN index, of all that a word can begin with: the index reads whole
    /// entries quickly, but must gather all that begin with something before it can begin.
    /// </summary>
    /// <param name="mark">Something else to be found by, that no word is.</param>
    public object StoredWords(IEnumerable<string> words, string mark) =>
        Provider == DatabaseProvider.Postgres
            ? words.SelectMany(word => Enumerable.Range(1, word.Length).Select(length => word[..length])).Append(mark).Distinct().ToArray()
            : string.Join(' ', words.Distinct());

    /// <summary>
    /// Rows for one statement, from a parameter made by <see cref="SqlRows.Json"/>: to be read <c>FROM</c>, or joined.
    /// </summary>
    /// <param name="columns">Each with its PostgreSQL type: <c>id uuid, fire_at timestamptz</c>.</param>
    public string Rows(string alias, string parameter, string columns) =>
        Provider == DatabaseProvider.Postgres
            ? $"jsonb_to_recordset({parameter}::jsonb) AS {alias}({columns})"
            : $"(SELECT {string.Join(", ", columns.Split(',', StringSplitOptions.TrimEntries).Select(Extract))} FROM json_each({parameter})) AS {alias}";

    static string Extract(string column)
    {
        var name = column[..column.IndexOf(' ', StringComparison.Ordinal)];
        return $"value ->> '$.{name}' AS {name}";
    }

    /// <summary>
    /// Ids for <see cref="In"/>. Dapper gives the items of a list to SQLite as they are, past the type handlers, and SQLite's provider
    /// writes ids in upper case. What is returned is declared as a list, because Dapper goes by that.
    /// </summary>
    public IEnumerable Ids(IEnumerable<Guid> ids) =>
        Provider == DatabaseProvider.Postgres ? ids.ToArray() : ids.Select(id => id.ToString("D")).ToArray();
}
