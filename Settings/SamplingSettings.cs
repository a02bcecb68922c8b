using System.ComponentModel.DataAnnotations;

namespace Playground.Settings;

/// <summary>What the HTTP API's request and the engine's have in common: everything of a sampling but its images and texts.</summary>
[SettingTexts(typeof(SamplingSettingTexts))]
public abstract record SamplingSettings
{
    /// <summary>Images that one request may ask for.</summary>
    public const int MostImages = 64;

    /// <summary>Most classifier-free guidance that a request may ask for.</summary>
    public const double MostGuidance = 20;

    private const string Settings = "settings", Advanced = "advanced", Start = "start";

    /// <summary>Name of a sampler.</summary>
    [Setting(Settings, "sampler")]
    [AllowedValues("ddpm", "ddim", "euler", "euler-a", "heun", "dpmpp-2m", "dpmpp-3m", "dpmpp-2m-sde", "unipc", "pndm", "lcm")]
    public string Sampler { get; init; } = "ddim";

    /// <summary>Denoising steps, 1 to the number of timesteps that the model was trained on.</summary>
    [Setting(Settings, "steps", Allowed = "1 to the model's trained timesteps"), Range(1, int.MaxValue)]
    public int Steps { get; init; } = 50;

    /// <summary>Images to make.</summary>
    [Setting(Settings, "count"), Range(1, MostImages)]
    public int Count { get; init; } = 16;

    /// <summary>Classifier-free guidance w in ε_∅ + w·(ε_c − ε_∅); 1 switches it off.</summary>
    [Setting(Settings, "guidance"), Range(0d, MostGuidance)]
    public double Guidance { get; init; } = 1;

    /// <summary>
    /// Seed of the first image; the next has one more, or the same where <see cref="VariationStrength"/> is above 0.
    /// </summary>
    [Setting(Settings, "seed", Allowed = "0 to 2⁶³ − 1 less the count"), Range(typeof(long), "0", "9223372036854775807")]
    public long Seed { get; init; }

    /// <summary>
    /// φ: how much of the guided prediction is scaled back to the spread of the unguided one (Lin et al. 2023, section 3.4).
    /// </summary>
    [Setting(Advanced, "guidance-rescale"), Range(0d, 1d)]
    public double GuidanceRescale { get; init; }

    /// <summary>How far the first noise is turned towards the variation seed's.</summary>
    [Setting(Advanced, "variation-strength"), Range(0d, 1d)]
    public double VariationStrength { get; init; }

    /// <summary>Seed of the noise towards which the first image's is turned; the next has one more.</summary>
    [Setting(Advanced, "variation-seed", Allowed = "0 to 2⁶³ − 1 less the count"), Range(typeof(long), "0", "9223372036854775807")]
    public long VariationSeed { get; init; }

    /// <summary>How much of the images to start from is noised away; null: 0.8, or 1 with a mask.</summary>
    [Setting(Start, "strength"), Range(0d, 1d, MinimumIsExclusive = true)]
    public double? Strength { get; init; }

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    [Setting(Advanced, "precision", Allowed = "f32 or bf16"), AllowedValues("f32", "bf16")]
    public string Precision { get; init; } = "f32";
}
