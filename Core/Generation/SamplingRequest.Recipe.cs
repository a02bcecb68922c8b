using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;

namespace Playground.Core.Generation;

public sealed partial record SamplingRequest
{
    /// <summary>How a picture was made, for its PNG text: see <see cref="GenerationParameters"/>.</summary>
    /// <param name="model">What made it.</param>
    /// <param name="picture">0-based; null for all of them in one file.</param>
    public string Recipe(ModelSummary model, int? picture)
    {
        var classes = ClassesFor(model);
        var prompt = picture is { } i && classes.Length > 0 ? $"class {classes[i]}" : "";
        if (model.Text is not null)
            prompt = NegativePrompt.Length == 0 ? Line(PromptOf(picture ?? 0)) + Tags()
                : $"{Line(PromptOf(picture ?? 0))}{Tags()}\nNegative prompt: {Line(NegativePrompt)}";
        var (width, height) = SizeOn(model);
        return GenerationParameters.Format(prompt, Steps, SamplerTitle, Guidance, SeedOf(picture ?? 0), width, height, model.Hash,
            model.Name, [.. Edits(picture ?? 0)]);

        // A line break in a prompt would end it for those who read the text again, and a NUL the text itself.
        static string Line(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c));
    }

    // AUTOMATIC1111 has LoRAs in the prompt itself.
    private string Tags() => string.Concat(Loras.Select(l => string.Create(CultureInfo.InvariantCulture,
        $" <lora:{Path.GetFileNameWithoutExtension(l.Path)}:{l.Strength}>")));

    // The keys that AUTOMATIC1111 and its extensions write, in its order.
    private IEnumerable<(string, string)> Edits(int picture)
    {
        if (VariationStrength > 0)
        {
            yield return ("Variation seed", (VariationSeed + picture).ToString(CultureInfo.InvariantCulture));
            yield return ("Variation seed strength", VariationStrength.ToString(CultureInfo.InvariantCulture));
        }
        if (ClipSkip > 0) yield return ("Clip skip", (ClipSkip + 1).ToString(CultureInfo.InvariantCulture));
        if (Init is not null) yield return ("Denoising strength", StrengthUsed.ToString(CultureInfo.InvariantCulture));
        if (Guidance != 1 && GuidanceRescale > 0) yield return ("CFG Rescale", GuidanceRescale.ToString(CultureInfo.InvariantCulture));
    }
}
