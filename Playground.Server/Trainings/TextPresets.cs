using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Models;

namespace Playground.Server.Trainings;

/// <summary>The architectures in <c>models/configs</c> of autoencoders and of models that read text, and settings that suit each.</summary>
internal sealed class TextPresets
{
    private static readonly TrainingOptions s_autoencoder = new()
    { BatchSize = 16, LearningRate = 1e-3, WarmupSteps = 50, Ema = 0.99, CheckpointEvery = 500 };

    // v-prediction on Stable Diffusion's schedule.
    private static readonly TrainingOptions s_text = new()
    {
        Schedule = "scaled_linear",
        Prediction = "v_prediction",
        Weighting = "min_snr",
        BatchSize = 32,
        LearningRate = 5e-4,
        WarmupSteps = 100,
        Ema = 0.999,
        CheckpointEvery = 1000
    };

    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "configs");

    /// <summary>Autoencoders, from the fastest to the slowest.</summary>
    public IReadOnlyList<TrainingPreset> Autoencoders { get; } =
    [
        new("vae-tiny", "Tiny", "An eighth of the values; shows something within minutes on two cores.", 211_795,
            s_autoencoder with { Steps = 1000 }) { Multiple = 4 },
        new("vae-small", "Small", "A twenty-fourth of the values, as Stable Diffusion's factor of 8; hours on two cores.", 2_222_051,
            s_autoencoder with { Steps = 20_000, LearningRate = 5e-4, Ema = 0.999, CheckpointEvery = 1000 }) { Multiple = 8 },
    ];

    /// <summary>Models that read text, from the fastest to the slowest.</summary>
    public IReadOnlyList<TrainingPreset> Models { get; } =
    [
        new("text-tiny", "Tiny", "A few hundred thousand weights, to try things out.", 700_000, s_text with { Steps = 2000, Ema = 0.99,
            LearningRate = 1e-3, CheckpointEvery = 500 }),
        new("text-small", "Small", "Emoji from words after a night on two cores.", 15_000_000, s_text with { Steps = 50_000 }),
    ];

    /// <summary>Null where there is no autoencoder of that name.</summary>
    /// <exception cref="Core.PlaygroundException">It cannot be built for images of that form.</exception>
    public AutoencoderKLConfig? FindAutoencoder(string name, int size, int channels)
    {
        if (Autoencoders.All(p => p.Name != name)) return null;
        var config = Json.Read<AutoencoderKLConfig>(Path.Combine(s_folder, $"{name}.json")) with
        { InChannels = channels, OutChannels = channels, SampleSize = size };
        config.Validate();
        return config;
    }

    /// <summary>Null where there is no model of that name.</summary>
    public (UNet2DConditionConfig UNet, ClipTextConfig Text)? FindModel(string name) => Models.All(p => p.Name != name) ? null
        : (Json.Read<UNet2DConditionConfig>(Path.Combine(s_folder, $"{name}.unet.json")),
            Json.Read<ClipTextConfig>(Path.Combine(s_folder, $"{name}.text.json")));
}
