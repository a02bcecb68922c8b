using System.Globalization;
using System.Text.Json;

namespace Playground.Core.Imaging;

/// <summary>The text under a PNG's "parameters" keyword in AUTOMATIC1111's form, which most tools for generated pictures read.</summary>
public static partial class GenerationParameters
{
    /// <summary>The PNG keyword that the text goes under.</summary>
    public const string Keyword = "parameters";

    private static readonly JsonSerializerOptions Quoting =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The prompt's lines, if any, and a last line "Steps: 50, Sampler: DDIM, CFG scale: 2, Seed: 7, Size: 28x28, …".</summary>
    /// <param name="prompt">What was asked for, such as a class; may be empty.</param>
    /// <param name="steps">Denoising steps.</param>
    /// <param name="samplerName">The sampler's name as people write it.</param>
    /// <param name="guidance">The classifier-free guidance scale; 1 is off.</param>
    /// <param name="seed">This picture's own seed.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="modelHash">The first 10 hexadecimal digits of the weights' SHA-256.</param>
    /// <param name="modelName">The model's name; quoted when it holds a comma, a colon or a line break.</param>
    /// <param name="more">Further keys and values, such as "Denoising strength", at the end of the line.</param>
    public static string Format(
        string prompt, int steps, string samplerName, double guidance, long seed, int width, int height, string modelHash, string modelName,
        IReadOnlyList<(string Key, string Value)>? more = null)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"Steps: {steps}, Sampler: {Quote(
                samplerName)}, CFG scale: {guidance}, Seed: {seed}, Size: {width}x{height}, Model hash: {Quote(modelHash)}, Model: {Quote(
                    modelName)}");
        foreach (var (key, value) in more ?? []) line += $", {key}: {Quote(value)}";
        var head = prompt.Trim();
        return head.Length == 0 ? line : $"{head}\n{line}";
    }

    private static string Quote(string value) =>
        value.AsSpan().IndexOfAny(",:\n") >= 0 ? JsonSerializer.Serialize(value, Quoting) : value;
}
