using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>The settings of models that read text, to and from a request.</summary>
public sealed class TextSettings
{
    /// <summary>Guidance that such a model usually takes.</summary>
    public const double UsualGuidance = 7.5;

    /// <summary>Guidance that suits a model that reads text.</summary>
    public static double GuidanceOf(TextModelView model) => model.Guidance ?? UsualGuidance;

    /// <summary>Images that are worth waiting for at first.</summary>
    public const int UsualCount = 4;

    public string Prompt { get; set; } = "";

    public string NegativePrompt { get; set; } = "";

    /// <summary>Pixels; null: the model's.</summary>
    public int? Width { get; set; }

    /// <summary>Pixels; null: the model's.</summary>
    public int? Height { get; set; }

    /// <summary>Last layers of the text encoder that are left out.</summary>
    public int ClipSkip { get; set; }

    /// <summary>Those of the list that were touched, by name.</summary>
    public Dictionary<string, LoraSetting> Loras { get; } = [];

    public static TextSettings Of(SampleRequest request)
    {
        var settings = new TextSettings
        {
            Prompt = request.Prompt,
            NegativePrompt = request.NegativePrompt,
            Width = request.Width,
            Height = request.Height,
            ClipSkip = request.ClipSkip,
        };
        foreach (var lora in request.Loras) settings.Loras[lora.Name] = new LoraSetting { IsOn = true, Strength = lora.Strength };
        return settings;
    }

    /// <summary>The request with these, where the model reads text; null: it is not known.</summary>
    public SampleRequest Apply(SampleRequest request, ModelView? model) => model is { Text: null } ? request : request with
    {
        Prompt = Prompt,
        NegativePrompt = NegativePrompt,
        Width = Width == model?.SampleSize ? null : Width,
        Height = Height == model?.SampleSize ? null : Height,
        ClipSkip = ClipSkip,
        Loras = [.. Loras.Where(l => l.Value.IsOn).Select(l => new LoraRequest { Name = l.Key, Strength = l.Value.Strength })],
    };
}

/// <summary>A LoRA of the list.</summary>
public sealed class LoraSetting
{
    public bool IsOn { get; set; }

    public double Strength { get; set; } = 1;
}
