using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Models;

namespace Playground.Server.Trainings;

/// <summary>The architectures in <c>models/configs</c>, and settings that suit each.</summary>
internal sealed class TrainingPresets
{
    private static readonly IReadOnlyList<TrainingPreset> s_presets =
    [
        new("tiny", "Tiny", "Shows something within a minute or two on two cores. For trying things out, and for digits and icons.",
            687_347,
            new TrainingOptions { Steps = 1500, BatchSize = 32, LearningRate = 2e-3, WarmupSteps = 50, Cosine = true, Ema = 0.99,
                Validation = 0.02, ValidateEvery = 100, ValidationExamples = 64, CheckpointEvery = 250 }),
        new("small", "Small", "Good small images after some hours on a processor, or minutes on a graphics card.", 6_803_715,
            new TrainingOptions { Steps = 20_000, BatchSize = 64, LearningRate = 5e-4, WarmupSteps = 500, Ema = 0.999, Validation = 0.02,
                ValidateEvery = 500, CheckpointEvery = 1000 }),
        new("ddpm-cifar10-32", "DDPM, CIFAR-10",
            "The network of Ho et al. 2020 for 32×32 color images. Needs a graphics card and a day.", 35_746_307,
            new TrainingOptions { Steps = 200_000, BatchSize = 128, LearningRate = 2e-4, WarmupSteps = 5000, Ema = 0.9999, Flip = true,
                Validation = 0.01, ValidateEvery = 2000, CheckpointEvery = 5000 }),
    ];

    private readonly IReadOnlyDictionary<string, UNet2DConfig> _configs;

    public TrainingPresets()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "configs");
        _configs = s_presets.ToDictionary(p => p.Name, p => Json.Read<UNet2DConfig>(Path.Combine(folder, $"{p.Name}.json")));
        // Each level but the last halves the image.
        All = [.. s_presets.Select(p => p with { Multiple = 1 << (_configs[p.Name].BlockOutChannels.Length - 1) })];
    }

    /// <summary>From the fastest to the slowest.</summary>
    public IReadOnlyList<TrainingPreset> All { get; }

    /// <summary>The network of a preset for pictures of some size; null where there is no such preset.</summary>
    /// <exception cref="Core.PlaygroundException">The size does not go with the preset.</exception>
    public UNet2DConfig? Find(string name, int size, int channels, int? classes)
    {
        if (!_configs.TryGetValue(name, out var config)) return null;
        config = config with { SampleSize = size, InChannels = channels, OutChannels = channels, NumClassEmbeds = classes + 1 };
        config.Validate();
        return config;
    }
}
