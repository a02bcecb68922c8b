using System.Text;

namespace Playground.Core.Text;

/// <summary>
/// Byte pairs learned from texts (Sennrich et al. 2016): the most frequent pair of neighbors becomes a token, again and again.
/// </summary>
internal static class PairTraining
{
    private const int Letters = 256, Special = 2;

    /// <param name="texts">What the tokenizer is for.</param>
    /// <param name="size">Tokens, at least 515; fewer come out where there are no more pairs.</param>
    public static ClipVocabulary Learn(IEnumerable<string> texts, int size)
    {
        var counts = texts.SelectMany(ClipText.Words).GroupBy(w => w).ToDictionary(g => g.Key, g => g.Count());
        var words = counts.Select(c => (Pieces: Pieces(c.Key), c.Value)).ToList();
        string[] letters = [.. ClipVocabulary.ByteLetters.Order().Select(l => l.ToString())];
        List<string> tokens = [.. letters, .. letters.Select(l => l + ClipVocabulary.EndOfWord)];
        var ranks = new Dictionary<(string, string), int>();
        while (tokens.Count < size - Special)
        {
            var pairs = new Dictionary<(string A, string B), int>();
            foreach (var (pieces, count) in words)
                for (var i = 0; i + 1 < pieces.Count; i++)
                    pairs[(pieces[i], pieces[i + 1])] = pairs.GetValueOrDefault((pieces[i], pieces[i + 1])) + count;
            if (pairs.Count == 0) break;
            // Of equally frequent ones the first in the order of their letters, so that the result is the same everywhere.
            var best = pairs.OrderByDescending(p => p.Value).ThenBy(p => p.Key.A, StringComparer.Ordinal)
                .ThenBy(p => p.Key.B, StringComparer.Ordinal).First();
            if (best.Value < 2) break;
            ranks[best.Key] = ranks.Count;
            tokens.Add(best.Key.A + best.Key.B);
            foreach (var (pieces, _) in words) Join(pieces, best.Key);
        }
        var ids = new Dictionary<string, int>();
        foreach (var token in tokens.Append(ClipText.Start).Append(ClipText.End)) ids.TryAdd(token, ids.Count);
        return new ClipVocabulary(ids, ranks);
    }

    private static List<string> Pieces(string word)
    {
        List<string> pieces = [.. Encoding.UTF8.GetBytes(word).Select(b => ClipVocabulary.ByteLetters[b].ToString())];
        pieces[^1] += ClipVocabulary.EndOfWord;
        return pieces;
    }

    private static void Join(List<string> pieces, (string A, string B) pair)
    {
        for (var i = 0; i + 1 < pieces.Count; i++)
        {
            if (pieces[i] != pair.A || pieces[i + 1] != pair.B) continue;
            pieces[i] = pair.A + pair.B;
            pieces.RemoveAt(i + 1);
        }
    }
}
