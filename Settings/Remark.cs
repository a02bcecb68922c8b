namespace Playground.Settings;

/// <summary>A sentence, with what is needed to say the same in another language.</summary>
/// <param name="Code">What it says, such as <c>writing-checkpoint</c>; empty where what was stored earlier does not tell.</param>
/// <param name="Text">In English.</param>
/// <param name="Values">What was filled in, in the order of the English sentence, as it is written there.</param>
public sealed record Remark(string Code, string Text, IReadOnlyList<string> Values)
{
    /// <param name="code">What it says.</param>
    /// <param name="sentence">In English; what is filled in becomes the values.</param>
    public static Remark Of(string code, Sentence sentence) => new(code, sentence.Text, sentence.Values);

    /// <inheritdoc />
    public bool Equals(Remark? other) => other is not null && (Code, Text) == (other.Code, other.Text);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Code, Text);

    /// <summary>The English sentence.</summary>
    public override string ToString() => Text;
}
