using System.Globalization;
using System.Text;

namespace Playground.Core.Text;

/// <summary>A piece of a prompt, and how much its tokens count; 1 is as usual.</summary>
public readonly record struct PromptPart(string Text, double Weight);

/// <summary>
/// A prompt with emphasis as AUTOMATIC1111's web UI writes it: <c>(word)</c> counts 1.1 times, <c>(word:1.3)</c> 1.3 times, <c>[word]</c>
/// 1/1.1 times, nested ones multiply, and a backslash takes a bracket literally. Brackets without a partner are no error.
/// </summary>
public static class WeightedPrompt
{
    private const double Step = 1.1, Least = -10, Most = 10;

    /// <summary>The pieces in order; neighbors differ in weight. A prompt without emphasis is one piece.</summary>
    public static IReadOnlyList<PromptPart> Parse(string prompt)
    {
        var pieces = new List<PromptPart>();
        var (round, square) = (new Stack<int>(), new Stack<int>());
        var text = new StringBuilder();
        for (var i = 0; i < prompt.Length; i++)
        {
            var letter = prompt[i];
            if (letter == '\\' && i + 1 < prompt.Length && prompt[i + 1] is '(' or ')' or '[' or ']' or '\\') text.Append(prompt[++i]);
            else if (letter == '(') Open(round);
            else if (letter == '[') Open(square);
            else if (letter == ':' && round.Count > 0 && WeightAt(prompt, i + 1) is { } given)
            {
                Close(round, given.Weight);
                i = given.End;
            }
            else if (letter == ')' && round.Count > 0) Close(round, Step);
            else if (letter == ']' && square.Count > 0) Close(square, 1 / Step);
            else text.Append(letter);
        }
        Flush();
        while (round.Count > 0) Multiply(round.Pop(), Step);
        while (square.Count > 0) Multiply(square.Pop(), 1 / Step);
        return Merged(pieces);

        void Flush()
        {
            if (text.Length > 0) pieces.Add(new(text.ToString(), 1));
            text.Clear();
        }

        void Open(Stack<int> kind)
        {
            Flush();
            kind.Push(pieces.Count);
        }

        void Close(Stack<int> kind, double weight)
        {
            Flush();
            Multiply(kind.Pop(), weight);
        }

        void Multiply(int from, double weight)
        {
            for (var i = from; i < pieces.Count; i++)
                pieces[i] = pieces[i] with { Weight = Math.Clamp(pieces[i].Weight * weight, Least, Most) };
        }
    }

    // "1.3)" → 1.3 and where the bracket is.
    private static (double Weight, int End)? WeightAt(string prompt, int from)
    {
        var end = prompt.IndexOf(')', from);
        if (end < 0 || end - from > 32) return null;
        return double.TryParse(prompt.AsSpan(from, end - from), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var weight)
            && double.IsFinite(weight)
            ? (Math.Clamp(weight, Least, Most), end)
            : null;
    }

    private static List<PromptPart> Merged(List<PromptPart> pieces)
    {
        var merged = new List<PromptPart>();
        foreach (var piece in pieces)
        {
            if (merged.Count > 0 && merged[^1].Weight == piece.Weight) merged[^1] = new(merged[^1].Text + piece.Text, piece.Weight);
            else merged.Add(piece);
        }
        return merged.Count > 0 ? merged : [new("", 1)];
    }
}
