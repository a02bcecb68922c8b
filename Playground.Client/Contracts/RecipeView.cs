namespace Playground.Client.Contracts;

/// <summary>What was found in an image, or a text, of how an image is made.</summary>
/// <param name="Request">What can be asked for of it. Its model is empty where that is not installed.</param>
/// <param name="Notes">What of it cannot be used, and why: nothing is left out without one.</param>
public sealed record RecipeView(SampleRequest Request, IReadOnlyList<RecipeNote> Notes);

/// <summary>Something of a recipe that is not used as it stands there.</summary>
/// <param name="Field">A field of <see cref="SampleRequest"/>; empty: none of them.</param>
/// <param name="Remark">By a code of <see cref="RecipeCode"/>; without one where the request was refused for it.</param>
public sealed record RecipeNote(string Field, Remark Remark)
{
    /// <summary>The sentence in English.</summary>
    public string Message => Remark.Text;
}
