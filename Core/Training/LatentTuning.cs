using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Schedules;
using Playground.Core.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// A Stable Diffusion model that a training goes on from: all weights of its U-Net are trained, and of its text encoder where that is
/// asked for, or low-rank adapters of the U-Net's attention beside them (Hu et al. 2021). Its autoencoder and its tokenizer stay.
/// </summary>
internal sealed class LatentTuning : LatentStart
{
    private readonly StableDiffusionModel _model;
    private readonly LoraOptions? _lora;
    private readonly ScalarType? _type;
    private LoraAdapters? _adapters;

    /// <param name="model">A Stable Diffusion folder, or that in a single file; it is only read.</param>
    /// <param name="lora">Rank and α; null trains all weights.</param>
    /// <param name="trainsText">Whether the text encoder's weights are trained too; not with <paramref name="lora"/>.</param>
    /// <exception cref="PlaygroundException">It is no such model, or one that cannot be trained.</exception>
    public LatentTuning(string model, LoraOptions? lora, bool trainsText)
    {
        lora?.Validate();
        if (lora is not null && trainsText)
            throw new PlaygroundException("Adapters are those of the U-Net's attention; the text encoder is trained with all weights "
                + "only. Leave one of them out.");
        var parts = File.Exists(model) ? StableDiffusionFile.Open(model) : StableDiffusionFolder.Open(model);
        if (parts.UNet.InChannels != parts.Autoencoder.LatentChannels)
            throw new PlaygroundException($"The model is for inpainting: its U-Net takes {parts.UNet.InChannels} channels. Only models "
                + $"that take their latents alone, here {parts.Autoencoder.LatentChannels} channels, are trained further.");
        (_lora, TrainsText, _type, Scheduler) = (lora, trainsText, TypeOf(parts), parts.Scheduler);
        _model = parts.Load();
        // It is of the files as they are now.
        _ = Parent.Hash;
    }

    public override AutoencoderKL Autoencoder => _model.Autoencoder;

    public override UNet2DConditionModel UNet => _model.UNet;

    public override ClipTextModel Text => _model.Text;

    public override ClipTokenizer Tokenizer => _model.Tokenizer;

    public override SchedulerConfig Scheduler { get; }

    public override bool TrainsText { get; }

    public override ModelSummary Parent => _model.Summary;

    public override ModelManifest Beginnings => new() { Guidance = Parent.Manifest.Guidance, Prompts = Parent.Manifest.Prompts };

    public override void Build(IReadOnlyList<string> captions, int side)
    {
        // All of it is there.
    }

    public override TrainingStart StartOf(CaptionedNetwork network) => new(Scheduler, Origin, random =>
    {
        UNet.IsFrozen = false;
        if (_lora is not null)
        {
            _adapters = LoraAdapters.OfAttention(UNet, _lora, random, TorchEngine.DefaultDevice);
            return _adapters.Parameters;
        }
        if (TrainsText) Text.IsFrozen = false;
        (string name, Parameter parameter)[] trained = [.. network.named_parameters()
            .Where(p => TrainsText || p.name.StartsWith("unet.", StringComparison.Ordinal))];
        foreach (var (_, parameter) in trained) parameter.requires_grad = true;
        return trained;
    });

    // In the types that the model's own weights are stored in: an update is far smaller than what bfloat16 tells apart.
    public override void Save(string folder, ModelManifest manifest)
    {
        using var scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor>? merged = null;
        if (_adapters is not null)
        {
            var weights = _adapters.Parameters.ToDictionary(p => p.name, p => (Tensor)p.parameter);
            LoraFile.WriteScaled(Path.Combine(folder, LoraFile.Name), weights, _adapters.Options, _adapters.Targets);
            merged = LoraAdapters.Merge(UNet.state_dict(), weights, _adapters.Options);
        }
        StableDiffusionFolder.Save(folder, UNet, Autoencoder, Text, Tokenizer, Scheduler, manifest, _type, merged);
    }

    public override ModelLineage Completed(ModelLineage? lineage, long step) => (lineage ?? new ModelLineage()) with
    {
        Parent = lineage?.Parent ?? Parent.Name,
        ParentHash = Parent.Hash,
        Step = step,
        LoraRank = _lora?.Rank,
        LoraAlpha = _lora?.Alpha,
    };

    private string Origin => $"{Parent.Name}@{Parent.Hash}" + (_lora is null ? "" : $"+lora r{_lora.Rank} a{_lora.Alpha:R}")
        + (TrainsText ? "+text" : "");

    // Null, as they are in memory, unless all of them are of one narrower type.
    private static ScalarType? TypeOf(StableDiffusionParts parts)
    {
        ScalarType[] types = [.. new[] { parts.UNetWeights, parts.AutoencoderWeights, parts.TextWeights }
            .SelectMany(w => w.Weights.Values.Select(v => v.Entry.Type))
            .Where(t => t is ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16).Distinct()];
        return types is [not ScalarType.Float32] ? types[0] : null;
    }

    public override void Dispose()
    {
        _model.Dispose();
        _adapters?.Dispose();
    }
}
