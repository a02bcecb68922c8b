namespace Playground.Client.Contracts;

/// <summary>A sentence about a job, which pages say in their reader's language.</summary>
/// <param name="Code">What it says, such as <c>writing-checkpoint</c>.</param>
/// <param name="Text">In English.</param>
/// <param name="Values">What was filled in, in the order of the English sentence.</param>
public sealed record JobRemark(string Code, string Text, IReadOnlyList<string> Values)
{
    /// <param name="code">What it says.</param>
    /// <param name="sentence">In English; what is filled in becomes the values.</param>
    public static JobRemark Of(string code, Sentence sentence) => new(code, sentence.Text, sentence.Values);
}
