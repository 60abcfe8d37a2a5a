using System.Text;

namespace CanThoGov.Platform.Text;

/// <summary>
/// The order of Vietnamese dictionaries, as a key that any database sorts by its bytes: first by the letters a ă â b c d đ e ê ... ơ p ... ư v,
/// then by the tones (none, huyền, hỏi, ngã, sắc, nặng), as CLDR has it. Case and punctuation do not count.
/// </summary>
public static class VietnameseOrder
{
    /// <summary>Letters that count. Titles alike in so many are sorted by what else the list is sorted by.</summary>
    public const int MaxLetters = 100;

    const string Alphabet = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

    // After the digits, before whatever is no Vietnamese letter.
    const char First = 'A';

    // Before everything that a key has in it otherwise: a text comes before those that it begins.
    const char EndOfLetters = '\t';

    public static string Key(string text)
    {
        var letters = new StringBuilder();
        var tones = new StringBuilder();
        var last = ' ';
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(c))
            {
                if (tones.Length == MaxLetters)
                {
                    break;
                }

                last = char.ToLowerInvariant(c);
                letters.Append(Rank(last));
                tones.Append('0');
            }
            else if (c is >= '\u0300' and <= '\u036F')
            {
                Mark(c);
            }
            else if (last != ' ')
            {
                last = ' ';
                letters.Append(' ');
            }
        }

        return $"{letters.ToString().TrimEnd(' ')}{EndOfLetters}{tones.ToString().TrimEnd('0')}";

        void Mark(char mark)
        {
            if (last == ' ')
            {
                return;
            }

            if (Tone(mark) is { } tone)
            {
                tones[^1] = tone;
            }
            else if (Letter(last, mark) is { } letter)
            {
                last = letter;
                letters[^1] = Rank(letter);
            }
        }
    }

    static char Rank(char letter) => Alphabet.IndexOf(letter, StringComparison.Ordinal) is var rank and >= 0 ? (char)(First + rank) : letter;

    static char? Tone(char mark) => mark switch
    {
        '\u0300' => '1',
        '\u0309' => '2',
        '\u0303' => '3',
        '\u0301' => '4',
        '\u0323' => '5',
        _ => null,
    };

    static char? Letter(char letter, char mark) => (letter, mark) switch
    {
        ('a', '\u0306') => 'ă',
        ('a', '\u0302') => 'â',
        ('e', '\u0302') => 'ê',
        ('o', '\u0302') => 'ô',
        ('o', '\u031B') => 'ơ',
        ('u', '\u031B') => 'ư',
        _ => null,
    };
}
