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
        var pieces = new Pieces();
        var (round, square) = (new Stack<int>(), new Stack<int>());
        for (var i = 0; i < prompt.Length; i++)
        {
            var letter = prompt[i];
            if (letter == '\\' && i + 1 < prompt.Length && prompt[i + 1] is '(' or ')' or '[' or ']' or '\\') pieces.Add(prompt[++i]);
            else if (letter == '(') round.Push(pieces.Begin());
            else if (letter == '[') square.Push(pieces.Begin());
            else if (letter == ':' && round.Count > 0 && WeightAt(prompt, i + 1) is { } given)
            {
                pieces.Multiply(round.Pop(), given.Weight);
                i = given.End;
            }
            else if (letter == ')' && round.Count > 0) pieces.Multiply(round.Pop(), Step);
            else if (letter == ']' && square.Count > 0) pieces.Multiply(square.Pop(), 1 / Step);
            else pieces.Add(letter);
        }
        while (round.Count > 0) pieces.Multiply(round.Pop(), Step);
        while (square.Count > 0) pieces.Multiply(square.Pop(), 1 / Step);
        return pieces.Merged();
    }

    /// <summary>The pieces so far; the last is still being read.</summary>
    private sealed class Pieces
    {
        private readonly List<PromptPart> _parts = [];
        private readonly StringBuilder _text = new();

        public void Add(char letter) => _text.Append(letter);

        /// <summary>Ends the piece that is being read, and says where the next begins.</summary>
        public int Begin()
        {
            if (_text.Length > 0) _parts.Add(new(_text.ToString(), 1));
            _text.Clear();
            return _parts.Count;
        }

        /// <summary>Everything from piece <paramref name="from"/> on counts so many times as much.</summary>
        public void Multiply(int from, double weight)
        {
            var end = Begin();
            for (var i = from; i < end; i++)
                _parts[i] = _parts[i] with { Weight = Math.Clamp(_parts[i].Weight * weight, Least, Most) };
        }

        /// <summary>With neighbors of one weight as one.</summary>
        public List<PromptPart> Merged()
        {
            Begin();
            var merged = new List<PromptPart>();
            foreach (var part in _parts)
            {
                if (merged.Count > 0 && merged[^1].Weight == part.Weight) merged[^1] = new(merged[^1].Text + part.Text, part.Weight);
                else merged.Add(part);
            }
            return merged.Count > 0 ? merged : [new("", 1)];
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
}
