using System.Collections;
using System.Text;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call: an ordered list in which a key may appear more than once.</summary>
public sealed class Metadata : IList<Metadata.Entry>
{
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>A shared list that nothing can be added to.</summary>
    public static readonly Metadata Empty = new Metadata().Freeze();

    readonly List<Entry> _entries = [];
    bool _readOnly;

    public int Count => _entries.Count;

    public bool IsReadOnly => _readOnly;

    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable()[index] = NotNull(value);
    }

    /// <summary>The last entry with this key, whatever its case, or null.</summary>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.Has(key));

    public string? GetValue(string key) => Get(key)?.Value;

    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.Has(key));

    public void Add(Entry item) => Writable().Add(NotNull(item));

    public void Add(string key, string value) => Add(new Entry(key, value));

    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    public void Insert(int index, Entry item) => Writable().Insert(index, NotNull(item));

    public bool Remove(Entry item) => Writable().Remove(item);

    public void RemoveAt(int index) => Writable().RemoveAt(index);

    public void Clear() => Writable().Clear();

    public bool Contains(Entry item) => _entries.Contains(item);

    public int IndexOf(Entry item) => _entries.IndexOf(item);

    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal Metadata Freeze()
    {
        _readOnly = true;
        return this;
    }

    List<Entry> Writable() => _readOnly ? throw new InvalidOperationException("The metadata is read-only.") : _entries;

    static Entry NotNull(Entry? entry) => entry ?? throw new ArgumentNullException(nameof(entry));

    /// <summary>A key, always in lower case, with text or, if the key ends in <c>-bin</c>, bytes.</summary>
    public sealed class Entry
    {
        readonly string? _text;
        readonly byte[]? _bytes;

        public Entry(string key, string value) : this(key)
        {
            if (IsBinary)
                throw new ArgumentException($"'{key}' ends in {BinaryHeaderSuffix}, so its value must be bytes.", nameof(key));
            ArgumentNullException.ThrowIfNull(value);
            _text = value;
        }

        public Entry(string key, byte[] valueBytes) : this(key)
        {
            if (!IsBinary)
                throw new ArgumentException($"'{key}' must end in {BinaryHeaderSuffix} to have bytes as its value.", nameof(key));
            ArgumentNullException.ThrowIfNull(valueBytes);
            _bytes = [.. valueBytes];
        }

        Entry(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            Key = key.ToLowerInvariant();
            if (Key.Length == 0 || !Key.All(IsAllowed))
                throw new ArgumentException($"'{key}' may only consist of letters, digits, '.', '_' and '-'.", nameof(key));
            IsBinary = Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);
        }

        public string Key { get; }

        public bool IsBinary { get; }

        public string Value => _text ?? throw new InvalidOperationException($"'{Key}' has bytes as its value, not text.");

        /// <summary>A copy of the bytes; of a text its ASCII bytes.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : [.. _bytes];

        public override string ToString() =>
            _bytes is null ? $"[Entry: key={Key}, value={_text}]" : $"[Entry: key={Key}, valueBytes={_bytes.Length} bytes]";

        internal bool Has(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        static bool IsAllowed(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';
    }
}
