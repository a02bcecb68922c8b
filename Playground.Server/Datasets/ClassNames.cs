using System.Globalization;

namespace Playground.Server.Datasets;

/// <summary>What reports call classes.</summary>
internal static class ClassNames
{
    /// <summary>The name of a class: a model knows it by its number.</summary>
    public static string Of(int label) => label.ToString(CultureInfo.InvariantCulture);
}
