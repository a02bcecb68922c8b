using Playground.Core.Checkpoints;
using Playground.Core.Generation.Lora;

namespace Playground.Core.Generation;

public sealed partial record SamplingRequest
{
    /// <summary>The largest height and width of an image from a text, whatever the model.</summary>
    public const int MaxSide = 2048;

    // Beyond it nothing of what a model has learned is left, and attention takes the square of the pixels.
    private const int MaxTimes = 8;

    /// <summary>The most characters of a prompt; far fewer are read.</summary>
    public const int MaxPrompt = Core.Text.ClipText.MaxLength;

    /// <summary>The most LoRAs of a request.</summary>
    public const int MaxLoras = 8;

    /// <summary>Texts of the images, cycled over them, with emphasis as in <see cref="Text.WeightedPrompt"/>; empty: no text.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>What guidance leads away from; "" is nothing in particular.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>
    /// Last layers of the text encoder that are left out, 0 or more, as diffusers counts; AUTOMATIC1111's "Clip skip" is one more.
    /// </summary>
    public int ClipSkip { get; init; }

    /// <summary>Pixels, a multiple of the autoencoder's factor (8 for Stable Diffusion); null: the model's.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels, a multiple of the autoencoder's factor (8 for Stable Diffusion); null: the model's.</summary>
    public int? Height { get; init; }

    /// <summary>LoRAs that are applied to the model while the request runs, one after the other; at most <see cref="MaxLoras"/>.</summary>
    public IReadOnlyList<LoraChoice> Loras { get; init; } = [];

    /// <summary>The largest height and width of a model's images: eight times its own, a multiple of its factor.</summary>
    public static int MaxSideOf(ModelSummary model)
    {
        var factor = model.Text?.Factor ?? 1;
        return Math.Min(MaxSide, MaxTimes * model.SampleSize) / factor * factor;
    }

    /// <summary>The text of the image at <paramref name="i"/>, 0-based.</summary>
    public string PromptOf(int i) => Prompts.Count == 0 ? "" : Prompts[i % Prompts.Count];

    /// <summary>Width and height of the images that a model makes of the request.</summary>
    public (int Width, int Height) SizeOn(ModelSummary model) => (Width ?? model.SampleSize, Height ?? model.SampleSize);

    private void CheckText(List<SamplingProblem> problems, ModelSummary model)
    {
        if (model.Text is not { } text)
        {
            Need(problems, Prompts.Count == 0, "prompt", $"A prompt was given, and the model '{model.Name}' reads no text; leave it out.");
            Need(problems, NegativePrompt.Length == 0, "negativePrompt",
                $"A negative prompt was given, and the model '{model.Name}' reads no text; leave it out.");
            Need(problems, ClipSkip == 0, "clipSkip", $"clipSkip is {ClipSkip}, and the model '{model.Name}' reads no text; leave it out.");
            Need(problems, Loras.Count == 0, "loras",
                $"LoRAs were given, and '{model.Name}' is no Stable Diffusion model; leave them out.");
            foreach (var (field, side) in new[] { ("width", Width), ("height", Height) })
                Need(problems, side is null || side == model.SampleSize, field,
                    $"{field} is {side}; the model '{model.Name}' makes images of {model.SampleSize} x {model.SampleSize}.");
            return;
        }
        Need(problems, ClipSkip >= 0 && ClipSkip < text.Layers, "clipSkip",
            $"clipSkip is {ClipSkip}; it must be 0 to {text.Layers - 1}, one less than the text encoder's layers.");
        foreach (var (field, side) in new[] { ("width", Width), ("height", Height) })
            Need(problems, side is null || (side >= text.Factor && side <= MaxSideOf(model) && side % text.Factor == 0), field,
                $"{field} is {side}; it must be a multiple of {text.Factor}, {text.Factor} to {MaxSideOf(model)}.");
        Need(problems, Loras.Count <= MaxLoras, "loras", $"loras has {Loras.Count} entries; the limit is {MaxLoras}.");
        foreach (var (lora, i) in Loras.Select((l, i) => (l, i)))
            Need(problems, Math.Abs(lora.Strength) <= LoraStack.MaxStrength, $"loras[{i}].strength",
                Say($"strength is {lora.Strength}; it must be −{LoraStack.MaxStrength} to {LoraStack.MaxStrength}."));
        foreach (var prompt in Prompts.Append(NegativePrompt))
            Need(problems, prompt.Length <= Core.Text.ClipText.MaxLength,
                ReferenceEquals(prompt, NegativePrompt) ? "negativePrompt" : "prompt",
                $"The prompt has {prompt.Length:N0} characters; the limit is {Core.Text.ClipText.MaxLength:N0}, and about 75 words are "
                    + "read. "
                    + "Shorten it.");
        Need(problems, Interpolate is null, "interpolate", "interpolate is for models that read no text; leave it out.");
        Need(problems, RePaint == RePaint.Once || !text.IsInpainting, "repaint.resamples",
            "repaint was given, and this model is told of the mask itself; leave it out.");
    }
}
