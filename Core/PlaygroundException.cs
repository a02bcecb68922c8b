namespace Playground.Core;

/// <summary>Bad input or a broken file. The message names the value, the limit and the fix, and is fit to show.</summary>
public class PlaygroundException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the message says, by a name that does not change with the words; null: it has none.</summary>
    public string? Code { get; private init; }

    /// <summary>What was filled in, in the order of the message; empty where there is no code.</summary>
    public IReadOnlyList<string> Values { get; private init; } = [];

    /// <summary>One whose message can be said in other languages.</summary>
    /// <param name="code">What it says.</param>
    /// <param name="sentence">In English; what is filled in becomes the values.</param>
    /// <param name="inner">What led to it.</param>
    public static PlaygroundException Of(string code, Sentence sentence, Exception? inner = null)
        => new(sentence.Text, inner) { Code = code, Values = sentence.Values };
}
