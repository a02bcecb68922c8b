namespace Playground.Client.Contracts;

/// <summary>Why something of a recipe is not used: the codes of <see cref="RecipeNote"/>.</summary>
public static class RecipeCode
{
    /// <summary>Nothing here stands for it: the keys.</summary>
    public const string NotUsed = "not-used";

    /// <summary>A text is too long: its key, its characters, how many are allowed.</summary>
    public const string TooLong = "too-long";

    /// <summary>A text has characters that cannot be seen: its key.</summary>
    public const string Unseen = "unseen";

    /// <summary>A value is of another kind: its key.</summary>
    public const string WrongKind = "wrong-kind";

    /// <summary>A value is no number: its key, the value.</summary>
    public const string NoNumber = "no-number";

    /// <summary>A value is no whole number: its key, the value.</summary>
    public const string NoWholeNumber = "no-whole-number";

    /// <summary>The image that it started from is not in the file: the strength.</summary>
    public const string NoStart = "no-start";

    /// <summary>There is no such sampler: its name, those that there are.</summary>
    public const string Sampler = "sampler";

    /// <summary>There is no such schedule type: its name.</summary>
    public const string Schedule = "schedule";

    /// <summary>The model has another name here: the recipe's, the one here.</summary>
    public const string ModelRenamed = "model-renamed";

    /// <summary>The model has other weights: its name, the hash here, the recipe's.</summary>
    public const string OtherWeights = "other-weights";

    /// <summary>The recipe names no model.</summary>
    public const string NoModel = "no-model";

    /// <summary>No model has the hash: the hash.</summary>
    public const string NoModelOfHash = "no-model-of-hash";

    /// <summary>The model is not installed: its name, with its hash where the recipe has one.</summary>
    public const string ModelMissing = "model-missing";

    /// <summary>The model makes images of one size: the recipe's size, the model, its size.</summary>
    public const string FixedSize = "fixed-size";

    /// <summary>The size cannot be read: what stands there.</summary>
    public const string NoSize = "no-size";
}
