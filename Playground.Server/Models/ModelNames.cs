using Playground.Client.Contracts;

namespace Playground.Server.Models;

/// <summary>What a model may be called: its name is a folder's name and a part of addresses.</summary>
internal static class ModelNames
{
    public const int MaxLength = ModelName.MaxLength;

    /// <summary>Whether a name can be used as it is.</summary>
    public static bool IsFit(string name) => name.Length is > 0 and <= MaxLength && name == Clean(name);

    /// <summary>Why a name cannot be used, and what can.</summary>
    public static string SentenceFor(string name)
        => $"'{Short(name)}' cannot be a model's name: it takes 1 to {MaxLength} letters, digits, '-', '_' and '.', beginning with a "
        + $"letter or a digit{(Clean(name) is { Length: > 0 } fit ? $", such as '{fit}'" : "")}.";

    /// <summary>The nearest name that can be used; empty where nothing is left of it.</summary>
    public static string Clean(string text) => ModelName.Fit(text);

    private static string Short(string name) => name.Length <= MaxLength ? name : name[..MaxLength] + "…";
}
